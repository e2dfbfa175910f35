#!/usr/bin/env bash
# Builds the kind node image from Go modules and the Debian base image and prints its name. It is kept in the
# engine's store and, as a tar, in the cache, and built again only when something that it is made from changes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

readonly image=localhost/platerec/kind-node:latest
readonly modules=(kubernetes etcd containerd coredns local-path)

# Fills the build context with the files of node/, the programs and the node files of kind's own module.
fill_context() { # CONTEXT PROGRAM_FOLDER...
  local folder kind_files
  rm -rf "$1"
  cp -r node "$1"
  mkdir "$1/bin"
  for folder in "${@:2}"; do
    cp -l "$folder"/* "$1/bin/"
  done
  kind_files=$(cd go/kind && GOFLAGS=-mod=readonly "$(../../go-toolchain.sh)" list -m -f '{{.Dir}}' sigs.k8s.io/kind)
  cp -r --no-preserve=mode "$kind_files/images/base/files" "$1/kind"
}

build_target() { # CONTEXT TARGET IMAGE ARGUMENT...
  "$CONTAINER_ENGINE" build --network=host --file "$1/Dockerfile" --target "$2" --tag "$3" "${@:4}" "$1"
}

# The images that kubeadm will start, under the names it asks for, and those of the storage class.
build_carried_images() { # CONTEXT
  local wanted name
  carried=(localhost/platerec/debian:bookworm localhost/platerec/local-path-provisioner:node)
  build_target "$1" local-path-provisioner "${carried[1]}"
  ln -sf kubernetes "$1/bin/kubeadm"
  wanted=$("$1/bin/kubeadm" config images list --kubernetes-version "$version")
  for name in $wanted; do
    case $name in
      */etcd:*) build_target "$1" etcd "$name" ;;
      */coredns:*) build_target "$1" coredns "$name" ;;
      */pause:*) build_target "$1" pause "$name" ;;
      *) build_target "$1" kubernetes "$name" ;;
    esac
    carried+=("$name")
  done
}

save_images() { # TAR IMAGE...
  if [ "$CONTAINER_ENGINE" = podman ]; then
    podman save --quiet --multi-image-archive --output "$@"
  else
    docker save --output "$@"
  fi
}

id_of() { "$CONTAINER_ENGINE" image inspect --format '{{.Id}}' "$1" 2>/dev/null || true; }

build_node() { # CONTEXT TAR
  local carried version before
  before=$(id_of "$image")
  version=$(cd go/kubernetes && awk '$1 == "k8s.io/kubernetes" && !/=>/ { print $2; exit }' go.mod)
  build_carried_images "$1"
  save_images "$1/images.tar" "${carried[@]}"
  # Nobody on this host shall take our builds for the registry's.
  "$CONTAINER_ENGINE" rmi "${carried[@]:1}"
  build_target "$1" node "$image" --label "$CACHE_LABEL=$hash" \
    --build-arg "KUBERNETES_VERSION=$version" \
    --build-arg "PAUSE_IMAGE=$(printf '%s\n' "${carried[@]}" | grep /pause:)"
  # The node image before this one goes, unless a cluster still stands on it.
  [ -z "$before" ] || [ "$before" = "$(id_of "$image")" ] || "$CONTAINER_ENGINE" rmi "$before" || true
  save_images "$2.part" "$image"
  mv "$2.part" "$2"
}

take_turn node-image
hash=$(hash_of node node-image.sh debian-base.sh binaries.sh "${modules[@]/#/go/}" go/kind)
tar=$CACHE/node-image-$hash.tar
context=$CACHE/node-context

if [ ! -f "$tar" ]; then
  programs=()
  for module in "${modules[@]}"; do
    programs+=("$(./binaries.sh "$module")")
  done
  ./debian-base.sh
  fill_context "$context" "${programs[@]}"
  step "Node image" build_node "$context" "$tar"
  rm -rf "$context"
  drop_others "$tar" "$CACHE"/node-image-*
elif ! image_is "$image" "$hash"; then
  step "Node image from the cache" "$CONTAINER_ENGINE" load --input "$tar"
fi
echo "$image"
