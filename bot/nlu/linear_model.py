"""The numbers behind the intent classifier: fitting, ranking, saving. No pickle: safetensors and JSON."""

from __future__ import annotations

import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from bot.encoder.spread import spread_of
from bot.nlu.calibration import Calibration, Fold, fit_calibration, folds
from bot.nlu.features import DENSE_WEIGHT, SPARSE_WEIGHT, Floats, Weighting, matrix_of

Labels = npt.NDArray[np.str_]
Bools = npt.NDArray[np.bool_]

NUMBERS = "classifier.safetensors"
WORDS = "classifier.json"


@dataclass(frozen=True)
class LinearModel:
    """`weights` has shape (features, labels), `bias` (labels,)."""

    labels: tuple[str, ...]
    weights: Floats
    bias: Floats
    weighting: Weighting
    calibration: Calibration

    @classmethod
    def untrained(cls) -> LinearModel:
        nothing = np.zeros(0, dtype=np.float32)
        return cls((), nothing.reshape(0, 0), nothing, Weighting(nothing), Calibration())

    def rank(self, vectors: Floats, counts: csr_matrix) -> list[tuple[str, float]]:
        """All labels for one message, best first. The first confidence is calibrated; the rest share what it leaves."""
        numbers = vectors.shape[1]
        scores = DENSE_WEIGHT * vectors @ self.weights[:numbers] + self.bias
        scores = scores + SPARSE_WEIGHT * (self.weighting.apply(counts) @ self.weights[numbers:])
        chances = _softmax(scores)[0]
        order = np.argsort(-chances, kind="stable")
        top = self.calibration.apply(float(chances[order[0]]))
        left = max(1.0 - float(chances[order[0]]), 1e-9)
        rest = [(self.labels[at], min(top, float(chances[at]) / left * (1.0 - top))) for at in order[1:]]
        return [(self.labels[order[0]], top), *rest]

    def save(self, folder: Path) -> None:
        numbers = {"weights": self.weights, "bias": self.bias, "idf": self.weighting.idf}
        save_file({name: np.ascontiguousarray(array) for name, array in numbers.items()}, str(folder / NUMBERS))
        words = {"labels": list(self.labels), "calibration": asdict(self.calibration)}
        (folder / WORDS).write_text(json.dumps(words, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LinearModel:
        """Raises FileNotFoundError when `folder` holds no trained model."""
        words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        numbers = load_file(str(folder / NUMBERS))
        return cls(
            tuple(words["labels"]),
            numbers["weights"],
            numbers["bias"],
            Weighting(numbers["idf"]),
            Calibration(**words["calibration"]),
        )


def fit(
    vectors: Floats,
    counts: csr_matrix,
    labels: Labels,
    groups: Labels,
    config: dict[str, Any],
    *,
    within: Bools | None = None,
) -> LinearModel:
    """Train on messages (rows) with one label each. `groups` keeps one person's lines on one side of a split. Those
    that were read `within` others (none, if nothing is said) don't tell how sure one may be of a whole message.
    """
    alone = np.ones(len(labels), dtype=bool) if within is None else ~within
    weighting, spread = Weighting.fit(counts), spread_of(vectors)
    matrix = matrix_of(spread.apply(vectors), counts, weighting)
    # The fits don't need each other, so each core takes one.
    regression, *judged = Parallel(n_jobs=-1)(
        [
            delayed(_regression)(matrix, labels, config),
            *(
                delayed(_judge)(matrix[fold.train], labels[fold.train], matrix[fold.test], labels[fold.test], config)
                for fold in _folds(labels, groups, alone, config)
            ),
        ]
    )
    weights, bias = _both_sides(regression.coef_).T, _both_sides(regression.intercept_[:, np.newaxis])[:, 0]
    # For live messages both go into the weights, so that vectors count as they come.
    dense = weights[: vectors.shape[1]] * spread.scale
    return LinearModel(
        labels=tuple(str(label) for label in regression.classes_),
        weights=np.concatenate([dense, weights[vectors.shape[1] :]]).astype(np.float32),
        bias=(bias - DENSE_WEIGHT * spread.mean @ dense).astype(np.float32),
        weighting=weighting,
        calibration=_calibrate(judged),
    )


def _regression(matrix: csr_matrix, labels: Labels, config: dict[str, Any]) -> Any:
    model = LogisticRegression(
        C=1 / (config["penalty"] * len(labels)),
        max_iter=config["max_iter"],
        class_weight=_weights(labels, config["balance"]),
    )
    with warnings.catch_warnings():
        # Stopping early is meant: more steps changed no decision and cost time.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(matrix, labels)


def _calibrate(judged: Sequence[tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]]) -> Calibration:
    """From what `_judge` gives for each fold."""
    if not judged:
        return Calibration()
    tops, rights = zip(*judged, strict=True)
    return fit_calibration(np.concatenate(tops), np.concatenate(rights))


def _folds(labels: Labels, groups: Labels, alone: Bools, config: dict[str, Any]) -> list[Fold]:
    """The writers kept for judging, whom the encoder wasn't tuned on either; without them, splits over all writers.
    Judged are only lines that were read alone.
    """
    kept = np.isin(groups, [json.dumps(name) for name in config["calibrate_on"]])
    if kept.any() and not kept.all():
        found = [Fold(np.flatnonzero(~kept), np.flatnonzero(kept))]
    else:
        found = list(folds(labels, groups, config["seed"]))
    judged = [Fold(train, test[alone[test]]) for train, test in found]
    return [fold for fold in judged if len(fold.test)]


def _judge(
    train: csr_matrix, train_labels: Labels, test: csr_matrix, test_labels: Labels, config: dict[str, Any]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Top probability of each test row by a model that never saw it, and whether its label was right."""
    model = _regression(train, train_labels, config)
    chances = model.predict_proba(test)
    return chances.max(axis=1), model.classes_[chances.argmax(axis=1)] == test_labels


def _weights(labels: Labels, balance: float) -> dict[str, float]:
    """How much a line of each label counts: 0 counts all lines alike, 1 all labels alike."""
    names, counts = np.unique(labels, return_counts=True)
    even = len(labels) / len(names)
    return {str(name): float((even / count) ** balance) for name, count in zip(names, counts, strict=True)}


def _both_sides(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """scikit-learn keeps one row for two labels; as a softmax that is the row for the second against zeros."""
    return np.vstack([np.zeros_like(rows), rows]) if len(rows) == 1 else rows


def _softmax(scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
