"""One matrix of numbers from what the featurizers before a classifier have put on its messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, hstack, vstack

Floats = npt.NDArray[np.float32]

DENSE_WEIGHT = 5.0
SPARSE_WEIGHT = 4.0
"""How much sentence vectors and word parts count against each other; chosen by cross-validation over people."""


@dataclass(frozen=True)
class Weighting:
    """Inverse document frequencies of the sparse columns, shape (columns,), learnt from the training messages."""

    idf: Floats

    @classmethod
    def fit(cls, counts: csr_matrix) -> Weighting:
        seen = np.bincount(counts.indices, minlength=counts.shape[1])
        return cls(np.log((1 + counts.shape[0]) / (1 + seen)).astype(np.float32) + 1)

    def apply(self, counts: csr_matrix) -> csr_matrix:
        """Counts as tf-idf rows of unit length; sublinear, since a word said five times isn't five times the sign."""
        # On the bare arrays: for the one row of a live message, sparse products would cost ten times as much.
        row_of = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
        values = (1 + np.log(counts.data)) * self.idf[counts.indices]
        lengths = np.sqrt(np.bincount(row_of, values * values, minlength=counts.shape[0]))
        values = (values / lengths[row_of]).astype(np.float32)
        return csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)


def counts_of(messages: list[Message]) -> csr_matrix:
    """The sparse sentence features, shape (messages, columns); no columns when no sparse featurizer ran."""
    rows = [message.get_sparse_features(TEXT)[1] for message in messages]
    width = max((row.features.shape[1] for row in rows if row is not None), default=0)
    stacked = [_row(row, width) for row in rows]
    return stacked[0] if len(stacked) == 1 else vstack(stacked, format="csr")


def vectors_of(messages: list[Message]) -> Floats:
    """The dense sentence features, shape (messages, numbers); zeros for a message that has none."""
    rows = [message.get_dense_features(TEXT)[1] for message in messages]
    width = max((row.features.shape[1] for row in rows if row is not None), default=0)
    matrix = np.zeros((len(rows), width), dtype=np.float32)
    for place, row in enumerate(rows):
        if row is not None:
            matrix[place] = row.features[-1]
    return matrix


def matrix_of(vectors: Floats, counts: csr_matrix, weighting: Weighting) -> csr_matrix:
    """Both kinds side by side, weighted, shape (messages, numbers + columns)."""
    return hstack([DENSE_WEIGHT * vectors, SPARSE_WEIGHT * weighting.apply(counts)], format="csr", dtype=np.float32)


def has_features(message: Message) -> bool:
    """Whether there is anything to judge by: false for an empty text or one of unknown signs only."""
    sparse, dense = message.get_sparse_features(TEXT)[1], message.get_dense_features(TEXT)[1]
    return bool((sparse is not None and sparse.features.nnz) or (dense is not None and np.any(dense.features)))


def _row(features: Any, width: int) -> csr_matrix:
    if features is None:
        return csr_matrix((1, width), dtype=np.float32)
    row = features.features.tocsr()
    return row if row.shape[0] == 1 else row[-1]
