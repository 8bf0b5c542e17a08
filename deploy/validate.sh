#!/bin/sh
# `rasa data validate` with its output kept short: all of it only when something is wrong.
set -u
cd "$(dirname "$0")/.." || exit 1
mkdir -p var
if ! .venv/bin/rasa data validate --fail-on-warnings >var/validate.log 2>&1; then
    grep -v -i deprecat var/validate.log | tail -n 30 >&2
    echo "mesoguide: The training data has faults; the whole output is in var/validate.log." >&2
    exit 1
fi
echo "Training data: no faults."
