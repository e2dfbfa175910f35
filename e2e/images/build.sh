#!/usr/bin/env bash
# Builds the project's images where they are missing, and writes their names into build/images.env. An image is
# tagged with the hash of what it is made from: nothing is built twice, and a pod of a changed image is a changed pod.
#   PLATEREC_IMAGE= TRITON_CPU_IMAGE= STORE_IMAGE=   published images to use instead
#   BASE_IMAGE=                                      the Debian 12 image to stand on
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
source e2e/cluster/lib.sh
e2e/cluster/host.sh
source e2e/cluster/env.sh

readonly published_base=docker.io/library/debian:bookworm-slim
readonly authorities=/etc/ssl/certs/ca-certificates.crt

# Debian's published image where a registry answers, else one made from Debian's packages.
choose_base() {
  [ -z "${BASE_IMAGE:-}" ] || return 0
  if timeout 60 "$CONTAINER_ENGINE" pull --quiet "$published_base" >>"$LOG" 2>&1; then
    BASE_IMAGE=$published_base
  else
    e2e/cluster/debian-base.sh
    BASE_IMAGE=localhost/platerec/debian:bookworm
  fi
}

build() { # IMAGE DOCKERFILE CONTEXT
  local options=(--build-arg "BASE=$BASE_IMAGE")
  # Podman's own network needs programs that a small host lacks.
  [ "$CONTAINER_ENGINE" != podman ] || options+=(--network=host)
  # The build trusts whom this machine trusts: a proxy that opens TLS would be refused otherwise.
  [ ! -f "$authorities" ] || options+=(--secret "id=ca,src=$authorities")
  DOCKER_BUILDKIT=1 "$CONTAINER_ENGINE" build "${options[@]}" --tag "$1" --file "$2" "$3"
}

keep() { # IMAGE TAR
  mkdir -p "$(dirname "$2")"
  "$CONTAINER_ENGINE" save --output "$2.part" "$1"
  mv "$2.part" "$2"
}

exists() { "$CONTAINER_ENGINE" image inspect "$1" >/dev/null 2>&1; }

# Tags of what the image was before. One that a container still runs from stays.
forget_others() { # NAME KEEP
  "$CONTAINER_ENGINE" images --format '{{.Repository}}:{{.Tag}}' "localhost/$1" | grep -vFx "$2" |
    xargs --no-run-if-empty --max-args=1 "$CONTAINER_ENGINE" rmi >>"$LOG" 2>&1 || true
}

# Sees to one image and prints the line that names it. Kept tars outlive the engine's own storage.
provide() { # VARIABLE NAME DOCKERFILE CONTEXT INPUT...
  local variable=$1 name=$2 hash image tar
  if [ -z "${!variable:-}" ]; then
    hash=$(hash_of "${@:5}" "$3" -not -path '*/__pycache__/*' -not -path '*/tests/*')
    image=localhost/$name:$hash
    tar=$CACHE/images/$name-$hash.tar
    if ! exists "$image" && [ -f "$tar" ]; then
      step "Image $name from the cache" "$CONTAINER_ENGINE" load --input "$tar"
    fi
    if ! exists "$image"; then
      choose_base
      step "Image $name" build "$image" "$3" "$4"
      forget_others "$name" "$image"
    fi
    if [ "$name" != platerec ] && [ ! -f "$tar" ]; then
      step "Image $name kept in the cache" keep "$image" "$tar"
      drop_others "$tar" "$CACHE/images/$name"-*.tar
    fi
    printf -v "$variable" '%s' "$image"
  fi
  echo "$variable=${!variable}" >>build/images.env.part
}

mkdir -p build
: >build/images.env.part
provide STORE_IMAGE platerec-store e2e/store/Dockerfile e2e/store e2e/store/requirements.txt
provide TRITON_CPU_IMAGE platerec-triton-cpu model_store/triton/Dockerfile model_store/triton \
  model_store/triton/{requirements.txt,backends,platerec_backend}
provide PLATEREC_IMAGE platerec operator/Dockerfile . pyproject.toml README.md LICENSE requirements/{image,wheel}.txt \
  operator/platerec_operator model_store/platerec_{store,pipeline,cli} conversion/platerec_convert
mv build/images.env.part build/images.env
cat build/images.env >&2
