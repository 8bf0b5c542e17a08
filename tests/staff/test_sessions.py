from __future__ import annotations

from datetime import timedelta

import pytest

from bot.people import Staff, StaffSession
from bot.staff.sessions import Standing, is_due_for_touch, standing
from bot.vocabulary import Role
from tests.staff.samples import NOW

NORA = Staff("id", "nora", "Nora", Role.AGENT)


def session(*, opened: timedelta, seen: timedelta, is_verified: bool = True) -> StaffSession:
    """One that was opened and last seen so long ago."""
    return StaffSession(NORA, "csrf", is_verified, NOW - opened, NOW - seen)


@pytest.mark.parametrize(
    ("opened", "seen", "is_verified", "worth"),
    [
        ("0:00", "0:00", True, Standing.OPEN),
        ("11:59", "0:14", True, Standing.OPEN),
        ("11:59", "0:15", True, Standing.LOCKED),
        ("12:00", "0:00", True, Standing.NOBODY),
        ("0:14", "0:14", False, Standing.HALF),
        ("0:15", "0:00", False, Standing.NOBODY),
    ],
)
def test_a_session_is_worth_what_its_age_says(opened: str, seen: str, is_verified: bool, worth: Standing) -> None:
    spans = [timedelta(hours=int(text.split(":")[0]), minutes=int(text.split(":")[1])) for text in (opened, seen)]
    assert standing(session(opened=spans[0], seen=spans[1], is_verified=is_verified), NOW) is worth


def test_no_session_is_nobody() -> None:
    assert standing(None, NOW) is Standing.NOBODY


def test_being_there_is_written_down_now_and_then_only() -> None:
    assert not is_due_for_touch(session(opened=timedelta(0), seen=timedelta(seconds=29)), NOW)
    assert is_due_for_touch(session(opened=timedelta(0), seen=timedelta(seconds=30)), NOW)
