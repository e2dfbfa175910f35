#!/usr/bin/env bash
# Converts the project's own weights into build/models, the folder that releases are built from. Nothing of it is
# committed; the result is cached by the content of weights, golden picture and converter.
set -euo pipefail
cd "$(dirname "$0")/.."

cache=${XDG_CACHE_HOME:-$HOME/.cache}/platerec/models
key=$(find conversion model_store/platerec_pipeline model_store/repository examples/street.jpg examples/street.json requirements/dev.txt \
  -type f ! -path '*/tests/*' ! -path '*/training/*' ! -path '*/synthetic/*' ! -name '*.md' ! -name '*.pyc' -print0 |
  LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -c1-16)
if [ ! -d "$cache/$key" ]; then
  echo "models: converting the project's weights (a minute or two)" >&2
  rm -rf "$cache" && mkdir -p "$cache"
  .venv/bin/platerec-convert all --golden examples/street.jpg --labels examples/street.json --out "$cache/$key.part"
  mv "$cache/$key.part" "$cache/$key"
fi
rm -rf build/models && mkdir -p build && cp -r "$cache/$key" build/models
echo "models: $(du -sh build/models | cut -f1) in build/models" >&2
