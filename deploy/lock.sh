#!/bin/sh
# Resolve deploy/requirements/*.in for Python 3.10 into hashed files that name no package index.
set -eu
cd "$(dirname "$0")/requirements"
uv=$(command -v uv || echo ../../.tools/bin/uv)
compile() {
    "$uv" pip compile --quiet --python-version 3.10 --generate-hashes --no-emit-index-url --no-header --no-annotate \
        --override overrides.txt "$@"
}
compile run.in -o run.txt
compile dev.in -c run.txt -o dev.txt
