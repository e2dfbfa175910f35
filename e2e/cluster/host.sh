#!/usr/bin/env bash
# Sees to it that this host has a container engine that works and the programs that the other scripts call.
# As root on Debian or Ubuntu it installs what is missing, otherwise it names it in one sentence.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./lib.sh
source ./env.sh

install_packages() { # PACKAGE...
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# Prints the Debian packages that this host lacks.
missing_packages() {
  [ -n "${CONTAINER_ENGINE:-}" ] || echo podman runc iptables netavark aardvark-dns
  [ -n "${KIND_NODE_IMAGE:-}" ] || command -v debootstrap >/dev/null || echo debootstrap
  [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
  ./go-toolchain.sh --have || python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
}

# Whether containers of one network find each other by name.
names_resolve() {
  [ "$CONTAINER_ENGINE" != podman ] || [ -e /usr/lib/cni/dnsname ] ||
    [ "$(podman info --format '{{.Host.NetworkBackend}}')" = netavark ]
}

mapfile -t missing < <(missing_packages | tr ' ' '\n')
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    fail "this host lacks: ${missing[*]}; install them (a container engine must answer \"podman info\" or \"docker info\")."
  fi
  step "Debian packages: ${missing[*]}" install_packages "${missing[@]}"
fi
source ./env.sh
[ -n "${CONTAINER_ENGINE:-}" ] || fail "neither docker nor podman answers; \"podman info\" says why."
if [ "${WORKERS:-0}" -gt 0 ] && ! names_resolve; then
  fail "workers find the control plane by name, which podman's network backend \"cni\" does not resolve here; use WORKERS=0, or install netavark and aardvark-dns and choose that backend."
fi
# kind mounts it into every node.
[ -d /lib/modules ] || [ "$(id -u)" -ne 0 ] || mkdir -p /lib/modules
