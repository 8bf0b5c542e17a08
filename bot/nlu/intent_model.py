"""The numbers behind the intent classifier: fitting, ranking, saving. No pickle: safetensors and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file
from scipy.sparse import csr_matrix

from bot.nlu.calibration import Calibration, Fold, fit_calibration, folds
from bot.nlu.word_parts import WordParts
from bot.perceptron.network import Floats, Perceptron
from bot.perceptron.plan import Lesson, Plan, learn_each

Labels = npt.NDArray[np.str_]
Bools = npt.NDArray[np.bool_]

NUMBERS = "classifier.safetensors"
WORDS = "classifier.json"


@dataclass(frozen=True)
class IntentModel:
    """What turns the vector and the word parts of a message into a ranking of `labels`."""

    labels: tuple[str, ...]
    words: WordParts
    network: Perceptron
    calibration: Calibration

    @classmethod
    def untrained(cls) -> IntentModel:
        none, nothing = np.zeros(0, dtype=np.float32), np.zeros((0, 0), dtype=np.float32)
        return cls((), WordParts(none, nothing), Perceptron(nothing, none, nothing, none), Calibration())

    def rank_each(self, vectors: Floats, counts: csr_matrix) -> list[list[tuple[str, float]]]:
        """All labels for each message, best first. The first confidence is calibrated; the rest share what it leaves.

        Several messages at once take hardly longer than one: most of the time goes into fetching the weights.
        """
        chances = self.network.chances(np.hstack([vectors, self.words.apply(counts)]))
        return [self._rank(row) for row in chances]

    def _rank(self, chances: Floats) -> list[tuple[str, float]]:
        order = np.argsort(-chances, kind="stable")
        top = self.calibration.apply(float(chances[order[0]]))
        left = max(1.0 - float(chances[order[0]]), 1e-9)
        rest = [(self.labels[at], min(top, float(chances[at]) / left * (1.0 - top))) for at in order[1:]]
        return [(self.labels[order[0]], top), *rest]

    def save(self, folder: Path) -> None:
        save_file(self.network.arrays() | self.words.arrays(), str(folder / NUMBERS))
        words = {"labels": list(self.labels), "calibration": asdict(self.calibration)}
        (folder / WORDS).write_text(json.dumps(words, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Raises FileNotFoundError when `folder` holds no trained model."""
        words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        arrays = load_file(str(folder / NUMBERS))
        calibration = Calibration(**words["calibration"])
        return cls(tuple(words["labels"]), WordParts.of(arrays), Perceptron.of(arrays), calibration)


def fit(
    vectors: Floats,
    counts: csr_matrix,
    labels: Labels,
    groups: Labels,
    config: dict[str, Any],
    *,
    within: Bools | None = None,
) -> IntentModel:
    """Train on messages (rows) with one label each. `groups` keeps one person's lines on one side of a split. Those
    that were read `within` others (none, if nothing is said) don't tell how sure one may be of a whole message. Which
    word parts belong together is learnt from all lines, those that judge included: it needs no label.
    """
    alone = np.ones(len(labels), dtype=bool) if within is None else ~within
    words = WordParts.fit(counts, config["seed"])
    parts = words.apply(counts)
    rows, blocks = np.hstack([vectors, parts]), (vectors.shape[1], parts.shape[1])
    judged = _folds(labels, groups, alone, config)
    every = np.arange(len(labels))
    lessons = [_lesson(rows, blocks, labels, at, config) for at in (every, *(fold.train for fold in judged))]
    network, *others = learn_each(lessons)
    tops = [
        _judge(other, np.unique(labels[fold.train]), rows[fold.test], labels[fold.test])
        for other, fold in zip(others, judged, strict=True)
    ]
    return IntentModel(tuple(str(label) for label in np.unique(labels)), words, network, _calibrate(tops))


def _lesson(
    rows: Floats, blocks: tuple[int, ...], labels: Labels, at: npt.NDArray[np.int64], config: dict[str, Any]
) -> Lesson:
    names, places = np.unique(labels[at], return_inverse=True)
    plan = Plan(units=config["units"], passes=config["passes"], seed=config["seed"])
    return Lesson(rows[at], places, len(names), _weights(places, config["balance"]), blocks, plan)


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
    return [fold for fold in judged if len(fold.test) and len(set(labels[fold.train])) > 1]


def _judge(
    network: Perceptron, names: Labels, rows: Floats, labels: Labels
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Top probability of each row by a network that never saw it, and whether its label was right."""
    chances = network.chances(rows)
    return chances.max(axis=1).astype(np.float64), names[chances.argmax(axis=1)] == labels


def _weights(places: npt.NDArray[np.int64], balance: float) -> npt.NDArray[np.float64]:
    """How much each line counts: balance 0 counts all lines alike, 1 all labels alike."""
    counts = np.bincount(places)
    return np.asarray(((len(places) / len(counts) / counts) ** balance)[places])
