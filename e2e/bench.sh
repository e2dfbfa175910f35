#!/usr/bin/env bash
# bench.sh NAME MODULE [ARGUMENT...]: runs a module of e2e/bench against the cluster platerec-NAME, made for it and
# deleted at the end, whatever happens. KEEP_CLUSTER=1 leaves the cluster for a look, and uses one that is there.
# On stdout is what the module prints, last a line of JSON.
set -euo pipefail
cd "$(dirname "$0")/.."

name=$1 module=$2
shift 2
export CLUSTER_NAME=platerec-$name KUBECONFIG=$PWD/build/$name/kubeconfig
began=$SECONDS

say() { printf '\n%s: %s (after %d s)\n' "$name" "$*" $((SECONDS - began)) >&2; }
finish() {
  local code=$?
  [ "${KEEP_CLUSTER:-}" = 1 ] || e2e/cluster/down.sh >/dev/null 2>&1 || true
  exit $code
}
trap finish EXIT

mkdir -p "build/$name"
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
. e2e/cluster/env.sh # its CONTAINER_ENGINE reaches the node, where a soak kills containers
set +a
say "load"
PYTHONPATH=e2e .venv/bin/python -m "bench.$module" "$@"
