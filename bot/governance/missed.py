"""Questions that weren't answered, or not well, put together by what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from bot.types import MissedQuestion
from bot.vocabulary import Missed

Vectors = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]

ALIKE = 0.55
"""Cosine of two questions' vectors from which they ask the same; lower joins strangers, higher splits wordings."""
SHOWN = 4


def clusters(questions: Sequence[MissedQuestion], encode: Encode) -> list[list[MissedQuestion]]:
    """Groups of like questions, the largest first; a question is like a group when it is like the group's mean."""
    found: list[list[int]] = []
    sums: list[Vectors] = []
    vectors = encode([question.question for question in questions])
    for row, vector in enumerate(vectors):
        likeness = [float(vector @ total / max(float(np.linalg.norm(total)), 1e-9)) for total in sums]
        best = int(np.argmax(likeness)) if likeness else -1
        if best >= 0 and likeness[best] >= ALIKE:
            found[best].append(row)
            sums[best] = sums[best] + vector
        else:
            found.append([row])
            sums.append(vector.copy())
    return [[questions[row] for row in rows] for rows in sorted(found, key=len, reverse=True)]


def describe(questions: Sequence[MissedQuestion], encode: Encode) -> Iterator[str]:
    """The clusters as lines: how many, why, what was offered or answered, and some of the words."""
    if not questions:
        yield "Nothing was missed."
        return
    found = clusters(questions, encode)
    for group in found:
        yield f"{len(group)} × {group[0].question!r}"
        yield f"  {_why(group)}"
        others = dict.fromkeys(question.question for question in group[1:])
        yield from (f"  also {other!r}" for other in list(others)[:SHOWN])
    yield f"{len(questions)} questions in {len(found)} groups, names, numbers and dates left out."


def _why(group: Sequence[MissedQuestion]) -> str:
    reasons = Counter(question.reason for question in group)
    said = Counter(name for question in group for name in (*question.card_ids, *question.topics))
    why = f"unanswered {reasons[Missed.UNANSWERED]}, not helpful {reasons[Missed.NOT_HELPFUL]}"
    if reasons[Missed.WRONG]:
        why += f", wrong by a colleague's word {reasons[Missed.WRONG]}"
    offered = ", ".join(f"{name} {count}" for name, count in said.most_common(SHOWN))
    return f"{why}; offered or answered: {offered}" if offered else why
