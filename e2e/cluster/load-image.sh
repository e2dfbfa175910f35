#!/usr/bin/env bash
# Brings images of the container engine's store onto every node of the cluster. A node that holds exactly that
# image under that name is left alone.
#   load-image.sh IMAGE...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

nodes() {
  "$CONTAINER_ENGINE" ps --filter "label=io.x-k8s.kind.cluster=$CLUSTER_NAME" --format '{{.Names}}'
}

# containerd lists an image by its name and by its id: the node has it when both mean the same content.
node_has() { # NODE IMAGE ID
  "$CONTAINER_ENGINE" exec "$1" ctr --namespace k8s.io images list |
    awk -v image="$2" -v id="$3" '
      $1 == id { by_id = $3 }
      $1 == image || $1 == "docker.io/library/" image || $1 == "docker.io/" image { by_name = $3 }
      END { exit by_id == "" || by_id != by_name }'
}

import() { # NODE IMAGE
  "$CONTAINER_ENGINE" save "$2" |
    "$CONTAINER_ENGINE" exec -i "$1" ctr --namespace k8s.io images import --all-platforms --digests -
}

[ "$#" -gt 0 ] || fail "usage: load-image.sh IMAGE..."
[ -n "$(nodes)" ] || fail "there is no cluster named $CLUSTER_NAME; \"make cluster\" makes one."
for image in "$@"; do
  id=$("$CONTAINER_ENGINE" image inspect --format '{{.Id}}' "$image" 2>/dev/null) ||
    fail "$CONTAINER_ENGINE holds no image $image; \"make images\" builds the project's."
  for node in $(nodes); do
    node_has "$node" "$image" "sha256:${id#sha256:}" || step "$image to $node" import "$node" "$image"
  done
done
