"""Which encoder is tuned to what, and how; chosen by holding whole writers out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.encoder.adapter import ADAPTER_FILE, LARGE_ADAPTER_FILE
from bot.encoder.sources import LARGE, SMALL, Source
from bot.settings import ROOT
from bot.tuning.lines import Line, intent_lines, safety_lines


@dataclass(frozen=True)
class Plan:
    """How to learn. `rank` is the width of the correction, `rate` the largest step."""

    rank: int
    passes: int
    rate: float
    batch: int = 32
    head_rate: float = 1e-2
    warm_up: float = 0.1
    intent_line_as_quiet: float = 0.3
    """An ordinary question is weak evidence of what needs no doctor: nobody labelled it with that in mind."""
    seed: int = 42


@dataclass(frozen=True)
class Task:
    """`tuned_from` is the first layer that learns."""

    source: Source
    written_to: Path
    lines: Callable[[], list[Line]]
    tuned_from: int
    plan: Plan


def asked_lines() -> list[Line]:
    """What patients ask."""
    return list(intent_lines(ROOT / "data" / "nlu"))


def all_lines() -> list[Line]:
    """What patients ask, and what does or doesn't need a doctor."""
    return [*asked_lines(), *safety_lines(ROOT / "data" / "safety")]


def danger_lines() -> list[Line]:
    """What does or doesn't need a doctor, and of what patients ask every third line: enough to know it as harmless."""
    return [*asked_lines()[::3], *safety_lines(ROOT / "data" / "safety")]


TASKS = {
    "small": Task(SMALL, ADAPTER_FILE, danger_lines, tuned_from=0, plan=Plan(rank=32, passes=4, rate=1e-3)),
    # Only the upper half of its layers: it would take hours otherwise.
    "large": Task(LARGE, LARGE_ADAPTER_FILE, all_lines, tuned_from=4, plan=Plan(rank=16, passes=2, rate=5e-4)),
}
