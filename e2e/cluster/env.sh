# shellcheck shell=bash
# Source this to talk to the cluster: it names the container engine that works (a docker client without a
# daemon does not), and puts kind, kubectl, helm and the cluster's kubeconfig where programs look for them.
# Nothing outside the checkout is touched, ~/.kube/config and the engine's own settings included.

_cluster_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
_root=$(cd "$_cluster_dir/../.." && pwd)
export BUILD_DIR=$_root/build
export CLUSTER_NAME=${CLUSTER_NAME:-platerec}
export KUBECONFIG=${KUBECONFIG:-$BUILD_DIR/kubeconfig}
[[ $KUBECONFIG == /* ]] || KUBECONFIG=$_root/$KUBECONFIG
export PATH=$BUILD_DIR/bin:$PATH:/usr/sbin:/sbin

# Podman's default limits need the right to raise limits, and crun refuses hybrid cgroups. On a host with either
# trouble podman gets settings of ours, unless its owner has written some.
_podman_needs_settings() {
  [ -z "${CONTAINERS_CONF:-}" ] && [ ! -e /etc/containers/containers.conf ] &&
    [ ! -e "${XDG_CONFIG_HOME:-$HOME/.config}/containers/containers.conf" ] &&
    { ! (ulimit -n 1048576) 2>/dev/null || [ -d /sys/fs/cgroup/unified ]; }
}

if _podman_needs_settings; then
  export CONTAINERS_CONF=$_cluster_dir/containers.conf
fi

if [ -z "${CONTAINER_ENGINE:-}" ]; then
  for _engine in docker podman; do
    if "$_engine" info >/dev/null 2>&1; then
      export CONTAINER_ENGINE=$_engine
      break
    fi
  done
fi
# Else kind would look for itself, and find docker where podman was asked for.
[ -z "${CONTAINER_ENGINE:-}" ] || export KIND_EXPERIMENTAL_PROVIDER=$CONTAINER_ENGINE
