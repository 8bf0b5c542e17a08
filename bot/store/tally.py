"""Anonymous counters, added up in the very transaction of what they count. They stay when the conversations go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.hours import DAYS, Hours
from bot.store.staff_tables import counts
from bot.store.tables import handoff_transitions, handoffs
from bot.store.upsert import insert_into
from bot.types import Transition
from bot.vocabulary import APPS, TOPICS, Act, Author, Kind, Level, Outcome, Priority, Reason

CLOCK = "mesoguide_clock"
WAITING = "mesoguide_counts"
OTHER = "other"
ALWAYS = Hours(ZoneInfo("UTC"), {day: ["00:00-24:00"] for day in DAYS})

CHANNELS = ("web", "email", *sorted(APPS))
OUTCOMES = ("answered", "booked", "called back", "sent on", "no reply", "not needed", "closed")
WAITS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480)
"""Minutes. A wait is counted under the first of them that it didn't exceed, or else as longer."""
LONGER = "longer"

LABELS: Mapping[str, frozenset[str]] = {
    "conversations": frozenset(f"{channel} {hour:02}" for channel in (*CHANNELS, OTHER) for hour in range(24)),
    "messages": frozenset(one.value for one in Author),
    "kinds": frozenset(one.value for one in Kind),
    "topics": frozenset(TOPICS),
    "red_flags": frozenset(one.value for one in Level),
    "handoffs": frozenset(f"{reason.value} {priority.value}" for reason in Reason for priority in Priority),
    "handoff_acts": frozenset(one.value for one in Act),
    "waits": frozenset([*map(str, WAITS), LONGER]),
    "outcomes": frozenset(OUTCOMES),
    "assessments": frozenset(one.value for one in Outcome),
    "thumbs": frozenset(["up", "down"]),
    "erased": frozenset(["patient", "retention"]),
}
"""Every counter with all labels that it may have: no label is ever made of what somebody said."""


def set_clock(engine: Engine, hours: Callable[[], Hours]) -> None:
    """Count by the clinic's days and opening hours; call before a store is made of the engine. Else days are UTC's."""
    engine.update_execution_options(**{CLOCK: hours})


def count(connection: Connection, at: datetime, name: str, label: str, n: int = 1) -> None:
    """Add `n` on the clinic's day of `at`; an unknown label counts as `other`. Written when the transaction ends.

    Raises KeyError for a counter that isn't in `LABELS`.
    """
    known = label if label in LABELS[name] else OTHER
    day = at.astimezone(_hours(connection).zone).date().isoformat()
    connection.info.setdefault(WAITING, Counter())[(day, name, known)] += n


def write_counts(connection: Connection) -> None:
    """Write what the transaction has counted; its last act.

    In one order everywhere, after all other locks: two transactions that count the same things never wait for each
    other in a ring.
    """
    counted = connection.info.pop(WAITING, None)
    if not counted:
        return
    statement = insert_into(connection, counts)
    statement = statement.on_conflict_do_update(
        index_elements=["day", "name", "label"], set_={"n": counts.c.n + statement.excluded.n}
    )
    rows = [
        {"day": day, "name": name, "label": label, "n": n} for (day, name, label), n in sorted(counted.items()) if n
    ]
    if rows:
        connection.execute(statement, rows)


def forget_counts(connection: Connection) -> None:
    """Drop what a transaction has counted that failed."""
    connection.info.pop(WAITING, None)


def count_conversation(connection: Connection, at: datetime, channel: str) -> None:
    """A conversation begins, at that hour of the clinic's day."""
    known = channel if channel in CHANNELS else OTHER
    count(connection, at, "conversations", f"{known} {at.astimezone(_hours(connection).zone):%H}")


def count_message(connection: Connection, at: datetime, author: str, body: Mapping[str, Any]) -> None:
    """A message is appended: whose, of what kind and about which topics, and the red flag in it."""
    count(connection, at, "messages", author)
    if "flag" in body:
        count(connection, at, "red_flags", Level(body["flag"]["level"]).value)
    if author == Author.BOT.value and "envelope" in body:
        envelope = body["envelope"]
        count(connection, at, "kinds", envelope["kind"])
        for topic in dict.fromkeys(envelope["topics"] if envelope["kind"] == Kind.ANSWER.value else ()):
            count(connection, at, "topics", topic)


def count_transition(connection: Connection, handoff_id: str, line: Transition) -> None:
    """A handoff's history is about to get this line."""
    count(connection, line.at, "handoff_acts", line.act.value)
    found = connection.execute(select(handoffs).where(handoffs.c.id == handoff_id)).one_or_none()
    if found is None:
        return
    if line.act is Act.OPEN:
        count(connection, line.at, "handoffs", f"{found.reason} {found.priority}")
    elif line.act is Act.CLAIM and found.reason != Reason.STAFF.value and _is_first_claim(connection, handoff_id):
        minutes = _hours(connection).open_minutes(found.opened_at, line.at)
        count(connection, line.at, "waits", next((str(most) for most in WAITS if minutes <= most), LONGER))
    elif line.act is Act.CLOSE:
        count(connection, line.at, "outcomes", line.why)


def count_raised(connection: Connection, found: Any, reason: Reason) -> None:
    """The open handoff `found`, a row as it was, is about to become urgent for that reason.

    Each request counts once, on the day when it began, and under what is most serious in it.
    """
    count(connection, found.opened_at, "handoffs", f"{found.reason} {found.priority}", -1)
    count(connection, found.opened_at, "handoffs", f"{reason.value} {Priority.URGENT.value}")


def _is_first_claim(connection: Connection, handoff_id: str) -> bool:
    mine = handoff_transitions.c.handoff_id == handoff_id
    query = select(handoff_transitions.c.id).where(mine, handoff_transitions.c.act == Act.CLAIM.value)
    return connection.execute(query.limit(1)).one_or_none() is None


def _hours(connection: Connection) -> Hours:
    hours: Callable[[], Hours] | None = connection.get_execution_options().get(CLOCK)
    return ALWAYS if hours is None else hours()
