#!/usr/bin/env bash
# `make swap-proof`: swaps under full load in a cluster of its own, which is deleted at the end, whatever happens.
# SHORT=1: five swaps of light releases. KEEP_CLUSTER=1 leaves the cluster for a look, and uses one that is there.
# The last line is JSON; build/swap-proof.json says more, build/swap-proof.png shows it.
set -euo pipefail
cd "$(dirname "$0")/.."

export CLUSTER_NAME=platerec-proof KUBECONFIG=$PWD/build/proof/kubeconfig
began=$SECONDS

say() { printf '\nswap-proof: %s (after %d s)\n' "$*" $((SECONDS - began)) >&2; }
finish() {
  local code=$?
  [ "${KEEP_CLUSTER:-}" = 1 ] || e2e/cluster/down.sh >/dev/null 2>&1 || true
  exit $code
}
trap finish EXIT

size=--full
[ "${SHORT:-}" != 1 ] || size=--short
mkdir -p build/proof
say "Python packages"
e2e/setup.sh >&2
say "models from the project's weights"
e2e/models.sh
[ "${KEEP_CLUSTER:-}" = 1 ] || e2e/cluster/down.sh >/dev/null 2>&1 || true
e2e/install.sh >&2
set -a
# shellcheck source=/dev/null
. build/images.env
set +a
say "swaps under load"
PYTHONPATH=e2e .venv/bin/python -m bench.swap_proof "$size"
