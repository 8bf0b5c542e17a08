"""Which words a message uses, single and in pairs, and how much those were seen with each level of red flag.

Vectors say what a message is about; single words ("my cousin", "years ago", "what if") decide whether it is happening.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

SLOTS = 1 << 16
"""Words and pairs share this many numbered places; two that meet in one are counted together."""

Floats = npt.NDArray[np.float32]


def places_of(words: Sequence[str]) -> tuple[npt.NDArray[np.int64], Floats]:
    """The places of `words` and of their neighbouring pairs, and for each one plus the logarithm of its count."""
    pairs = (f"{first} {second}" for first, second in pairwise(words))
    counts = Counter(zlib.crc32(gram.encode()) % SLOTS for gram in (*words, *pairs))
    places = np.fromiter(counts, dtype=np.int64, count=len(counts))
    return places, 1.0 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))


@dataclass(frozen=True)
class Wording:
    """`rarity` (SLOTS,), `weights` (SLOTS, levels) and `bias` (levels,)."""

    rarity: Floats
    weights: Floats
    bias: Floats

    def scores(self, words: Sequence[str]) -> Floats:
        """One score for each level, shape (levels,): the logarithm of a chance but for a common term."""
        places, counts = places_of(words)
        values = weigh(places, counts, self.rarity)
        return np.asarray(values @ self.weights[places] + self.bias, dtype=np.float32)


def weigh(places: npt.NDArray[np.int64], counts: Floats, rarity: Floats) -> Floats:
    """Rare words count more, and a long message as much as a short one: values of length 1 together."""
    values = counts * rarity[places]
    return np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), dtype=np.float32)
