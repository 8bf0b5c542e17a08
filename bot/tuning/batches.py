"""Messages as padded batches of token ids, those of similar length together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
STEP = 8
"""Lengths are padded to a multiple of this, so that few shapes occur."""
JITTER = 6.0
"""How far, in tokens, messages may move among those of other lengths from one pass to the next."""


def batches(tokens: Sequence[Sequence[int]], size: int, random: np.random.Generator) -> Iterator[Ids]:
    """Row numbers, every row once, in random order of batches."""
    lengths = np.array([len(row) for row in tokens]) + random.random(len(tokens)) * JITTER
    order = np.argsort(lengths, kind="stable")
    parts = [order[start : start + size] for start in range(0, len(order), size)]
    for place in random.permutation(len(parts)):
        yield parts[place]


def padded(rows: Sequence[Sequence[int]]) -> tuple[Ids, Ids]:
    """Ids and mask, both of shape (rows, longest rounded up)."""
    width = -(-max(map(len, rows)) // STEP) * STEP
    ids = np.zeros((len(rows), width), dtype=np.int32)
    mask = np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask
