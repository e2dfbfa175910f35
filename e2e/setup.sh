#!/usr/bin/env bash
# Makes .venv as requirements/dev.txt pins it, with uv from requirements/uv.txt.
# Does nothing when the environment already matches. Needs Python 3.11 to 3.13; installs Debian's when root.
set -euo pipefail
cd "$(dirname "$0")/.."

cache="${XDG_CACHE_HOME:-$HOME/.cache}/platerec"
say() { printf 'setup: %s\n' "$*"; }
die() { printf 'setup: %s\n' "$*" >&2; exit 1; }

suitable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; }

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.11 python3.12 python3.13 /usr/bin/python3; do
    if command -v "$candidate" >/dev/null && suitable "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

stamp=.venv/.requirements
wanted=$(cat requirements/dev.txt requirements/uv.txt pyproject.toml | sha256sum | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && .venv/bin/python -c '' 2>/dev/null; then
  exit 0
fi

if ! python=$(find_python); then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null ||
    die "needs Python 3.11, 3.12 or 3.13 with the venv module; install it (Debian: python3 python3-venv) and run again."
  say "installing Debian's python3 and python3-venv"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y python3 python3-venv >/dev/null
  python=$(find_python) || die "Debian's python3 is $(python3 --version), Platerec needs 3.11 to 3.13."
fi

uv="$cache/uv/$(sha256sum requirements/uv.txt | cut -c1-12)"
if [ ! -x "$uv/bin/uv" ]; then
  say "installing uv into ${uv/#$HOME/\~}"
  rm -rf "$cache/uv" && mkdir -p "$cache/uv"
  "$python" -m venv "$uv.part"
  "$uv.part/bin/pip" install --quiet --require-hashes --requirement requirements/uv.txt
  mv "$uv.part" "$uv"
fi
# A virtual environment that was moved still runs its binaries, only its scripts know the old path; uv is a binary.
say "installing the pinned packages into .venv (cold: about 5 GB of torch and CUDA wheels, a minute or two)"
[ -x .venv/bin/python ] || "$uv/bin/uv" venv --quiet --python "$python" .venv
"$uv/bin/uv" pip sync --quiet --python .venv --require-hashes requirements/dev.txt
"$uv/bin/uv" pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
ln -sf "$uv/bin/uv" .venv/bin/uv
printf '%s' "$wanted" >"$stamp"
say "ready: $(.venv/bin/python --version) in .venv"
