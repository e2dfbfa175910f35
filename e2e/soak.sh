#!/usr/bin/env bash
# `make soak`: faults under load in a cluster of its own, which is deleted at the end, whatever happens.
# MINUTES=20 of faults, SEED= for the order of another run, FAULT= for one alone.
# KEEP_CLUSTER=1 leaves the cluster for a look, and uses one that is there.
# The last line is JSON; build/soak.json says more, and build/soak/ of each fault that ended wrongly.
set -euo pipefail
cd "$(dirname "$0")/.."

export CLUSTER_NAME=platerec-soak KUBECONFIG=$PWD/build/soak/kubeconfig
began=$SECONDS

say() { printf '\nsoak: %s (after %d s)\n' "$*" $((SECONDS - began)) >&2; }
finish() {
  local code=$?
  [ "${KEEP_CLUSTER:-}" = 1 ] || e2e/cluster/down.sh >/dev/null 2>&1 || true
  exit $code
}
trap finish EXIT

mkdir -p build/soak
say "Python packages"
e2e/setup.sh >&2
say "models from the project's weights"
e2e/models.sh
[ "${KEEP_CLUSTER:-}" = 1 ] || e2e/cluster/down.sh >/dev/null 2>&1 || true
e2e/install.sh >&2
set -a
# shellcheck source=/dev/null
. build/images.env
# shellcheck source=/dev/null
. e2e/cluster/env.sh # its CONTAINER_ENGINE reaches the node, where containers are killed
set +a
say "faults under load"
PYTHONPATH=e2e .venv/bin/python -m bench.soak --minutes "${MINUTES:-20}" \
  ${SEED:+--seed "$SEED"} ${FAULT:+--only "$FAULT"}
