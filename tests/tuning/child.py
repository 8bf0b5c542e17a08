"""Run by the tests in a process of its own: they keep TensorFlow out, as the brain does.

`python -m tests.tuning.child FOLDER` writes what the tests look at into FOLDER.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from bot.encoder.adapter import LARGE_ADAPTER_FILE, Adapter, load_adapter
from bot.encoder.sources import LARGE, SMALL, Source
from bot.errors import SettingsError
from bot.tuning.batches import padded
from bot.tuning.fit import tune
from bot.tuning.lines import NONE, Line
from bot.tuning.opened import opened
from bot.tuning.tasks import TASKS, Plan
from tests.tuning.sayings import HURT, PRICE, TEXTS

UPPER = 4


class Losses(logging.Handler):
    """The mean loss of each pass, as it is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.startswith("Pass "):
            self.found.append(float(message.rpartition(" ")[2]))


def main(folder: Path) -> None:
    for source, task in ((SMALL, TASKS["small"]), (LARGE, TASKS["large"])):
        _some_correction(source, folder, task.tuned_from).save(folder / f"{source.name}.safetensors")
        correction = load_adapter(folder / f"{source.name}.safetensors")
        network, tokenizer = opened(source, folder, rank=4, seed=1, tuned_from=task.tuned_from, start=correction)
        ids, mask = padded(_tokens(tokenizer, TEXTS))
        np.save(folder / f"{source.name}.npy", network.vectors(ids, mask).numpy())
    losses = Losses()
    logging.getLogger("bot.tuning.fit").addHandler(losses)
    logging.getLogger("bot.tuning.fit").setLevel(logging.INFO)
    _learn(folder).save(folder / "learnt.safetensors")
    (folder / "losses.json").write_text(json.dumps(losses.found), encoding="utf-8")
    try:
        opened(SMALL, folder, rank=16, seed=1, tuned_from=UPPER, start=load_adapter(LARGE_ADAPTER_FILE))
    except SettingsError as refusal:
        (folder / "refusal.txt").write_text(str(refusal), encoding="utf-8")


def _some_correction(source: Source, scratch: Path, tuned_from: int) -> Adapter:
    """Of the right shapes, and strong enough to change the vectors."""
    network, _ = opened(source, scratch, rank=4, seed=1, tuned_from=tuned_from)
    random = np.random.default_rng(2)
    return Adapter(
        {
            name: (down, random.normal(0, 0.1, up.shape).astype(np.float32))
            for name, (down, up) in network.adapter().factors.items()
        }
    )


def _learn(scratch: Path) -> Adapter:
    network, tokenizer = opened(SMALL, scratch, rank=4, seed=1, tuned_from=UPPER)
    lines = [Line(text, intent, NONE, NONE, "x") for intent, said in (("a", HURT), ("b", PRICE)) for text in said]
    return tune(network, lambda texts: _tokens(tokenizer, texts), lines, Plan(rank=4, passes=20, rate=1e-3, batch=4))


def _tokens(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
