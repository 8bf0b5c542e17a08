#!/bin/sh
# Train the model unless nothing that it is made of has changed. `--force` trains in any case.
set -u
cd "$(dirname "$0")/.." || exit 1
log=var/train.log
stamp=models/.trained
mkdir -p var models

made_of() {
    cat config.yml domain.yml data/nlu/*.yml data/stories/*.yml \
        bot/emoji.py bot/nlu/*.py bot/encoder/*.py bot/perceptron/*.py data/encoder/*.safetensors \
        deploy/requirements/run.txt | cksum
}

if [ "${1:-}" != --force ] && [ "$(cat "$stamp" 2>/dev/null)" = "$(made_of)" ] && [ -e models/mesoguide.tar.gz ]; then
    exit 0
fi
echo "Training the model (a few minutes) ..."
before=$(made_of)
if ! .venv/bin/rasa train --force --skip-validation --fixed-model-name mesoguide --out models >"$log" 2>&1; then
    grep -vi warning "$log" | tail -n 15 >&2
    echo "mesoguide: Training failed; the whole output is in $log." >&2
    exit 1
fi
# Stamped with what was there when training began: a file changed meanwhile trains again next time.
echo "$before" >"$stamp"
