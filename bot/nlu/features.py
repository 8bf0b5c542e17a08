"""Numbers from what the featurizers before a classifier have put on its messages."""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, vstack

from bot.perceptron.network import Floats


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


def has_features(message: Message) -> bool:
    """Whether there is anything to judge by: false for an empty text or one of unknown signs only."""
    sparse, dense = message.get_sparse_features(TEXT)[1], message.get_dense_features(TEXT)[1]
    return bool((sparse is not None and sparse.features.nnz) or (dense is not None and np.any(dense.features)))


def _row(features: Any, width: int) -> csr_matrix:
    if features is None:
        return csr_matrix((1, width), dtype=np.float32)
    row = features.features.tocsr()
    return row if row.shape[0] == 1 else row[-1]
