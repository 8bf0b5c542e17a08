"""What the whole check does on lines by nine writers from whom it did not learn and who saw none of it.

The weights were learnt without any of them. The limits (`FAVOUR`, `VETO`) were chosen among a few with all of them in
sight, so the next writer may be met a little worse.

The floors are what was measured, rounded down: for the same writers they may only rise. That for despair fell from
0.975 when the last two, who hint at it more quietly, came in, and when parts of a story began to count less.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.safety.check import SafetyCheck
from bot.safety.report import Outcome, load_bank, measure

FOLDER = Path(__file__).with_name("unseen")
CAUGHT = {"emergency": 0.99, "urgent": 0.985, "crisis": 0.96, "minor": 0.955}
LEAST_LINES = 45
pytestmark = pytest.mark.timeout(600)  # 5,070 messages, many of which are read twice
FALSE_ALARMS = 0.045


@pytest.fixture(scope="module")
def unseen(whole_check: SafetyCheck) -> list[Outcome]:
    return measure(whole_check, load_bank(FOLDER))


@pytest.mark.parametrize("level", CAUGHT)
def test_no_fewer_signs_are_caught_than_before(unseen: list[Outcome], level: str) -> None:
    signs = [outcome for outcome in unseen if outcome.line.expect == level]
    assert len(signs) >= LEAST_LINES
    assert sum(outcome.got != "none" for outcome in signs) >= CAUGHT[level] * len(signs)


def test_no_more_false_alarms_are_raised_than_before(unseen: list[Outcome]) -> None:
    quiet = [outcome for outcome in unseen if outcome.line.expect == "none"]
    assert sum(outcome.got != "none" for outcome in quiet) <= FALSE_ALARMS * len(quiet)


def test_an_emergency_is_hardly_ever_called_urgent(unseen: list[Outcome]) -> None:
    signs = [outcome for outcome in unseen if outcome.line.expect == "emergency"]
    assert sum(outcome.verdict == "under_called" for outcome in signs) <= 0.03 * len(signs)
