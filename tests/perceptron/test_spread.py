"""Numbers as they differ from their mean."""

from __future__ import annotations

import numpy as np
import pytest

from bot.perceptron.spread import spread_of


def test_crowded_numbers_are_drawn_apart_and_keep_their_directions() -> None:
    random = np.random.default_rng(1)
    apart = random.normal(size=(500, 8)).astype(np.float32)
    crowded = 0.01 * apart + np.float32(3)
    drawn = spread_of(crowded, (8,)).apply(crowded)
    assert drawn.mean(axis=0) == pytest.approx(np.zeros(8), abs=1e-3)
    assert np.sqrt(np.square(drawn).mean()) == pytest.approx(1, abs=1e-3)
    assert np.corrcoef(drawn.ravel(), apart.ravel())[0, 1] > 0.99


def test_each_block_counts_as_much_as_the_next() -> None:
    random = np.random.default_rng(2)
    rows = np.hstack([random.normal(scale=9, size=(300, 5)), random.normal(scale=0.1, size=(300, 3))])
    drawn = spread_of(rows.astype(np.float32), (5, 3)).apply(rows.astype(np.float32))
    assert [np.square(drawn[:, block]).mean() for block in (slice(5), slice(5, 8))] == pytest.approx([1, 1], abs=1e-3)


def test_an_empty_block_is_no_error() -> None:
    rows = np.array([[0], [2]], dtype=np.float32)
    assert spread_of(rows, (1, 0)).apply(rows) == pytest.approx(np.array([[-1], [1]]))


def test_numbers_that_are_all_alike_are_not_blown_up() -> None:
    alike = np.ones((5, 4), dtype=np.float32) + np.float32(1e-7) * np.arange(5, dtype=np.float32)[:, None]
    assert np.abs(spread_of(alike, (4,)).apply(alike)).max() < 0.01


def test_what_is_new_is_measured_by_what_was_known() -> None:
    known = np.array([[0, 0], [2, 0]], dtype=np.float32)
    drawn = spread_of(known, (1, 1)).apply(np.array([[3, 0]], dtype=np.float32))
    assert drawn == pytest.approx(np.array([[2, 0]]))
