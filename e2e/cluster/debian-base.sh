#!/usr/bin/env bash
# Makes localhost/platerec/debian:bookworm, a minimal Debian 12 image, without any image registry: debootstrap
# fills a root file system from the mirror that this machine's own apt uses (or DEBIAN_MIRROR). The kind node
# image stands on it, and so can every image of the project where no registry answers. Its tar is cached.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

# The mirror of one Debian archive, "Debian" or "Debian-Security", as this machine's apt knows it.
mirror_of() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Identifier: Packages' |
    awk -v label="$1" '$1 == label { found = $2 } END { print found }'
}

make_root() { # DIRECTORY
  local main security
  if [ "$(id -u)" -ne 0 ]; then
    fail "the Debian base image is made by debootstrap, which needs root; run as root once, or name a KIND_NODE_IMAGE."
  fi
  main=${DEBIAN_MIRROR:-$(mirror_of Debian)}
  security=$(mirror_of Debian-Security)
  if [ -z "$main" ]; then
    fail "apt on this machine knows no Debian mirror; set DEBIAN_MIRROR to one."
  fi
  # In a mount namespace of its own, so that no /proc of this host stays mounted in it whatever happens.
  unshare --mount debootstrap --variant=minbase --include=ca-certificates bookworm "$1" "$main"
  printf 'deb %s %s main\n' "$main" bookworm "$main" bookworm-updates >"$1/etc/apt/sources.list"
  if [ -n "$security" ]; then
    printf 'deb %s bookworm-security main\n' "$security" >>"$1/etc/apt/sources.list"
  fi
}

pack_root() { # DIRECTORY TAR
  tar -C "$1" --numeric-owner --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' \
    --exclude='./var/log/*' --exclude='./proc/*' --exclude='./sys/*' -cf "$2.part" .
  mv "$2.part" "$2"
}

make_tar() { # TAR
  local root=$1.root
  rm -rf --one-file-system "$root"
  make_root "$root"
  pack_root "$root" "$1"
  rm -rf --one-file-system "$root"
}

take_turn debian-base
image=localhost/platerec/debian:bookworm
hash=$(hash_of debian-base.sh)
tar=$CACHE/debian-base-$hash.tar

if [ ! -f "$tar" ]; then
  step "Debian base system" make_tar "$tar"
  drop_others "$tar" "$CACHE"/debian-base-*
fi
if ! image_is "$image" "$hash"; then
  step "Image $image" "$CONTAINER_ENGINE" import \
    --change "LABEL $CACHE_LABEL=$hash" --change 'CMD ["bash"]' "$tar" "$image"
fi
