#!/usr/bin/env bash
# Makes a node offer GPUs that are not there, so that scheduling can be tested without any: pods that ask for
# them are placed and started, and find no device. The kubelet keeps the number; 0 takes them away.
#   simulate-gpus.sh NODE COUNT
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

[[ $# -eq 2 && $2 =~ ^[0-9]+$ ]] || fail "usage: simulate-gpus.sh NODE COUNT"
kubectl patch node "$1" --subresource=status --type=json \
  --patch "[{\"op\": \"add\", \"path\": \"/status/capacity/nvidia.com~1gpu\", \"value\": \"$2\"}]"
kubectl wait "node/$1" --for=jsonpath='{.status.allocatable.nvidia\.com/gpu}'="$2" --timeout=60s
