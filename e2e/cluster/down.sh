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
label="label=io.x-k8s.kind.cluster=$CLUSTER_NAME"
remove_nodes() {
  podman rm --force --filter "$label"
}
# kind makes a volume of some gigabytes for each node, and forgets it with the node.
list_volumes() {
  podman ps --all --quiet --filter "$label" |
    xargs --no-run-if-empty podman inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}{{println .Name}}{{end}}{{end}}'
}

if [ "$CONTAINER_ENGINE" = podman ]; then
  volumes=$(list_volumes 2>/dev/null || true)
  remove_nodes >/dev/null 2>&1 || remove_nodes >/dev/null 2>&1 || true
  xargs --no-run-if-empty podman volume rm --force <<<"$volumes" >/dev/null 2>&1 || true
fi
"$(./binaries.sh kind)/kind" delete cluster --name "$CLUSTER_NAME" --kubeconfig "$KUBECONFIG"
