#!/usr/bin/env bash
# Gives a Kubernetes cluster in containers on this machine, with a default StorageClass, an audit log and
# kind, kubectl, helm in build/bin and the kubeconfig in build/. Run again, it finds the cluster and finishes.
#   WORKERS=2                            worker nodes beside the control plane (default 0)
#   KIND_NODE_IMAGE=kindest/node:v1.34.0 a published node image instead of one built here
#   GPU=1                                a worker with this host's GPUs (e2e/kind-gpu.yaml)
#   CLUSTER_NAME=platerec  KUBECONFIG=build/kubeconfig  CONTAINER_ENGINE=podman|docker
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

readonly workers=${WORKERS:-0}
# There while a cluster is being made, so that the next run knows the remains of an interrupted one.
readonly unfinished=$CACHE/$CLUSTER_NAME.unfinished

link_tool() { # NAME PROGRAM
  mkdir -p "$BUILD_DIR/bin"
  ln -sfn "$2" "$BUILD_DIR/bin/$1"
}

provide_tools() {
  link_tool kind "$(./binaries.sh kind)/kind"
  link_tool helm "$(./binaries.sh helm)/helm"
  if [ -z "${KIND_NODE_IMAGE:-}" ]; then
    link_tool kubectl "$(./binaries.sh kubernetes)/kubernetes"
  fi
}

# A published node image brings a kubectl of its own version.
copy_kubectl() {
  rm -f "$BUILD_DIR/bin/kubectl"
  "$CONTAINER_ENGINE" cp "$CLUSTER_NAME-control-plane:/usr/bin/kubectl" "$BUILD_DIR/bin/kubectl"
}

kind_config() {
  local worker
  if [ "${GPU:-}" = 1 ]; then
    cat ../kind-gpu.yaml
  else
    cat kind.yaml
  fi
  for ((worker = 0; worker < workers; worker++)); do
    echo "  - role: worker"
  done
}

create() { # IMAGE
  mkdir -p "$(dirname "$KUBECONFIG")"
  kind_config | (cd ../.. && kind create cluster --name "$CLUSTER_NAME" --image "$1" --config - \
    --kubeconfig "$KUBECONFIG" --retain)
}

# Fails with the engine where it can list no container, which is how podman shows that one is broken.
nodes() {
  "$CONTAINER_ENGINE" ps --all --filter "label=io.x-k8s.kind.cluster=$CLUSTER_NAME" --format '{{.Names}}'
}

# A cluster that is there may have been stopped, by a reboot for one. It gets one start, and must then answer.
revive() {
  nodes | xargs timeout 60 "$CONTAINER_ENGINE" start
  kind export kubeconfig --name "$CLUSTER_NAME" --kubeconfig "$KUBECONFIG"
  [ -e "$BUILD_DIR/bin/kubectl" ] || copy_kubectl
  timeout 60 bash -c 'until kubectl get --raw=/readyz --request-timeout=5s; do sleep 1; done'
}

# Whether podman says that the control plane runs while its process is dead.
is_wreck() {
  local pid
  pid=$("$CONTAINER_ENGINE" container inspect --format '{{.State.Pid}}' "$CLUSTER_NAME-control-plane" 2>>"$LOG") &&
    [ "${pid:-0}" -gt 0 ] && [ ! -e "/proc/$pid" ]
}

make_anew() {
  local image
  image=${KIND_NODE_IMAGE:-$(./node-image.sh)}
  touch "$unfinished"
  step "Cluster $CLUSTER_NAME with $workers workers" create "$image"
  [ -e "$BUILD_DIR/bin/kubectl" ] || copy_kubectl
}

wait_ready() {
  kubectl wait --for=condition=Ready --timeout=120s nodes --all
  kubectl rollout status --timeout=120s -n kube-system deployment/coredns
  kubectl rollout status --timeout=120s -n local-path-storage deployment/local-path-provisioner
}

clean_up() {
  if [ -e "$unfinished" ]; then
    rm -rf "$CACHE/failed-cluster"
    kind export logs --name "$CLUSTER_NAME" "$CACHE/failed-cluster" >>"$LOG" 2>&1 || true
    ./down.sh >>"$LOG" 2>&1 || true
    rm "$unfinished"
    say "The half-made cluster was removed; its nodes' logs are in $CACHE/failed-cluster."
  fi
}

[[ $workers =~ ^[0-9]+$ ]] || fail "WORKERS is \"$workers\"; it must be a number."
: >"$LOG"
./host.sh
source ./env.sh
provide_tools
clean_up
trap clean_up EXIT

if ! found=$(nodes 2>>"$LOG"); then
  is_wreck || fail "$CONTAINER_ENGINE lists no containers, because one that is not of cluster $CLUSTER_NAME is broken; delete its cluster: CLUSTER_NAME=... e2e/cluster/down.sh."
  found=wreck
fi
if [ -n "$found" ]; then
  attempt "Cluster $CLUSTER_NAME, which exists already" revive
  if [ "$attempted" -ne 0 ]; then
    say "Cluster $CLUSTER_NAME does not answer, so it is deleted and made anew."
    step "Cluster $CLUSTER_NAME deleted" ./down.sh
    found=
  fi
fi
[ -n "$found" ] || make_anew
[ -n "${KIND_NODE_IMAGE:-}" ] || step "Pod network" ./network.sh
step "Nodes, DNS and storage ready" wait_ready
[ "${GPU:-}" != 1 ] || ./gpu.sh
rm -f "$unfinished"
say "Cluster $CLUSTER_NAME is ready: export KUBECONFIG=$KUBECONFIG"
