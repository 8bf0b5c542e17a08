"""From a classifier's top probability to an honest one: how often such a message was labelled right.

The pairs to learn from come from cross-validation in which, in each fold, some labels are left out of training
altogether. Their messages stand for what nobody trained, so a message out of scope ends with a low confidence
even where the training data holds no example of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.str_]

FOLDS = 3
HELD_OUT_LABELS = 0.2
"""Share of the labels that a fold leaves out. About one patient message in five was out of scope in public logs."""
FEWEST_EXAMPLES = 30
EDGE = 1e-6


class Fold(NamedTuple):
    train: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """Platt scaling on the log odds of the top probability: P(right) = sigmoid(slope * logit(p) + offset)."""

    slope: float = 1.0
    offset: float = 0.0

    def apply(self, probability: float) -> float:
        """A top probability in 0..1 as the chance that the label is right, in 0..1."""
        odds = self.slope * float(_logit(np.array([probability]))[0]) + self.offset
        return float(1.0 / (1.0 + np.exp(-odds)))


def fit_calibration(probabilities: Floats, is_right: npt.NDArray[np.bool_]) -> Calibration:
    """Learn from held-out pairs; the identity when they can't teach anything (all right, all wrong, or few)."""
    if len(is_right) < FEWEST_EXAMPLES or is_right.all() or not is_right.any():
        return Calibration()
    model: Any = LogisticRegression(C=10.0).fit(_logit(probabilities)[:, np.newaxis], is_right)
    slope = float(model.coef_[0, 0])
    # A negative slope would call the surest answers the least likely: a sign of too little data.
    return Calibration(slope, float(model.intercept_[0])) if slope > 0 else Calibration()


def folds(labels: Labels, groups: Labels, seed: int) -> Iterator[Fold]:
    """Splits by group (a person), never by line; each leaves out a fifth of the labels from its training part."""
    random = np.random.default_rng(seed)
    fold_of = dict(zip(_shuffled(groups, random), np.arange(len(set(groups))) % FOLDS, strict=True))
    place = np.array([fold_of[group] for group in groups])
    names = _shuffled(labels, random)
    held = max(1, round(len(names) * HELD_OUT_LABELS)) if len(names) > FOLDS else 0
    for fold in range(FOLDS):
        out = names[fold * held : (fold + 1) * held]
        train = np.flatnonzero((place != fold) & ~np.isin(labels, out))
        test = np.flatnonzero(place == fold)
        if len(test) and len(set(labels[train])) > 1:
            yield Fold(train, test)


def _shuffled(values: Labels, random: np.random.Generator) -> Labels:
    return np.asarray(random.permutation(sorted(set(values))))


def _logit(probabilities: Floats) -> Floats:
    clipped = np.clip(probabilities, EDGE, 1 - EDGE)
    return np.asarray(np.log(clipped / (1 - clipped)))
