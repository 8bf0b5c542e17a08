"""What parts of words say, as a few hundred numbers: latent semantic analysis, learnt from the training messages.

Deerwester, S., et al. (1990). Indexing by latent semantic analysis. JASIS, 41(6), 391-407.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from bot.perceptron.network import Floats

NUMBERS = 400
FITTED_ON = 20_000
"""Messages, at most: more change the numbers little and take a minute."""


@dataclass(frozen=True)
class WordParts:
    """`rarity` of the columns, shape (columns,), and `directions` (columns, numbers)."""

    rarity: Floats
    directions: Floats

    @classmethod
    def fit(cls, counts: csr_matrix, seed: int) -> WordParts:
        """From the counts of the training messages; without numbers where there are hardly any columns or messages."""
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        rarity = np.log((1 + counts.shape[0]) / (1 + seen)).astype(np.float32) + 1
        most = min(NUMBERS, min(counts.shape) - 1)
        if most < 1 or not counts.nnz:
            return cls(rarity, np.zeros((counts.shape[1], 0), dtype=np.float32))
        every = -(-counts.shape[0] // FITTED_ON)
        weighed = _weigh(counts[::every], rarity)
        found: Any = TruncatedSVD(most, n_iter=2, random_state=seed).fit(weighed)
        return cls(rarity, np.ascontiguousarray(found.components_.T, dtype=np.float32))

    def apply(self, counts: csr_matrix) -> Floats:
        """The numbers of each message, shape (messages, numbers)."""
        return np.asarray(_weigh(counts, self.rarity) @ self.directions, dtype=np.float32)

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """To be stored, the directions in half precision."""
        return {"rarity": self.rarity, "directions": np.ascontiguousarray(self.directions, np.float16)}

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> WordParts:
        """From what `arrays` gave. Raises KeyError when a part is missing."""
        return cls(arrays["rarity"], np.ascontiguousarray(arrays["directions"], np.float32))


def _weigh(counts: csr_matrix, rarity: Floats) -> csr_matrix:
    """Counts as tf-idf rows of unit length; sublinear, since a word said five times isn't five times the sign."""
    # On the bare arrays: for the one row of a live message, sparse products would cost ten times as much.
    row_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    values = (1 + np.log(counts.data)) * rarity[counts.indices]
    lengths = np.sqrt(np.bincount(row_of, values * values, minlength=counts.shape[0]))
    values = (values / lengths[row_of]).astype(np.float32)
    return csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)
