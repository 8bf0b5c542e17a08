"""Nobody claims: reminded, escalated, once each, by opening hours unless it is urgent."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.clinic import Clinic, load_clinic
from bot.handoff.patience import MINUTE, is_overdue
from bot.handoff.watch import Watch
from bot.privacy.cipher import Cipher
from bot.settings import ROOT
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.types import Envelope
from bot.vocabulary import Act, Author, Kind, Priority, Reason
from bot.wiring import content
from tests.store.samples import together

SORRY = Envelope(Kind.NOTICE, "Nobody has joined yet.")
ZONE = ZoneInfo("America/New_York")
# The sample clinic: Monday to Wednesday 9:00-17:30, Thursday 11:00-19:00, Friday 9:00-16:00.
MONDAY = datetime(2025, 3, 10, 10, 0, tzinfo=ZONE)
FRIDAY_EVENING = datetime(2025, 3, 7, 20, 0, tzinfo=ZONE)


def clinic(**others: Any) -> Clinic:
    own = {"alert_after_minutes": 5, "escalate_after_minutes": 15, "alert_urgent_after_minutes": 2}
    return load_clinic(ROOT / "clinic.yml").copy(update={"time_zone": "America/New_York", **own, **others})


def watch_of(store: Store, **others: Any) -> Watch:
    facts = clinic(**others)
    return Watch(store, lambda: facts, sorry=lambda: SORRY, ring=lambda _: None)


def waits(store: Store, since: datetime, priority: Priority = Priority.NORMAL) -> str:
    """The id of a handoff that nobody has claimed since then."""
    talk = store.open_conversation(channel="web", locale="en", token_hash=None, now=since)
    return store.open_handoff(talk.id, Reason.ASKED, priority, by="patient", why="", now=since)


def acts(store: Store, handoff_id: str) -> list[Act]:
    return [line.act for line in store.transitions(handoff_id)][1:]


def look_until(store: Store, since: datetime, minutes: float, **others: Any) -> None:
    """Look every half minute for so long, as the watch does more often."""
    watch = watch_of(store, **others)
    for half in range(int(minutes * 2) + 1):
        watch.look(now=since + timedelta(minutes=half / 2))


def test_nobody_is_reminded_of_what_waits_for_a_short_time_only(store: Store) -> None:
    handoff_id = waits(store, MONDAY)
    look_until(store, MONDAY, 4.5)
    assert acts(store, handoff_id) == []


def test_reminded_once_then_escalated_once(store: Store) -> None:
    handoff_id = waits(store, MONDAY)
    look_until(store, MONDAY, 14.5)
    assert acts(store, handoff_id) == [Act.REMIND]
    look_until(store, MONDAY, 60)
    assert acts(store, handoff_id) == [Act.REMIND, Act.ESCALATE]
    line = store.transitions(handoff_id)[-1]
    assert (line.by, line.why) == ("watch", "unclaimed for 15 minutes")


def test_the_patient_is_told_once_when_it_is_escalated(store: Store) -> None:
    handoff_id = waits(store, MONDAY)
    found = store.find_handoff(handoff_id)
    assert found is not None
    look_until(store, MONDAY, 14.5)
    assert store.messages(found.conversation_id) == []
    look_until(store, MONDAY, 60)
    told = store.messages(found.conversation_id)
    assert [(message.author, message.envelope) for message in told] == [(Author.SYSTEM, SORRY)]


def test_an_urgent_one_goes_by_the_clock_on_the_wall(store: Store) -> None:
    handoff_id = waits(store, FRIDAY_EVENING, Priority.URGENT)
    look_until(store, FRIDAY_EVENING, 1.5)
    assert acts(store, handoff_id) == []
    look_until(store, FRIDAY_EVENING, 2)
    assert acts(store, handoff_id) == [Act.REMIND]
    look_until(store, FRIDAY_EVENING, 6)
    assert acts(store, handoff_id) == [Act.REMIND, Act.ESCALATE]


def test_a_normal_one_waits_over_the_weekend_in_silence_and_then_the_clock_runs(store: Store) -> None:
    handoff_id = waits(store, FRIDAY_EVENING)
    watch, opening = watch_of(store), datetime(2025, 3, 10, 9, 0, tzinfo=ZONE)
    now = FRIDAY_EVENING
    while now < opening + timedelta(minutes=4):
        watch.look(now=now)
        now += timedelta(minutes=20)
    watch.look(now=opening + timedelta(minutes=4.5))
    assert acts(store, handoff_id) == []
    # The clocks went forward on that Sunday.
    watch.look(now=opening + timedelta(minutes=5))
    assert acts(store, handoff_id) == [Act.REMIND]
    watch.look(now=opening + timedelta(minutes=15))
    assert acts(store, handoff_id) == [Act.REMIND, Act.ESCALATE]


def test_the_minutes_before_closing_count_too(store: Store) -> None:
    handoff_id = waits(store, datetime(2025, 3, 10, 17, 27, tzinfo=ZONE))
    watch = watch_of(store)
    watch.look(now=datetime(2025, 3, 10, 23, 0, tzinfo=ZONE))
    assert acts(store, handoff_id) == []
    watch.look(now=datetime(2025, 3, 11, 9, 2, tzinfo=ZONE))
    assert acts(store, handoff_id) == [Act.REMIND]


def test_after_a_long_pause_of_all_processes_it_is_escalated_without_a_reminder(store: Store) -> None:
    handoff_id = waits(store, MONDAY)
    watch_of(store).look(now=MONDAY + timedelta(hours=1))
    assert acts(store, handoff_id) == [Act.ESCALATE]


def test_times_come_from_the_clinics_present_settings(store: Store) -> None:
    handoff_id = waits(store, MONDAY)
    watch_of(store, alert_after_minutes=30, escalate_after_minutes=60).look(now=MONDAY + timedelta(minutes=29))
    assert acts(store, handoff_id) == []
    watch_of(store, alert_after_minutes=20, escalate_after_minutes=60).look(now=MONDAY + timedelta(minutes=29))
    assert acts(store, handoff_id) == [Act.REMIND]


@pytest.fixture
def stores(store: Store, database_url: str, key: str) -> Iterator[list[Store]]:
    other = create_store_engine(database_url)
    yield [store, Store(other, Cipher(key))] * 2
    other.dispose()


def test_of_several_processes_one_reminds(stores: list[Store]) -> None:
    handoffs = [waits(stores[0], MONDAY) for _ in range(4)]
    for minutes in (5, 15):
        together([partial(watch_of(one).look, now=MONDAY + timedelta(minutes=minutes)) for one in stores])
    assert [acts(stores[0], handoff_id) for handoff_id in handoffs] == [[Act.REMIND, Act.ESCALATE]] * 4


def test_it_goes_on_after_a_failure_and_rings_for_who_was_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.handoff.watch.PAUSE_S", 0.02)
    handoff_id = waits(store, MONDAY)
    found = store.find_handoff(handoff_id)
    assert found is not None
    real, failures, rung = store.unclaimed_handoffs, iter([True]), []

    def fails_at_first() -> Any:
        if next(failures, False):
            raise OSError("down")
        return real()

    monkeypatch.setattr(store, "unclaimed_handoffs", fails_at_first)

    async def run() -> None:
        rings = asyncio.Event()

        def ring(conversation_id: str) -> None:
            rung.append(conversation_id)
            rings.set()

        watch = Watch(store, clinic, sorry=lambda: SORRY, ring=ring)
        task = asyncio.create_task(watch.watch_forever())
        await asyncio.wait_for(rings.wait(), 20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(run())
    assert rung == [found.conversation_id]


def test_what_the_patient_is_told_names_who_to_call() -> None:
    text = content().replies["handoff_escalated"].envelope(content().values).text
    for name in ("phone", "emergency_number"):
        assert content().values[name] in text


def test_a_wait_is_overdue_from_the_first_reminder_on() -> None:
    facts = clinic()
    for priority, since, patience in (
        (Priority.NORMAL, MONDAY, 5),
        (Priority.URGENT, MONDAY, 2),
        (Priority.URGENT, FRIDAY_EVENING, 2),
        # Closed until Monday at nine.
        (Priority.NORMAL, FRIDAY_EVENING, (MONDAY - FRIDAY_EVENING) / MINUTE - 60 + 5),
    ):
        at = since + patience * MINUTE
        assert is_overdue(priority, since, facts, now=at)
        assert not is_overdue(priority, since, facts, now=at - timedelta(seconds=1))
