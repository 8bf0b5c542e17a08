"""A sentence encoder as TensorFlow sees it while it is tuned: frozen weights, and low-rank factors that learn.

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
from bot.encoder.spec import FAMILIES, FURTHEST, MPNET
from bot.errors import SettingsError

DROPOUT = 0.1
NEVER = -1e9
LAYER = "encoder.layer."

Tensor = Any


class Network:
    """Token ids to unit-length vectors, as `SentenceEncoder` makes them, but with factors that can be learnt."""

    def __init__(
        self,
        weights: Mapping[str, npt.NDArray[np.float32]],
        config: Mapping[str, Any],
        *,
        rank: int,
        seed: int,
        tuned_from: int = 0,
        start: Adapter | None = None,
    ) -> None:
        """`config` is the encoder's own, with the number of layers to use. Those before `tuned_from` are left as they
        are, which saves their way back. `start` goes on from what was learnt before; otherwise the correction starts
        at nothing.
        """
        random = np.random.default_rng(seed)
        self._names = FAMILIES[config["model_type"]]
        self._layers, self._heads = config["num_hidden_layers"], config["num_attention_heads"]
        self.width, self._epsilon = config["hidden_size"], config["layer_norm_eps"]
        self._tuned_from = tuned_from
        used = _used(weights, self._layers)
        self._frozen = {name: tf.constant(array) for name, array in used.items()}
        matrices = {name: array for name, array in used.items() if name.startswith(LAYER) and array.ndim == 2}
        # Half-width numbers for the large products: twice as fast on the processors that have them.
        self._short = {name: tf.cast(self._frozen[name], tf.bfloat16) for name in matrices}
        fresh = {
            name: (
                random.normal(0, 1 / math.sqrt(array.shape[1]), (array.shape[1], rank)).astype(np.float32),
                np.zeros((rank, array.shape[0]), dtype=np.float32),
            )
            for name, array in sorted(matrices.items())
            if _layer_of(name) >= tuned_from
        }
        known = start.factors if start else {}
        if any(name not in fresh or known[name][0].shape != fresh[name][0].shape for name in known):
            raise SettingsError("The correction to go on from is another encoder's, or of another width.")
        self.factors = {name: tuple(map(tf.Variable, known.get(name, factors))) for name, factors in fresh.items()}

    @property
    def variables(self) -> list[Tensor]:
        return [factor for pair in self.factors.values() for factor in pair]

    def adapter(self) -> Adapter:
        return Adapter({name: (down.numpy(), up.numpy()) for name, (down, up) in self.factors.items()})

    def vectors(self, ids: Tensor, mask: Tensor, *, dropout: float = 0.0) -> Tensor:
        """Mean-pooled, shape (messages, width); `ids` and `mask` have shape (messages, tokens)."""
        hidden = self._embed(ids)
        bias = (1.0 - tf.cast(mask, tf.float32))[:, None, None, :] * NEVER + self._distances(tf.shape(ids)[1])
        for layer in range(self._layers):
            drop = dropout if layer >= self._tuned_from else 0.0
            hidden = self._layer(tf.nn.dropout(hidden, drop), bias, f"{LAYER}{layer}.", drop)
        weight = tf.cast(mask, tf.float32)[:, :, None]
        return tf.math.l2_normalize(tf.reduce_sum(hidden * weight, 1) / tf.reduce_sum(weight, 1), -1)

    def _embed(self, ids: Tensor) -> Tensor:
        words = tf.gather(self._frozen["embeddings.word_embeddings.weight"], ids)
        places = self._frozen["embeddings.position_embeddings.weight"]
        if self._names is MPNET:
            added = places[self._names.added_from :][: tf.shape(ids)[1]]
        else:
            added = places[: tf.shape(ids)[1]] + self._frozen[self._names.added][0]
        return self._norm(words + added, "embeddings.LayerNorm")

    def _distances(self, tokens: Tensor) -> Tensor:
        """What MPNet's attention adds for how far apart two tokens are, shape (1, heads, tokens, tokens)."""
        if self._names is not MPNET:
            return tf.zeros((1, 1, 1, 1))
        places = tf.range(tokens)
        table = self._frozen["encoder.relative_attention_bias.weight"]
        buckets = _buckets(places[None, :] - places[:, None], int(table.shape[0]))
        return tf.transpose(tf.gather(table, buckets), [2, 0, 1])[None]

    def _layer(self, hidden: Tensor, bias: Tensor, at: str, dropout: float) -> Tensor:
        attended = self._linear(self._attend(hidden, bias, at, dropout), f"{at}{self._names.attention_output}")
        hidden = self._norm(hidden + tf.nn.dropout(attended, dropout), f"{at}{self._names.attention_norm}")
        inner = tf.nn.gelu(self._linear(hidden, f"{at}intermediate.dense"), approximate=False)
        outer = tf.nn.dropout(self._linear(inner, f"{at}output.dense"), dropout)
        return self._norm(hidden + outer, f"{at}output.LayerNorm")

    def _attend(self, hidden: Tensor, bias: Tensor, at: str, dropout: float) -> Tensor:
        shape, each = tf.shape(hidden), self.width // self._heads
        parts = (self._linear(hidden, f"{at}{name}") for name in self._names.query_key_value)
        query, key, value = (
            tf.transpose(tf.reshape(part, [shape[0], shape[1], self._heads, each]), [0, 2, 1, 3]) for part in parts
        )
        scores = tf.matmul(query, key, transpose_b=True) / math.sqrt(each) + bias
        mixed = tf.matmul(tf.nn.dropout(tf.nn.softmax(scores), dropout), value)
        return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [shape[0], shape[1], self.width])

    def _linear(self, given: Tensor, name: str) -> Tensor:
        weight = f"{name}.weight"
        short = tf.cast(given, tf.bfloat16)
        product = tf.matmul(short, self._short[weight], transpose_b=True)
        if weight in self.factors:
            down, up = (tf.cast(factor, tf.bfloat16) for factor in self.factors[weight])
            product += SCALE * tf.matmul(tf.matmul(short, down), up)
        return tf.cast(product, tf.float32) + self._frozen[f"{name}.bias"]

    def _norm(self, given: Tensor, name: str) -> Tensor:
        mean, variance = tf.nn.moments(given, axes=[-1], keepdims=True)
        scale, offset = self._frozen[f"{name}.weight"], self._frozen[f"{name}.bias"]
        return tf.nn.batch_normalization(given, mean, variance, offset, scale, self._epsilon)


def _used(weights: Mapping[str, npt.NDArray[np.float32]], layers: int) -> dict[str, npt.NDArray[np.float32]]:
    """The weights of the layers that are used, and what all of them share."""
    shared = ("embeddings.", "encoder.relative_attention_bias.")
    return {
        name: array
        for name, array in weights.items()
        if name.startswith(shared) or (name.startswith(LAYER) and _layer_of(name) < layers)
    }


def _layer_of(name: str) -> int:
    return int(name.removeprefix(LAYER).partition(".")[0])


def _buckets(distances: Tensor, buckets: int) -> Tensor:
    """The row for each distance: half of the rows for tokens behind, half for those ahead; near ones have a row each,
    further ones share, by the logarithm. As in T5, Raffel et al. 2019, https://arxiv.org/abs/1910.10683.
    """
    half = buckets // 2
    near = half // 2
    far = tf.abs(distances)
    growth = tf.math.log(tf.maximum(tf.cast(far, tf.float32), 1.0) / near) / math.log(FURTHEST / near)
    shared = tf.minimum(near + tf.cast(growth * (half - near), tf.int32), half - 1)
    return tf.where(distances > 0, half, 0) + tf.where(far < near, far, shared)
