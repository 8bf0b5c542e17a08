"""Turn packaged weights, with our correction, into an int8 CTranslate2 model. Needs no network."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

from safetensors.numpy import load_file

from bot.encoder.adapter import Adapter
from bot.encoder.sources import TOKENIZER, WEIGHTS, Source, unpacked
from bot.encoder.spec import adds_places, model_spec

MADE_OF = "made_of.txt"
READING = "reading.json"
"""What `SentenceEncoder` must know about the model: how many numbers it gives, and whether it wants places."""


def ensure_encoder(target: Path, source: Source, made_of: str, adapter: Adapter | None = None) -> Path:
    """Convert into the folder `target` unless it is there already; a few seconds. Safe when two processes race.

    A folder that was made of something else than `made_of` says is made anew. Raises SettingsError when a weights
    package is missing or isn't the one that was vetted.
    """
    if _is_made_of(target, made_of):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="encoder-", dir=target.parent))
    try:
        with unpacked(source, target.parent) as folder:
            _convert(folder, scratch, adapter, source.layers)
        (scratch / MADE_OF).write_text(made_of, encoding="utf-8")
        _move_into_place(scratch, target, made_of)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _is_made_of(target: Path, made_of: str) -> bool:
    try:
        is_whole = (target / "model.bin").exists() and (target / READING).exists()
        return is_whole and (target / MADE_OF).read_text(encoding="utf-8") == made_of
    except OSError:
        return False


def _move_into_place(scratch: Path, target: Path, made_of: str) -> None:
    if target.exists() and not _is_made_of(target, made_of):
        # Out of the way in one move as well; who has the old model open keeps it.
        stale = scratch.with_name(scratch.name + "-old")
        os.replace(target, stale)
        shutil.rmtree(stale, ignore_errors=True)
    try:
        os.replace(scratch, target)
    except OSError:
        # Another process was quicker: its folder is complete, because it arrived in one move.
        if not _is_made_of(target, made_of):
            raise


def _convert(source: Path, target: Path, adapter: Adapter | None, layers: int | None) -> None:
    config = json.loads((source / "config.json").read_text(encoding="utf-8"))
    config["num_hidden_layers"] = layers or config["num_hidden_layers"]
    weights = load_file(str(source / WEIGHTS))
    weights = adapter.merge(weights) if adapter else weights
    model = model_spec(config, weights, (source / "vocab.txt").read_text(encoding="utf-8").splitlines())
    model.optimize(quantization="int8")
    model.save(str(target))
    shutil.copy(source / TOKENIZER, target / TOKENIZER)
    reading = {"dimension": config["hidden_size"], "places": adds_places(config["model_type"])}
    (target / READING).write_text(json.dumps(reading), encoding="utf-8")


def model_fingerprint(folder: Path) -> str:
    """A hash that changes when the converted model changes."""
    digest = hashlib.sha256()
    for name in ("model.bin", TOKENIZER, "config.json"):
        if (folder / name).exists():
            digest.update((folder / name).read_bytes())
    return digest.hexdigest()
