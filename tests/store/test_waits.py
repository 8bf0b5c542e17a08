"""How long patients usually wait for a person, from the handoffs themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.hours import Hours
from bot.store.store import Store
from bot.store.tables import handoffs
from bot.store.waits import STEPS, rounded_up
from bot.vocabulary import Priority, Reason
from tests.store.samples import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def waited(
    store: Store, engine: Engine, *minutes: float, opened: datetime = NOW - DAY, reason: Reason = Reason.ASKED
) -> None:
    """Handoffs opened at that time, each claimed after so many minutes."""
    for wait in minutes:
        conversation = store.open_conversation(channel="web", locale="en", token_hash=None, now=opened)
        handoff_id = store.open_handoff(conversation.id, reason, Priority.NORMAL, by="", why="", now=opened)
        with engine.begin() as connection:
            change = update(handoffs).where(handoffs.c.id == handoff_id)
            connection.execute(change.values(first_claimed_at=opened + wait * MINUTE))


def test_it_is_the_middle_one_rounded_up(store: Store, engine: Engine) -> None:
    waited(store, engine, 1, 300, 3, 4, 500)
    assert store.usual_wait_minutes(NOW) == 5


def test_of_fewer_than_five_waits_nothing_is_told(store: Store, engine: Engine) -> None:
    assert store.usual_wait_minutes(NOW) is None
    waited(store, engine, 1, 2, 3, 4)
    assert store.usual_wait_minutes(NOW) is None
    waited(store, engine, 5)
    assert store.usual_wait_minutes(NOW) == 5


def test_whoever_still_waits_or_was_written_to_by_staff_does_not_count(store: Store, engine: Engine) -> None:
    waited(store, engine, 10, 10, 10, 10)
    waited(store, engine, 0, 0, 0, reason=Reason.STAFF)
    conversation = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    store.open_handoff(conversation.id, Reason.ASKED, Priority.NORMAL, by="", why="", now=NOW)
    assert store.usual_wait_minutes(NOW) is None


def test_only_the_last_thirty_days_count(store: Store, engine: Engine) -> None:
    waited(store, engine, 50, 50, 50, 50, 50, opened=NOW - 31 * DAY)
    assert store.usual_wait_minutes(NOW) is None
    waited(store, engine, 2, 2, 2, 2, 2)
    assert store.usual_wait_minutes(NOW) == 2


def test_a_night_and_a_weekend_are_no_wait(store: Store, engine: Engine) -> None:
    hours = Hours(ZoneInfo("UTC"), {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")})
    # Friday 7 March 2025, three minutes before closing time; claimed on Monday, six minutes after opening.
    friday = NOW.replace(day=7, hour=16, minute=57, second=0, microsecond=0)
    monday = (friday.replace(day=10, hour=9, minute=6) - friday) / MINUTE
    waited(store, engine, *[monday] * 5, opened=friday)
    assert store.usual_wait_minutes(NOW, hours.open_minutes) == 10
    everything = store.usual_wait_minutes(NOW)
    assert everything is not None
    assert everything > 60 * 60


@given(st.floats(min_value=0, max_value=60 * 24 * 30, allow_nan=False))
def test_rounding_never_promises_less_than_was_measured(minutes: float) -> None:
    shown = rounded_up(minutes)
    assert shown >= minutes
    assert shown in STEPS or shown % 60 == 0
    # The next smaller thing to say would have been too little.
    smaller = [step for step in (*STEPS, *range(120, shown, 60)) if step < shown]
    assert all(step < minutes for step in smaller)


@given(st.floats(0, 50_000), st.floats(0, 50_000))
def test_rounding_keeps_the_order(one: float, other: float) -> None:
    shorter, longer = sorted((one, other))
    assert rounded_up(shorter) <= rounded_up(longer)


@pytest.mark.parametrize(("minutes", "shown"), [(0, 1), (1, 1), (1.01, 2), (5, 5), (31, 60), (60, 60), (60.5, 120)])
def test_rounding_by_example(minutes: float, shown: int) -> None:
    assert rounded_up(minutes) == shown
