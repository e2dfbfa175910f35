#!/usr/bin/env bash
# `make test`: checks, then every test, with a cluster of its own that is deleted at the end, whatever happens.
# KEEP_CLUSTER=1 leaves it for a look, and uses one that is there; else what an interrupted run left goes first.
# The last line counts what passed, failed and was skipped.
set -euo pipefail
cd "$(dirname "$0")/.."

export CLUSTER_NAME=platerec-test KUBECONFIG=$PWD/build/test/kubeconfig PLATEREC_TEST_ALL=1
export PLATEREC_REFERENCE_DATA=${PLATEREC_REFERENCE_DATA:-$(cd .. && pwd)/shared/data}
began=$SECONDS
summary="no test ran"

say() { printf '\ntest: %s (after %d s)\n' "$*" $((SECONDS - began)) >&2; }
finish() {
  local code=$?
  [ "${KEEP_CLUSTER:-}" = 1 ] || e2e/cluster/down.sh >/dev/null 2>&1 || true
  printf '\ntest: %s; %d s in all\n' "$summary" $((SECONDS - began)) >&2
  exit $code
}
trap finish EXIT

mkdir -p build/test
say "Python packages"
e2e/setup.sh
say "lint, types, import rules"
make --no-print-directory check
say "models from the project's weights"
e2e/models.sh
# Where no engine is installed yet there is no cluster either; one that cannot be deleted up.sh names.
[ "${KEEP_CLUSTER:-}" = 1 ] || e2e/cluster/down.sh >/dev/null 2>&1 || true
e2e/install.sh
set -a
# shellcheck source=/dev/null
. build/images.env
set +a
say "tests"
code=0
.venv/bin/python -m pytest operator model_store conversion charts docs e2e/bench e2e/tests 2>&1 | tee build/test/pytest.log || code=${PIPESTATUS[0]}
summary=$(tail -1 build/test/pytest.log | tr -d '=' | sed 's/^ *//; s/ *$//')
exit "$code"
