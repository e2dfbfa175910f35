#!/usr/bin/env bash
# Builds the programs of one Go module under go/ into the cache and prints the folder that holds them.
# Versions are pinned by the module's go.mod and go.sum; a module is built again only when its files change.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh

# Linker flags that tell a program its version, as its own release build does.
version_flags() { # MODULE
  case $1 in
    containerd) echo "-X github.com/containerd/containerd/v2/version.Version=$(version_of github.com/containerd/containerd/v2)" ;;
    helm) echo "-X helm.sh/helm/v3/internal/version.version=$(version_of helm.sh/helm/v3)" ;;
    kubernetes) kubernetes_flags "$(version_of k8s.io/kubernetes)" ;;
  esac
}

kubernetes_flags() { # VERSION
  local package=k8s.io/component-base/version major minor
  IFS=. read -r major minor _ <<<"${1#v}"
  echo "-X $package.gitVersion=$1 -X $package.gitMajor=$major -X $package.gitMinor=$minor"
}

version_of() { # GO_MODULE
  "$go" list -m -f '{{.Version}}' "$1"
}

build() { # MODULE DIRECTORY
  rm -rf "$2.part"
  mkdir -p "$2.part"
  (
    cd "go/$1"
    export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly
    "$go" build -trimpath -buildvcs=false -ldflags "-s -w $(version_flags "$1")" \
      -tags no_aufs,no_zfs,no_btrfs,no_devmapper -o "$2.part/" tool ./...
  )
  mv "$2.part" "$2"
}

module=$1
take_turn "$module"
built=$CACHE/$module-$(hash_of "go/$module" binaries.sh)
if [ ! -d "$built" ]; then
  go=$(./go-toolchain.sh)
  step "Go programs of $module" build "$module" "$built"
  drop_others "$built" "$CACHE/$module"-*
fi
echo "$built"
