#!/usr/bin/env bash
# Brings up what the demo and the tests stand on: cluster CLUSTER_NAME, images, store and operator.
# Can be run again: what is there already is left, what changed is replaced.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n%s: %s\n' "${CLUSTER_NAME}" "$*" >&2; }

say "cluster"
e2e/cluster/up.sh
say "images"
e2e/images/build.sh
set -a
# shellcheck source=/dev/null
. build/images.env
set +a
e2e/cluster/load-image.sh "$PLATEREC_IMAGE" "$TRITON_CPU_IMAGE" "$STORE_IMAGE"
say "store"
e2e/store/up.sh
say "operator"
helm upgrade --install platerec-operator charts/platerec-operator --namespace platerec-system --create-namespace \
  --set-string "images.platerec=$PLATEREC_IMAGE,images.tritonCpu=$TRITON_CPU_IMAGE" --wait --timeout 3m >/dev/null
kubectl --namespace platerec-system get deployment platerec-operator
