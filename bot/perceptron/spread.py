"""How numbers differ from their mean. An encoder that knows of danger draws all harmless messages close together, so
what tells them apart is small against what they share; learning would hardly find it as it comes.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bot.perceptron.network import Floats

LEAST_SPREAD = 1e-4
"""Numbers that hardly differ at all aren't blown up to noise."""


class Spread(NamedTuple):
    """`mean` (numbers,), and by what the distance from it is multiplied, (numbers,): the same within a block."""

    mean: Floats
    scale: Floats

    def apply(self, rows: Floats) -> Floats:
        return np.asarray(self.scale * (rows - self.mean), dtype=np.float32)


def spread_of(rows: Floats, blocks: tuple[int, ...]) -> Spread:
    """Of numbers in rows, shape (lines, numbers): after it, those of each block vary by 1 on average."""
    mean = rows.mean(axis=0)
    scales = np.ones(len(mean), dtype=np.float32)
    start = 0
    for size in blocks:
        block = slice(start, start + size)
        if size:
            scales[block] = 1 / max(float(np.sqrt(np.square(rows[:, block] - mean[block]).mean())), LEAST_SPREAD)
        start += size
    return Spread(np.asarray(mean, dtype=np.float32), scales)
