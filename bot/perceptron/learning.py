"""Learn a network of one hidden layer, by TensorFlow. Only training imports this module."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from bot.perceptron.network import Floats, Perceptron
from bot.perceptron.plan import Lesson, Plan
from bot.perceptron.spread import spread_of

Ints = npt.NDArray[np.int64]
Tensor = Any


def learn(lesson: Lesson) -> Perceptron:
    """The same lesson gives the same network on the same machine."""
    _use_one_core()
    plan = lesson.plan
    random = np.random.default_rng(plan.seed)
    spread = spread_of(lesson.rows, lesson.blocks)
    rows, labels = spread.apply(lesson.rows), lesson.labels
    weights = (lesson.weights / lesson.weights.mean()).astype(np.float32)
    learner = _Learner(rows.shape[1], min(plan.units, len(rows)), lesson.kinds, plan, random)
    steps = max(plan.fewest_steps, plan.passes * math.ceil(len(rows) / plan.batch))
    for number, at in enumerate(_batches(len(rows), steps, plan.batch, random)):
        # From the full rate to none along half a cosine.
        learner.set_rate(plan.rate * (1 + math.cos(math.pi * number / steps)) / 2)
        # Two numbers for each step: what is hidden of the rows says nothing of which units are.
        learner.step(rows[at], labels[at], weights[at], np.array([plan.seed, 2 * number], dtype=np.int32))
    hidden, hidden_bias, output, output_bias = (np.asarray(one.numpy(), np.float32) for one in learner.variables)
    # Live rows come as they are: the spread goes into the weights.
    hidden = spread.scale[:, np.newaxis] * hidden
    return Perceptron(hidden, hidden_bias - spread.mean @ hidden, output, output_bias)


class _Learner:
    def __init__(self, numbers: int, units: int, kinds: int, plan: Plan, random: np.random.Generator) -> None:
        self._plan = plan
        self._kinds = kinds
        self.variables = [
            tf.Variable(_first(random, numbers, units)),
            tf.Variable(tf.zeros(units)),
            tf.Variable(_first(random, units, kinds)),
            tf.Variable(tf.zeros(kinds)),
        ]
        self._optimizer = tf.keras.optimizers.legacy.Adam()

    def set_rate(self, rate: float) -> None:
        self._optimizer.learning_rate.assign(rate)

    @tf.function(reduce_retracing=True, autograph=False)  # type: ignore[misc]  # TensorFlow is untyped
    def step(self, rows: Tensor, labels: Tensor, weights: Tensor, seed: Tensor) -> None:
        wanted = tf.one_hot(labels, self._kinds) * (1 - self._plan.smoothing) + self._plan.smoothing / self._kinds
        with tf.GradientTape() as tape:
            wrong = tf.nn.softmax_cross_entropy_with_logits(wanted, self._scores(rows, seed))
            loss = tf.reduce_mean(weights * wrong)
        gradients = tape.gradient(loss, self.variables)
        self._optimizer.apply_gradients(zip(gradients, self.variables, strict=True))

    def _scores(self, rows: Tensor, seed: Tensor) -> Tensor:
        hidden, hidden_bias, output, output_bias = self.variables
        seen = _dropped(rows, self._plan.dropped_numbers, seed)
        units = tf.nn.gelu(tf.matmul(seen, hidden) + hidden_bias, approximate=True)
        return tf.matmul(_dropped(units, self._plan.dropped_units, tf.add(seed, [0, 1])), output) + output_bias


def _dropped(values: Tensor, share: float, seed: Tensor) -> Tensor:
    return tf.nn.experimental.stateless_dropout(values, share, seed=seed, rng_alg="philox")


def _first(random: np.random.Generator, rows: int, columns: int) -> Floats:
    """Glorot's uniform start."""
    most = math.sqrt(6 / (rows + columns))
    return random.uniform(-most, most, (rows, columns)).astype(np.float32)


def _batches(lines: int, steps: int, size: int, random: np.random.Generator) -> Iterator[Ints]:
    """Places of lines: all of them in a new order each time, until there were `steps` batches."""
    done = 0
    while True:
        order = random.permutation(lines)
        for start in range(0, lines, size):
            if done == steps:
                return
            yield order[start : start + size]
            done += 1


def _use_one_core() -> None:
    """Several lessons are learnt side by side, a core each; and sums in one order are the same each time."""
    try:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    except RuntimeError:
        # Only before anything was computed; then it has been set already.
        return
