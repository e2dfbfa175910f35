#!/usr/bin/env bash
# Says in one sentence what this host lacks for a cluster with real GPUs, and exits with 1; or nothing, and 0.
# What each of these is for: docs/how-to/gpu-cluster.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh

readonly toolkit_config=/etc/nvidia-container-runtime/config.toml
readonly toolkit_source=/etc/apt/sources.list.d/nvidia-container-toolkit.list

lacks() { fail "no cluster with GPUs on this host: $*"; }

nvidia-smi --list-gpus 2>/dev/null | grep -q '^GPU ' ||
  lacks "it has no NVIDIA GPU with a working driver (\"nvidia-smi --list-gpus\" names none)."
docker info >/dev/null 2>&1 ||
  lacks "docker does not answer, and kind hands GPUs to nodes through docker only."
[ "$(docker info --format '{{.DefaultRuntime}}')" = nvidia ] ||
  lacks "NVIDIA's runtime is not docker's default; run \"nvidia-ctk runtime configure --runtime=docker --set-as-default\" and restart docker."
grep -Eq '^ *accept-nvidia-visible-devices-as-volume-mounts *= *true' "$toolkit_config" 2>/dev/null ||
  lacks "GPUs are not handed on by mounts; run \"nvidia-ctk config --set accept-nvidia-visible-devices-as-volume-mounts=true --in-place\"."
[ -e "$toolkit_source" ] ||
  lacks "$toolkit_source is missing, from which the node installs NVIDIA's container toolkit."
