"""What speaks for a red flag in one message, as rows of numbers, and how such rows come to chances of the levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.perceptron.network import Floats, Perceptron, softmax
from bot.safety.signs import LEVELS as BY_CODE
from bot.types import Flag
from bot.vocabulary import Level

NONE = "none"
LEVELS = (*(level.value for level in Level), NONE)
LEAST = 1e-4
"""No chance counts as smaller: its logarithm would drown everything else."""


@dataclass(frozen=True)
class Meaning:
    """How the vectors of one or several encoders speak for codes.

    Messages that need no doctor are of many kinds, as far from one another as from any sign: the network tells each
    kind apart by itself, and then all count as the code `none`. `codes` (kinds,) holds the place of each kind's code.
    """

    network: Perceptron
    codes: npt.NDArray[np.int64]

    def chances(self, vector: Floats) -> Floats:
        """Of each code, one of them `none`, for a vector of shape (numbers,)."""
        return np.bincount(self.codes, self.network.chances(vector)).astype(np.float32)


@dataclass(frozen=True)
class Joint:
    """How clues speak for levels: `weights` (clues, levels) and `bias` (levels,), the levels in the order of LEVELS."""

    weights: Floats
    bias: Floats

    def chances(self, row: Floats) -> Floats:
        """Of each level, for one row of clues."""
        return softmax(row @ self.weights + self.bias)


def clues(codes: Sequence[str], by_code: Floats, by_wording: Floats, ruled: Flag | None) -> Floats:
    """What meaning, wording and rules say, as one row of numbers.

    `by_code` are the chances of `codes` by the small encoder's meaning, `by_wording` those of LEVELS by wording.
    """
    of_meaning = _of_meaning(codes, by_code)
    rule = np.array([ruled is not None and ruled.level.value == level for level in LEVELS[:-1]], dtype=float)
    signs = np.array([ruled is not None and code in ruled.codes for code in codes if code != NONE], dtype=float)
    by_word = np.log(np.clip(by_wording, LEAST, 1.0))
    row: Floats = np.concatenate([of_meaning, by_word, rule, rule * of_meaning[-1], signs]).astype(np.float32)
    return row


def wider(codes: Sequence[str], found: Floats, by_code: Floats) -> Floats:
    """The clues `found` at the first look, and what both encoders' meaning says, by the chances of `codes`."""
    row: Floats = np.concatenate([found, _of_meaning(codes, by_code)]).astype(np.float32)
    return row


def _of_meaning(codes: Sequence[str], by_code: Floats) -> npt.NDArray[np.float64]:
    """Logarithms of the chances of levels and codes, and last the log odds of any sign."""
    by_level = np.array([by_code[[_level_name(code) == level for code in codes]].sum() for level in LEVELS])
    chance = float(np.clip(1.0 - by_level[-1], LEAST, 1.0 - LEAST))
    odds = np.log(chance / (1.0 - chance))
    return np.concatenate([np.log(np.clip(np.concatenate([by_level, by_code]), LEAST, 1.0)), [odds]])


def _level_name(code: str) -> str:
    return NONE if code == NONE else BY_CODE[code].value
