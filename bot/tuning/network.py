"""The sentence encoder as TensorFlow sees it while it is tuned: frozen weights, and low-rank factors that learn.

Only `make tune` imports this. TensorFlow is there anyway, because Rasa asks for it; nothing at run time loads it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from bot.encoder.adapter import SCALE, Adapter

LAYERS, HEADS, WIDTH = 6, 12, 384
DROPOUT = 0.1
LAYER_NORM_EPSILON = 1e-12
NEVER = -1e9

Tensor = Any


class Network:
    """Token ids to unit-length vectors, as `SentenceEncoder` makes them, but with factors that can be learnt."""

    def __init__(
        self, weights: Mapping[str, npt.NDArray[np.float32]], *, rank: int, seed: int, start: Adapter | None = None
    ) -> None:
        """`start` goes on from what was learnt before; otherwise the correction starts at nothing."""
        random = np.random.default_rng(seed)
        used = {name: array for name, array in weights.items() if name.startswith(("embeddings.", "encoder."))}
        self._frozen = {name: tf.constant(array) for name, array in used.items()}
        matrices = {name: array for name, array in used.items() if name.startswith("encoder.") and array.ndim == 2}
        # Half-width numbers for the large products: twice as fast on the processors that have them.
        self._short = {name: tf.cast(self._frozen[name], tf.bfloat16) for name in matrices}
        fresh = {
            name: (
                random.normal(0, 1 / math.sqrt(array.shape[1]), (array.shape[1], rank)).astype(np.float32),
                np.zeros((rank, array.shape[0]), dtype=np.float32),
            )
            for name, array in sorted(matrices.items())
        }
        known = start.factors if start else {}
        self.factors = {name: tuple(map(tf.Variable, known.get(name, factors))) for name, factors in fresh.items()}

    @property
    def variables(self) -> list[Tensor]:
        return [factor for pair in self.factors.values() for factor in pair]

    def adapter(self) -> Adapter:
        return Adapter({name: (down.numpy(), up.numpy()) for name, (down, up) in self.factors.items()})

    def vectors(self, ids: Tensor, mask: Tensor, *, dropout: float = 0.0) -> Tensor:
        """Mean-pooled, shape (messages, 384); `ids` and `mask` have shape (messages, tokens)."""
        hidden = self._embed(ids)
        bias = (1.0 - tf.cast(mask, tf.float32))[:, None, None, :] * NEVER
        for layer in range(LAYERS):
            hidden = self._layer(tf.nn.dropout(hidden, dropout), bias, f"encoder.layer.{layer}.", dropout)
        weight = tf.cast(mask, tf.float32)[:, :, None]
        return tf.math.l2_normalize(tf.reduce_sum(hidden * weight, 1) / tf.reduce_sum(weight, 1), -1)

    def _embed(self, ids: Tensor) -> Tensor:
        words = tf.gather(self._frozen["embeddings.word_embeddings.weight"], ids)
        places = self._frozen["embeddings.position_embeddings.weight"][: tf.shape(ids)[1]]
        kind = self._frozen["embeddings.token_type_embeddings.weight"][0]
        return self._norm(words + places + kind, "embeddings.LayerNorm")

    def _layer(self, hidden: Tensor, bias: Tensor, at: str, dropout: float) -> Tensor:
        attended = self._linear(self._attend(hidden, bias, at, dropout), f"{at}attention.output.dense")
        hidden = self._norm(hidden + tf.nn.dropout(attended, dropout), f"{at}attention.output.LayerNorm")
        inner = tf.nn.gelu(self._linear(hidden, f"{at}intermediate.dense"), approximate=False)
        outer = tf.nn.dropout(self._linear(inner, f"{at}output.dense"), dropout)
        return self._norm(hidden + outer, f"{at}output.LayerNorm")

    def _attend(self, hidden: Tensor, bias: Tensor, at: str, dropout: float) -> Tensor:
        shape = tf.shape(hidden)
        parts = (self._linear(hidden, f"{at}attention.self.{name}") for name in ("query", "key", "value"))
        split = (
            tf.transpose(tf.reshape(part, [shape[0], shape[1], HEADS, WIDTH // HEADS]), [0, 2, 1, 3]) for part in parts
        )
        query, key, value = split
        scores = tf.matmul(query, key, transpose_b=True) / math.sqrt(WIDTH // HEADS) + bias
        mixed = tf.matmul(tf.nn.dropout(tf.nn.softmax(scores), dropout), value)
        return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [shape[0], shape[1], WIDTH])

    def _linear(self, given: Tensor, name: str) -> Tensor:
        down, up = self.factors[f"{name}.weight"]
        short = tf.cast(given, tf.bfloat16)
        plain = tf.matmul(short, self._short[f"{name}.weight"], transpose_b=True)
        learnt = tf.matmul(tf.matmul(short, tf.cast(down, tf.bfloat16)), tf.cast(up, tf.bfloat16))
        return tf.cast(plain + SCALE * learnt, tf.float32) + self._frozen[f"{name}.bias"]

    def _norm(self, given: Tensor, name: str) -> Tensor:
        mean, variance = tf.nn.moments(given, axes=[-1], keepdims=True)
        scale, offset = self._frozen[f"{name}.weight"], self._frozen[f"{name}.bias"]
        return tf.nn.batch_normalization(given, mean, variance, offset, scale, LAYER_NORM_EPSILON)
