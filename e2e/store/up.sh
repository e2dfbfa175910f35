#!/usr/bin/env bash
# Brings up the S3 store in the cluster: Service `store` of namespace `platerec-store`, port 8333, bucket `plates`.
# The keys are made once, in the Secrets `store-writer` (may do everything) and `store-reader` (reads the bucket).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source ../cluster/lib.sh
source ../cluster/env.sh
readonly bucket=plates

store() { kubectl --namespace platerec-store "$@"; }

random_key() { tr -dc 'A-Za-z0-9' </dev/urandom | head -c "$1" || true; }

make_keys() { # SECRET
  store get secret "$1" >/dev/null 2>&1 ||
    store create secret generic "$1" \
      --from-literal=AWS_ACCESS_KEY_ID="$(random_key 20)" --from-literal=AWS_SECRET_ACCESS_KEY="$(random_key 40)"
}

key_of() { # SECRET KEY
  store get secret "$1" --output "jsonpath={.data.$2}" | base64 -d
}

identity() { # NAME SECRET ACTIONS
  printf '{"name": "%s", "credentials": [{"accessKey": "%s", "secretKey": "%s"}], "actions": [%s]}' \
    "$1" "$(key_of "$2" AWS_ACCESS_KEY_ID)" "$(key_of "$2" AWS_SECRET_ACCESS_KEY)" "$3"
}

make_config() {
  printf '{"identities": [%s, %s]}' "$(identity writer store-writer '"Admin"')" \
    "$(identity reader store-reader "\"Read:$bucket\", \"List:$bucket\"")" |
    store create secret generic store-config --from-file=s3.json=/dev/stdin --dry-run=client --output yaml |
    store apply --filename -
}

deploy() {
  kubectl create namespace platerec-store --dry-run=client --output yaml | kubectl apply --filename -
  make_keys store-writer
  make_keys store-reader
  make_config
  sed "s|@STORE_IMAGE@|$STORE_IMAGE|" store.yaml | kubectl apply --filename -
  store rollout status deployment/store --timeout=120s
}

make_bucket() {
  local say="s3.bucket.list"
  store exec -i deployment/store -- weed shell <<<"$say" | grep -qw "$bucket" ||
    store exec -i deployment/store -- weed shell <<<"s3.bucket.create -name $bucket"
}

if [ -z "${STORE_IMAGE:-}" ]; then
  [ -f "$BUILD_DIR/images.env" ] || fail "there is no store image; \"make images\" builds it."
  source "$BUILD_DIR/images.env"
fi
step "Store" deploy
step "Bucket $bucket" make_bucket
