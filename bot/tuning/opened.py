"""A packaged encoder, opened to be tuned."""

from __future__ import annotations

import json
from pathlib import Path

from safetensors.numpy import load_file
from tokenizers import Tokenizer

from bot.encoder.adapter import Adapter
from bot.encoder.sources import TOKENIZER, WEIGHTS, Source, unpacked
from bot.tuning.network import Network

MAX_TOKENS = 96
"""Longer messages are cut while tuning: their cost grows with the square of their length."""


def opened(
    source: Source, scratch: Path, *, rank: int, seed: int, tuned_from: int, start: Adapter | None = None
) -> tuple[Network, Tokenizer]:
    """The layers of `source` that are used, with its tokenizer. `scratch` must have room for its unpacked files.

    Raises SettingsError when a package is missing, or `start` is the correction of another encoder.
    """
    with unpacked(source, scratch) as folder:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        weights = load_file(str(folder / WEIGHTS))
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    config["num_hidden_layers"] = source.layers or config["num_hidden_layers"]
    return Network(weights, config, rank=rank, seed=seed, tuned_from=tuned_from, start=start), tokenizer
