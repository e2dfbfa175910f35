#!/usr/bin/env bash
# Connects the pods of nodes that were made from our node image, which bring no network of their own: tells each
# node which addresses its pods may have and the way to every other node's. Repeating it changes nothing; a node
# forgets its routes when its container restarts, so up.sh does it every time.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/env.sh"

readonly pod_subnet=10.244.0.0/16

nodes=$(kubectl get nodes -o name)
# shellcheck disable=SC2086
kubectl wait --for=jsonpath='{.spec.podCIDR}' --timeout=60s $nodes
# A line for each node: its name, its address, its pods' addresses.
table=$(kubectl get nodes -o jsonpath='{range .items[*]}{.metadata.name} {.status.addresses[0].address} {.spec.podCIDR}{"\n"}{end}')

while read -r node _ pod_cidr; do
  mapfile -t routes < <(awk -v node="$node" '$1 != node { print $3 "=" $2 }' <<<"$table")
  "$CONTAINER_ENGINE" exec "$node" connect-pods "$pod_subnet" "$pod_cidr" "${routes[@]}"
done <<<"$table"
