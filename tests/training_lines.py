"""The lines of `data/nlu`, read without Rasa."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot.encoder.sentence import Vectors, load_plain_encoder
from bot.settings import ROOT

FOLDER = ROOT / "data" / "nlu"
OPEN, CLOSE = "[", "]("


class TrainingLine(NamedTuple):
    text: str
    intent: str
    voice: str | None
    file: str


def blocks() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every entry below `nlu:` with its file."""
    for path in sorted(FOLDER.glob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["nlu"]:
            yield path, block


@cache
def training_lines() -> tuple[TrainingLine, ...]:
    return tuple(
        TrainingLine(_plain(text), block["intent"], (block.get("metadata") or {}).get("voice"), path.name)
        for path, block in blocks()
        if "intent" in block
        for text in entries(block)
    )


@cache
def line_vectors() -> Vectors:
    """The sentence vector of each training line, in their order, by the encoder that was not tuned on them.

    Takes seconds, so tests share it.
    """
    return load_plain_encoder().encode([line.text for line in training_lines()])


def entries(block: dict[str, Any]) -> list[str]:
    """The items of a block's `examples`, without their dashes."""
    return [line.removeprefix("- ") for line in str(block["examples"]).splitlines()]


def _plain(text: str) -> str:
    """`[scalp](area)` as `scalp`."""
    return text.replace(OPEN, "").replace(CLOSE + "area)", "")
