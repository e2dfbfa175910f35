#!/usr/bin/env bash
# Lets pods use the GPUs that the worker of e2e/kind-gpu.yaml was given: installs NVIDIA's container toolkit on it,
# from the apt source and with the key of this host, makes it a runtime of containerd, and starts the device plugin.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

readonly node=$CLUSTER_NAME-worker
readonly source_list=/etc/apt/sources.list.d/nvidia-container-toolkit.list
readonly key=/usr/share/keyrings/nvidia-container-toolkit-keyring.gpg

install_toolkit() {
  docker cp "$source_list" "$node:$source_list"
  docker cp "$key" "$node:$key"
  docker exec "$node" sh -ec '
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nvidia-container-toolkit
    nvidia-ctk runtime configure --runtime=containerd --config-source=command
    # Older toolkits hide the driver files of a container behind a mount that containers within it cannot repeat.
    ! grep -q " /proc/driver/nvidia " /proc/mounts || umount --recursive /proc/driver/nvidia
    systemctl restart containerd'
}

start_device_plugin() {
  kubectl apply --filename nvidia-device-plugin.yaml
  kubectl --namespace kube-system rollout status daemonset/nvidia-device-plugin --timeout=300s
  kubectl wait "node/$node" --for=jsonpath='{.status.allocatable.nvidia\.com/gpu}' --timeout=120s
}

step "NVIDIA container toolkit on $node" install_toolkit
step "NVIDIA device plugin" start_device_plugin
