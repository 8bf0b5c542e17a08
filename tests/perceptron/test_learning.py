"""A network of one hidden layer, learnt as training does it: in a process of its own, by TensorFlow."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from bot.perceptron.network import Floats, Perceptron
from bot.perceptron.plan import Lesson, Plan, learn_each

PLAN = Plan(units=32, passes=2, fewest_steps=200, batch=32, dropped_units=0.2)
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def lesson(*, lines: int = 400, seed: int = 3, plan: Plan = PLAN, off: float = 0) -> Lesson:
    """Whether two numbers are alike: no line tells that apart, only a hidden layer does."""
    at = np.random.default_rng(seed).integers(0, 4, lines)
    noise = np.random.default_rng(seed + 1).normal(0, 0.1, (lines, 2))
    rows = (CORNERS[at] + noise + off).astype(np.float32)
    return Lesson(rows, (CORNERS[at, 0] == CORNERS[at, 1]).astype(np.int64), 2, np.ones(lines), (2,), plan)


def guesses(network: Perceptron, off: float = 0) -> list[int]:
    return [int(place) for place in network.scores((CORNERS + off).astype(np.float32)).argmax(axis=1)]


@pytest.fixture(scope="module")
def learnt() -> list[Perceptron]:
    few = lesson(lines=24, seed=8)
    heavy = Lesson(
        np.ones((40, 2), dtype=np.float32), np.arange(40) % 2, 2, np.where(np.arange(40) % 2, 3.0, 1.0), (2,), PLAN
    )
    return learn_each([lesson(), lesson(), lesson(off=1000), few, heavy, lesson(seed=5)])


def test_what_no_straight_line_tells_apart_is_learnt(learnt: list[Perceptron]) -> None:
    assert guesses(learnt[0]) == [1, 0, 0, 1]


def test_the_same_lesson_gives_the_same_network(learnt: list[Perceptron]) -> None:
    for one, other in zip(learnt[0].arrays().values(), learnt[1].arrays().values(), strict=True):
        assert one.tobytes() == other.tobytes()


def test_another_lesson_gives_another_network(learnt: list[Perceptron]) -> None:
    assert not np.array_equal(learnt[0].hidden, learnt[5].hidden)


def test_live_rows_come_as_they_are(learnt: list[Perceptron]) -> None:
    assert guesses(learnt[2], off=1000) == [1, 0, 0, 1]


def test_of_few_lines_more_passes_are_made_and_fewer_units_used(learnt: list[Perceptron]) -> None:
    assert guesses(learnt[3]) == [1, 0, 0, 1]
    assert [network.hidden.shape for network in (learnt[0], learnt[3])] == [(2, 32), (2, 24)]


def test_a_line_counts_as_much_as_is_said(learnt: list[Perceptron]) -> None:
    # The same numbers under either label, one of which counts three times: more than half, and not sure either.
    assert 0.6 < learnt[4].chances(np.ones(2, dtype=np.float32))[1] < 0.8


def test_who_learns_keeps_tensorflow_out_of_this_process(learnt: list[Perceptron]) -> None:
    assert learnt
    assert "bot.perceptron.learning" not in sys.modules


def test_half_precision_is_precise_enough(learnt: list[Perceptron]) -> None:
    rows: Floats = np.random.default_rng(1).normal(size=(50, 2)).astype(np.float32)
    again = Perceptron.of(learnt[0].arrays("it_"), "it_")
    assert again.chances(rows) == pytest.approx(learnt[0].chances(rows), abs=0.005)


def test_one_row_is_judged_like_many(learnt: list[Perceptron]) -> None:
    rows = CORNERS.astype(np.float32)
    together = learnt[0].chances(rows)
    assert together.sum(axis=1) == pytest.approx(np.ones(4))
    for row, chances in zip(rows, together, strict=True):
        assert learnt[0].chances(row) == pytest.approx(chances, abs=1e-6)


def test_a_missing_part_is_an_error(learnt: list[Perceptron]) -> None:
    arrays = dict(learnt[0].arrays())
    del arrays["output"]
    with pytest.raises(KeyError):
        Perceptron.of(arrays)
