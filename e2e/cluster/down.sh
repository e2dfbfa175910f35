#!/usr/bin/env bash
# Deletes the cluster that up.sh made and its entries in the kubeconfig, and nothing else, whatever state they are in. What was built for it
# stays in the cache.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

[ -n "${CONTAINER_ENGINE:-}" ] || fail "no container engine answers, so there is no cluster to delete."

# When a container has lost its network namespace podman lists none at all, so kind finds no node; podman still
# removes it: at the second call where the first one only learns that its processes are dead.
remove_nodes() {
  podman rm --force --volumes --filter "label=io.x-k8s.kind.cluster=$CLUSTER_NAME"
}

if [ "$CONTAINER_ENGINE" = podman ]; then
  remove_nodes >/dev/null 2>&1 || remove_nodes >/dev/null 2>&1 || true
fi
"$(./binaries.sh kind)/kind" delete cluster --name "$CLUSTER_NAME" --kubeconfig "$KUBECONFIG"
