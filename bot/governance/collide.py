"""Which messages a new card would take away from the topics that answer them now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bot.governance.training import Line

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

SHOWN = 3
LEAST_ALIKE = 0.45
"""Cosine below which two messages have nothing to do with each other, however odd one of them is."""
NEVER = -1.0
"""Less than any likeness of two messages."""


def collisions(draft: Sequence[str], own: str | None, lines: Sequence[Line], encode: Encode) -> list[tuple[Line, str]]:
    """Each training message that is more like a draft's question than like any other message of its own intent.

    With the question that it is most like. Messages of the intent `own`, which the draft belongs to, can't be stolen.
    """
    asked, vectors = encode(draft), encode([line.text for line in lines])
    to_own = _nearest_of_own(vectors, np.array([line.intent for line in lines]))
    likeness = vectors @ asked.T
    stolen = np.flatnonzero(likeness.max(axis=1) > np.maximum(to_own, LEAST_ALIKE))
    return [(lines[at], draft[int(likeness[at].argmax())]) for at in stolen if lines[at].intent != own]


def describe(found: Sequence[tuple[Line, str]]) -> Iterator[str]:
    """The collisions as lines, the intent that loses most first."""
    if not found:
        yield "No training message would be stolen."
        return
    for intent, count in Counter(line.intent for line, _ in found).most_common():
        yield f"{intent}: {count}"
        stolen = [(line.text, question) for line, question in found if line.intent == intent]
        for text, question in stolen[:SHOWN]:
            yield f"  {text!r} is nearest to {question!r}"
    yield f"{len(found)} training messages would be stolen. Word the questions apart, or widen the card that has them."


def _nearest_of_own(vectors: Vectors, intents: npt.NDArray[np.str_]) -> Vectors:
    """For each message, its likeness to the nearest other message of the same intent, shape (messages,)."""
    nearest = np.full(len(vectors), NEVER, dtype=np.float32)
    for intent in np.unique(intents):
        rows = np.flatnonzero(intents == intent)
        likeness = vectors[rows] @ vectors[rows].T
        np.fill_diagonal(likeness, NEVER)
        nearest[rows] = likeness.max(axis=1)
    return nearest
