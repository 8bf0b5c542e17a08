"""What a network of one hidden layer learns from, and how; and learning several side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from bot.perceptron.network import Floats, Perceptron


@dataclass(frozen=True)
class Plan:
    """Chosen by holding whole writers out; most of these may vary by half without a change to speak of."""

    units: int = 2048
    """At most; never more than there are lines, of which more units would only be too sure."""
    passes: int = 20
    fewest_steps: int = 600
    """Of few lines, more passes are made."""
    batch: int = 256
    rate: float = 1e-3
    dropped_numbers: float = 0.2
    dropped_units: float = 0.6
    """Hidden in each step, so that no unit relies on another: what keeps so many from learning lines by heart."""
    smoothing: float = 0.1
    seed: int = 42


@dataclass(frozen=True)
class Lesson:
    """`rows` (lines, numbers) with the `labels` (lines,), numbers from 0 to below `kinds`, and what each line counts.

    `blocks` are how many of the numbers belong together, in their order, and count as much as the next block.
    """

    rows: Floats
    labels: npt.NDArray[np.int64]
    kinds: int
    weights: npt.NDArray[np.float64]
    blocks: tuple[int, ...]
    plan: Plan


def learn_each(lessons: Iterable[Lesson]) -> list[Perceptron]:
    """Networks for the lessons, in their order: where there are several cores, each learnt in a process of its own,
    as many at once as cores. Lessons are asked for a few at a time, so that not all of them need to be in memory.
    """
    found: list[Perceptron] = Parallel(n_jobs=-1)(delayed(_learn)(lesson) for lesson in lessons)
    return found


def _learn(lesson: Lesson) -> Perceptron:
    # Imported here: TensorFlow takes seconds and half a gigabyte, which only the process that learns spends.
    from bot.perceptron.learning import learn

    return learn(lesson)
