"""The classifier's arithmetic, on vectors made up for it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.sparse import csr_matrix

from bot.nlu import intent_model
from bot.nlu.calibration import Calibration
from bot.nlu.perceptron_intent_classifier import PerceptronIntentClassifier

Vectors = npt.NDArray[np.float32]
SIZE, EACH = 16, 40
CONFIG = PerceptronIntentClassifier.get_default_config()


def noisy() -> tuple[Vectors, npt.NDArray[np.str_]]:
    """Four kinds of vectors, each kind around an axis of its own."""
    labels = np.repeat(np.array(["a", "b", "c", "d"]), EACH)
    vectors = np.random.default_rng(3).normal(0, 0.3, (len(labels), SIZE))
    vectors[np.arange(len(labels)), np.repeat(np.arange(4), EACH)] += 1
    return vectors.astype(np.float32), labels


def chances(vectors: Vectors, labels: npt.NDArray[np.str_]) -> list[dict[str, float]]:
    """What a model that was trained on them thinks of the first of each kind."""
    words = csr_matrix((len(labels), 1), dtype=np.float32)
    groups = np.array([str(place % 8) for place in range(len(labels))])
    model = intent_model.fit(vectors, words, labels, groups, CONFIG)
    first = np.arange(0, len(labels), EACH)
    return [dict(ranking) for ranking in model.rank_each(vectors[first], words[first])]


def test_vectors_that_all_point_one_way_are_told_apart_as_well_as_others() -> None:
    vectors, labels = noisy()
    crowded = (0.1 * vectors + 5).astype(np.float32)
    for apart, together in zip(chances(vectors, labels), chances(crowded, labels), strict=True):
        assert max(apart, key=lambda name: apart[name]) == max(together, key=lambda name: together[name])
        assert all(abs(apart[name] - together[name]) < 0.02 for name in apart)


def test_vectors_without_any_difference_are_no_error() -> None:
    _, labels = noisy()
    (first, *_) = chances(np.ones((len(labels), SIZE), dtype=np.float32), labels)
    assert set(first) == {"a", "b", "c", "d"}


@pytest.mark.parametrize("judged_by", [["judged"], []])
def test_how_sure_one_may_be_is_judged_on_lines_read_alone(
    monkeypatch: pytest.MonkeyPatch, judged_by: list[str]
) -> None:
    vectors, labels = noisy()
    words = csr_matrix((len(labels), 1), dtype=np.float32)
    groups = np.array([f'"{"judged" if place % 4 == 0 else place}"' for place in range(len(labels))])
    within = np.arange(len(labels)) % 8 == 0
    judged: list[int] = []
    monkeypatch.setattr(intent_model, "fit_calibration", lambda tops, _: judged.append(len(tops)) or Calibration())
    config = CONFIG | {"calibrate_on": judged_by}
    intent_model.fit(vectors, words, labels, groups, config)
    intent_model.fit(vectors, words, labels, groups, config, within=within)
    assert judged[0] - judged[1] == sum(within)
    assert judged[1] > 0


def test_no_line_read_alone_to_judge_is_no_error() -> None:
    vectors, labels = noisy()
    words = csr_matrix((len(labels), 1), dtype=np.float32)
    groups = np.array([f'"{"judged" if place % 4 == 0 else "taught"}"' for place in range(len(labels))])
    config = CONFIG | {"calibrate_on": ["judged"]}
    within = np.ones(len(labels), dtype=bool)
    assert intent_model.fit(vectors, words, labels, groups, config, within=within).calibration == Calibration()
