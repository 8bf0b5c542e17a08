"""Vectors as they differ from their mean."""

from __future__ import annotations

import numpy as np
import pytest

from bot.encoder.spread import spread_of


def test_crowded_vectors_are_drawn_apart_and_keep_their_directions() -> None:
    random = np.random.default_rng(1)
    apart = random.normal(size=(500, 8)).astype(np.float32)
    crowded = 0.01 * apart + np.float32(3)
    drawn = spread_of(crowded).apply(crowded)
    assert drawn.mean(axis=0) == pytest.approx(np.zeros(8), abs=1e-3)
    assert np.sqrt(np.square(drawn).sum(axis=1).mean()) == pytest.approx(1, abs=1e-3)
    assert np.corrcoef(drawn.ravel(), apart.ravel())[0, 1] > 0.99


def test_vectors_that_are_all_alike_are_not_blown_up() -> None:
    alike = np.ones((5, 4), dtype=np.float32) + np.float32(1e-7) * np.arange(5, dtype=np.float32)[:, None]
    assert np.abs(spread_of(alike).apply(alike)).max() < 0.01


def test_what_is_new_is_measured_by_what_was_known() -> None:
    known = np.array([[0, 0], [2, 0]], dtype=np.float32)
    assert spread_of(known).apply(np.array([[3, 0]], dtype=np.float32)) == pytest.approx(np.array([[2, 0]]))
