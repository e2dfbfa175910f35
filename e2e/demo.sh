#!/usr/bin/env bash
# `make demo`: from nothing to the plates of a picture, read by a recognizer in a kind cluster of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

export CLUSTER_NAME=platerec-demo KUBECONFIG=$PWD/build/demo/kubeconfig
began=$SECONDS
forwards=()

say() { printf '\ndemo: %s\n' "$*" >&2; }
finish() {
  local code=$?
  [ ${#forwards[@]} = 0 ] || kill "${forwards[@]}" 2>/dev/null || true
  [ $code = 0 ] || printf '\ndemo: stopped with an error, see above; run `make demo` again to go on, or `make clean-demo` to clean up.\n' >&2
}
trap finish EXIT

# Forwards a port of a service; prints the local address.
forward() { # NAMESPACE SERVICE PORT
  local log=build/demo/forward-$2.log
  kubectl --namespace "$1" port-forward "service/$2" ":$3" >"$log" 2>&1 &
  forwards+=($!)
  for _ in $(seq 600); do # a minute
    address=$(sed -n 's/^Forwarding from \(127[^ ]*\) .*/\1/p' "$log")
    [ -z "$address" ] || return 0
    kill -0 "${forwards[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  echo "demo: cannot forward port $3 of service $2: $(cat "$log")" >&2
  exit 1
}

key() { # SECRET KEY
  kubectl -n platerec-store get secret "$1" -o "jsonpath={.data.$2}" | base64 -d
}

mkdir -p build/demo
picture=${PICTURE:-examples/street.jpg}
[ -f "$picture" ] || { echo "demo: there is no picture $picture: name one by PICTURE=." >&2; exit 2; }

say "1/6 Python packages and models"
e2e/setup.sh
e2e/models.sh

say "2/6 cluster, images, store, operator"
e2e/install.sh

say "3/6 a release in the store"
release=demo-$(find build/models -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-8)
forward platerec-store store 8333
AWS_ENDPOINT_URL=http://$address PLATEREC_STORE=s3://plates/demo
AWS_ACCESS_KEY_ID=$(key store-writer AWS_ACCESS_KEY_ID)
AWS_SECRET_ACCESS_KEY=$(key store-writer AWS_SECRET_ACCESS_KEY)
export AWS_ENDPOINT_URL PLATEREC_STORE AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
platerec release build build/models --name "$release" --out build/releases
platerec release publish "$release" --from build/releases
platerec release promote "$release" stable

say "4/6 a recognizer"
kubectl create namespace cameras --dry-run=client -o yaml | kubectl apply -f - >/dev/null
kubectl label namespace cameras pod-security.kubernetes.io/enforce=restricted --overwrite >/dev/null
kubectl -n cameras create secret generic store-reader --dry-run=client -o yaml \
  --from-literal=AWS_ACCESS_KEY_ID="$(key store-reader AWS_ACCESS_KEY_ID)" \
  --from-literal=AWS_SECRET_ACCESS_KEY="$(key store-reader AWS_SECRET_ACCESS_KEY)" | kubectl apply -f - >/dev/null
applied=$SECONDS
kubectl apply -f examples/plate-recognizer.yaml

say "5/6 waiting until it serves $release"
e2e/wait_ready.py cameras gate "$release"
echo "Ready after $((SECONDS - applied)) s." >&2

say "6/6 reading $picture"
forward cameras gate 8001
platerec recognize "$picture" --url "$address" --out build/demo

cat >&2 <<END

The annotated picture is in build/demo/. It took $((SECONDS - began)) s. To look around:

  export KUBECONFIG=$KUBECONFIG PATH=$PWD/.venv/bin:$PWD/build/bin:\$PATH
  kubectl get plr -A                                  what the recognizer says of itself
  kubectl -n cameras describe plr gate                its conditions
  kubectl -n cameras port-forward svc/gate 8001 &     then: platerec recognize YOUR-PICTURE.jpg
  make demo PICTURE=YOUR-PICTURE.jpg                  the demo with another picture
  make clean-demo                                     deletes the cluster
END
