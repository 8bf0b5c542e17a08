"""From a top probability to the chance of being right."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.calibration import FOLDS, Calibration, fit_calibration, folds

chances = st.floats(0, 1)
slopes = st.floats(0.01, 10)
offsets = st.floats(-5, 5)


@given(slope=slopes, offset=offsets, chance=chances)
def test_a_confidence_lies_between_0_and_1(slope: float, offset: float, chance: float) -> None:
    assert 0 <= Calibration(slope, offset).apply(chance) <= 1


@given(slope=slopes, offset=offsets, one=chances, other=chances)
def test_a_higher_probability_never_gets_a_lower_confidence(
    slope: float, offset: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    calibration = Calibration(slope, offset)
    assert calibration.apply(low) <= calibration.apply(high) + 1e-12


@given(chance=chances)
def test_the_identity_changes_nothing(chance: float) -> None:
    assert Calibration().apply(chance) == pytest.approx(chance, abs=1e-5)


@pytest.mark.parametrize(
    "is_right",
    [np.ones(100, bool), np.zeros(100, bool), np.array([True, False]), np.zeros(0, bool)],
    ids=["all right", "all wrong", "few", "none"],
)
def test_pairs_that_teach_nothing_give_the_identity(is_right: np.ndarray) -> None:
    assert fit_calibration(np.linspace(0.1, 0.9, len(is_right)), is_right) == Calibration()


def test_pairs_in_which_the_surest_are_wrong_give_the_identity() -> None:
    probabilities = np.linspace(0.1, 0.9, 200)
    assert fit_calibration(probabilities, probabilities < 0.5) == Calibration()


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 50), slope=st.floats(0.5, 2), offset=st.floats(-1, 1))
def test_a_known_distortion_is_found_again(seed: int, slope: float, offset: float) -> None:
    random = np.random.default_rng(seed)
    said = random.uniform(0.05, 0.95, 6000)
    meant = np.array([Calibration(slope, offset).apply(chance) for chance in said])
    found = fit_calibration(said, random.uniform(size=len(said)) < meant)
    assert max(abs(found.apply(p) - Calibration(slope, offset).apply(p)) for p in (0.2, 0.5, 0.8)) < 0.06


@settings(deadline=None, max_examples=50)
@given(people=st.integers(3, 30), intents=st.integers(2, 12), seed=st.integers(0, 99))
def test_folds_split_no_person_and_leave_some_intents_out(people: int, intents: int, seed: int) -> None:
    labels = np.array([f"intent {n % intents}" for n in range(people * intents)])
    groups = np.array([f"person {n // intents}" for n in range(people * intents)])
    found = list(folds(labels, groups, seed))
    assert len(found) == FOLDS
    for fold in found:
        assert not set(groups[fold.train]) & set(groups[fold.test])
        assert (len(set(labels[fold.train])) < intents) == (intents > FOLDS)
        assert set(labels[fold.test]) == set(labels)
    assert sorted(place for fold in found for place in fold.test) == list(range(len(labels)))


def test_with_two_intents_each_fold_trains_on_both() -> None:
    labels = np.array(["yes", "no"] * 20)
    groups = np.array([f"line {n}" for n in range(40)])
    for fold in folds(labels, groups, 42):
        assert set(labels[fold.train]) == {"yes", "no"}
