"""How vectors differ from their mean. An encoder that knows of danger draws all harmless messages close together, so
what tells them apart is small against what they share; a penalty on weights would let hardly any of it count.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

LEAST_SPREAD = 1e-3
"""Vectors that hardly differ at all aren't blown up to noise."""

Floats = npt.NDArray[np.float32]


class Spread(NamedTuple):
    """`mean` (numbers,), and by what the distance from it is multiplied so that it is about 1."""

    mean: Floats
    scale: float

    def apply(self, vectors: Floats) -> Floats:
        return np.asarray(self.scale * (vectors - self.mean), dtype=np.float32)


def spread_of(vectors: Floats) -> Spread:
    """Of vectors in rows, shape (texts, numbers)."""
    mean = vectors.mean(axis=0)
    return Spread(mean, 1 / max(float(np.sqrt(np.square(vectors - mean).sum(axis=1).mean())), LEAST_SPREAD))
