"""Learn an encoder's correction: its vectors shall tell intents apart, and signs of danger from ordinary messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from bot.encoder.adapter import Adapter
from bot.tuning.batches import batches, padded
from bot.tuning.lines import NONE, Line
from bot.tuning.network import DROPOUT, Network, Tensor
from bot.tuning.noise import spoil
from bot.tuning.tasks import Plan

logger = logging.getLogger(__name__)

Tokenize = Callable[[Sequence[str]], Sequence[Sequence[int]]]

LEVELS = (NONE, "urgent", "emergency", "crisis", "minor")
SHARPNESS = 20.0
"""Unit vectors give small scores; this lets the softmax over them become sure."""
INTENT_SMOOTHING, CODE_SMOOTHING = 0.1, 0.05


class Tuner:
    """Two heads on one encoder. The heads are thrown away: only the encoder's correction is kept."""

    def __init__(self, network: Network, intents: int, codes: int, plan: Plan) -> None:
        """`intents` and `codes` say how many of each there are."""
        random = np.random.default_rng(plan.seed)
        self.network = network
        self._intents = _Head(network.width, intents, INTENT_SMOOTHING, random)
        self._codes = _Head(network.width, codes, CODE_SMOOTHING, random)
        self._slow = tf.keras.optimizers.legacy.Adam(clipnorm=1.0)
        self._fast = tf.keras.optimizers.legacy.Adam()

    @tf.function(reduce_retracing=True, autograph=False)  # type: ignore[misc]  # TensorFlow is untyped
    def step(self, ids: Tensor, mask: Tensor, intents: Tensor, codes: Tensor, weights: Tensor) -> Tensor:
        """One step on one batch; returns the mean loss. Intent -1 stands for a line that has none."""
        heads = self._intents.variables + self._codes.variables
        with tf.GradientTape() as tape:
            vectors = self.network.vectors(ids, mask, dropout=DROPOUT)
            has_intent = tf.cast(intents >= 0, tf.float32)
            wrong = has_intent * self._intents.loss(vectors, intents) + weights * self._codes.loss(vectors, codes)
            loss = tf.reduce_mean(wrong)
        factors = self.network.variables
        gradients = tape.gradient(loss, factors + heads)
        self._slow.apply_gradients(zip(gradients[: len(factors)], factors, strict=True))
        self._fast.apply_gradients(zip(gradients[len(factors) :], heads, strict=True))
        return loss

    def set_rates(self, slow: float, fast: float) -> None:
        self._slow.learning_rate.assign(slow)
        self._fast.learning_rate.assign(fast)


class _Head:
    def __init__(self, width: int, labels: int, smoothing: float, random: np.random.Generator) -> None:
        self._labels, self._smoothing = labels, smoothing
        self._weights = tf.Variable(random.normal(0, 0.05, (width, labels)).astype(np.float32))
        self._bias = tf.Variable(np.zeros(labels, dtype=np.float32))
        self.variables = [self._weights, self._bias]

    def loss(self, vectors: Tensor, labels: Tensor) -> Tensor:
        scores = SHARPNESS * tf.matmul(vectors, self._weights) + self._bias
        wanted = tf.one_hot(labels, self._labels) * (1 - self._smoothing) + self._smoothing / self._labels
        return tf.nn.softmax_cross_entropy_with_logits(wanted, scores)


def tune(network: Network, tokenize: Tokenize, lines: Sequence[Line], plan: Plan) -> Adapter:
    """The correction learnt from `lines`. For 25,000 of them, a pass of the small encoder takes about four minutes on
    two cores, one of the large encoder's upper half about twelve.

    `tokenize` gives the token ids of each of several texts. Each pass spoils other lines with other typos.
    """
    intents, known_intents = _numbered([line.intent for line in lines])
    codes, known_codes = _numbered([line.code for line in lines])
    levels = np.array([LEVELS.index(line.level) for line in lines], dtype=np.int32)
    weights = np.where(intents >= 0, plan.intent_line_as_quiet, _even(levels)).astype(np.float32)
    if not levels.any():
        # All are quiet: to learn that would only draw the vectors together.
        weights[:] = 0
    tuner, random = Tuner(network, known_intents, known_codes, plan), np.random.default_rng(plan.seed)
    steps, done = plan.passes * -(-len(lines) // plan.batch), 0
    for number in range(1, plan.passes + 1):
        losses = []
        tokens = tokenize([spoil(line.text, random) for line in lines])
        for rows in batches(tokens, plan.batch, random):
            share = _rate(done / steps, plan.warm_up)
            tuner.set_rates(plan.rate * share, plan.head_rate * share)
            ids, mask = padded([tokens[row] for row in rows])
            losses.append(float(tuner.step(ids, mask, intents[rows], codes[rows], weights[rows])))
            done += 1
            if done % 100 == 0:
                logger.info("%d of %d steps, loss %.3f", done, steps, np.mean(losses[-100:]))
        logger.info("Pass %d of %d: loss %.3f", number, plan.passes, np.mean(losses))
    return network.adapter()


def _numbered(names: Sequence[str | None]) -> tuple[npt.NDArray[np.int32], int]:
    """A number for each name, -1 for none, and how many names there are."""
    numbers = {name: number for number, name in enumerate(sorted({name for name in names if name}))}
    return np.array([numbers[name] if name else -1 for name in names], dtype=np.int32), len(numbers)


def _even(levels: npt.NDArray[np.int32]) -> npt.NDArray[np.float64]:
    """Rare levels count more, by the square root of how rare they are among the lines that need a doctor."""
    counts = np.maximum(np.bincount(levels, minlength=len(LEVELS)), 1).astype(np.float64)
    # The quiet lines are weighted by hand; here they only share the scale.
    by_level = np.sqrt(counts[1:].max() / counts)
    by_level[0] = 1.0
    return np.asarray(by_level[levels])


def _rate(share: float, warm_up: float) -> float:
    """Up in a straight line, then down in one."""
    return min(share / warm_up, (1 - share) / (1 - warm_up)) if share < 1 else 0.0
