"""One matrix of numbers from what the featurizers before a classifier have put on its messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, diags, hstack, vstack

Floats = npt.NDArray[np.float32]

DENSE_WEIGHT = 3.0
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
        rows = counts.astype(np.float32).tocsr(copy=True)
        rows.data = 1 + np.log(rows.data)
        rows = rows @ diags(self.idf)
        lengths = np.sqrt(rows.multiply(rows).sum(axis=1)).A.ravel()
        return (diags(1 / np.maximum(lengths, 1e-9)) @ rows).astype(np.float32).tocsr()


def counts_of(messages: list[Message]) -> csr_matrix:
    """The sparse sentence features, shape (messages, columns); no columns when no sparse featurizer ran."""
    rows = [message.get_sparse_features(TEXT)[1] for message in messages]
    width = max((row.features.shape[1] for row in rows if row is not None), default=0)
    return vstack([_row(row, width) for row in rows], format="csr")


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
    return csr_matrix((1, width), dtype=np.float32) if features is None else csr_matrix(features.features)[-1]
