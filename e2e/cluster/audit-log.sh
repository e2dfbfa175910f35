#!/usr/bin/env bash
# Prints the API server's audit log: a JSON event a line, each with the user, the verb and the object.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./env.sh
exec "$CONTAINER_ENGINE" exec "$CLUSTER_NAME-control-plane" cat /var/log/kubernetes/audit.log
