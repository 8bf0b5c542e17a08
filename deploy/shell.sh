#!/bin/sh
# `rasa shell` with the action server beside it; both end together.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p var
.venv/bin/rasa run actions --port 5056 >var/actions.log 2>&1 &
actions=$!
trap 'kill "$actions" 2>/dev/null' EXIT INT TERM
.venv/bin/rasa shell
