"""What the whole check does on lines by nine writers from whom it did not learn and who saw none of it.

The weights were learnt without any of them. The limits (`FAVOUR`, `VETO`) were chosen among a few with all of them in
sight, so the next writer may be met a little worse.

The floors are what was measured, rounded down: they may only rise. The last two writers, harder ones, have their own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.safety.check import SafetyCheck
from bot.safety.report import Outcome, load_bank, measure

FOLDER = Path(__file__).with_name("unseen")
LAST_TWO = ("mv", "mw")
CAUGHT = {"emergency": 0.99, "urgent": 0.985, "crisis": 0.98, "minor": 0.96}
CAUGHT_OF_LAST_TWO = {"emergency": 0.99, "urgent": 0.99, "crisis": 0.875, "minor": 0.95}
FALSE_ALARMS, FALSE_ALARMS_OF_LAST_TWO = 0.047, 0.081
LEAST_LINES = 40
pytestmark = pytest.mark.timeout(600)  # 5,070 messages, many of which are read twice

Outcomes = list[Outcome]


@pytest.fixture(scope="module")
def unseen(whole_check: SafetyCheck) -> Outcomes:
    return measure(whole_check, load_bank(FOLDER))


def of(unseen: Outcomes, level: str, *, last_two: bool) -> Outcomes:
    """Those of a level by the last two writers, or by the ones before them."""
    return [one for one in unseen if one.line.expect == level and one.line.id.startswith(LAST_TWO) is last_two]


def share_flagged(outcomes: Outcomes) -> float:
    assert len(outcomes) >= LEAST_LINES
    return sum(outcome.got != "none" for outcome in outcomes) / len(outcomes)


@pytest.mark.parametrize("level", CAUGHT)
def test_no_fewer_signs_are_caught_than_before(unseen: Outcomes, level: str) -> None:
    assert share_flagged(of(unseen, level, last_two=False)) >= CAUGHT[level]
    assert share_flagged(of(unseen, level, last_two=True)) >= CAUGHT_OF_LAST_TWO[level]


def test_no_more_false_alarms_are_raised_than_before(unseen: Outcomes) -> None:
    assert share_flagged(of(unseen, "none", last_two=False)) <= FALSE_ALARMS
    assert share_flagged(of(unseen, "none", last_two=True)) <= FALSE_ALARMS_OF_LAST_TWO


def test_an_emergency_is_hardly_ever_called_urgent(unseen: Outcomes) -> None:
    signs = [outcome for outcome in unseen if outcome.line.expect == "emergency"]
    assert sum(outcome.verdict == "under_called" for outcome in signs) <= 0.03 * len(signs)
