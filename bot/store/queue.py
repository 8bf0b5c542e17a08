"""The queue as staff see it: which conversations, in which order, and what is shown of each.

A page takes the same few queries however many rows it has: the open handoffs in short, the pinned rows, the other rows,
and what is shown of their messages (`bot/store/glance.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, literal, null, or_, select
from sqlalchemy.engine import Connection

from bot.store.base import Base
from bot.store.desk_tables import tags
from bot.store.glance import Glance, glances
from bot.store.staff_tables import staff
from bot.store.tables import IS_OPEN, conversations, handoffs, messages
from bot.store.wanted import Sort, View, Wanted, fits
from bot.vocabulary import Level, Priority, Reason, State, Status

PAGE = 50
MOST_PINNED = 100
LIVE = timedelta(minutes=30)
"""After its last message a talk with the bot counts as live for so long."""

AT_ONCE = (Level.EMERGENCY, Level.CRISIS)
"""Red flags that stand above those of today."""

URGENT = handoffs.c.priority == Priority.URGENT.value
WAITS = handoffs.c.status == Status.WAITING.value
LAST = messages.alias("last")
OWNER_NAME = func.coalesce(staff.c.name, handoffs.c.owner)


@dataclass(frozen=True)
class Row:
    """One line of the queue. What belongs to a handoff is None for a talk that only the bot has."""

    conversation_id: str
    channel: str
    last_at: datetime
    handoff_id: str | None = None
    status: Status | None = None
    reason: Reason | None = None
    priority: Priority = Priority.NORMAL
    owner: str | None = None
    owner_name: str | None = None
    opened_at: datetime | None = None
    waiting_since: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    glance: Glance = field(default_factory=Glance)


@dataclass(frozen=True)
class QueuePage:
    """`pinned` stands above `rows`, whatever the order. `counts`: how many are in each view, where that is known."""

    pinned: Sequence[Row]
    rows: Sequence[Row]
    has_more: bool
    counts: Mapping[View, int]


class Queue(Base):
    """What the console's first page asks."""

    def queue(
        self, wanted: Wanted, *, me: str, is_open_at: Callable[[datetime], bool], now: datetime, limit: int = PAGE
    ) -> QueuePage:
        """One page. `me` is the staff id for whom messages are unread; `is_open_at` tells the opening hours.

        Red flags that wait are pinned in every view, and claimed ones where they belong to it.
        """
        with self._read() as connection:
            counts, left = _in_short(connection, me, is_open_at)
            where = fits(wanted, me=me, left_ids=left)
            pinned = self._pinned(connection, where, wanted)
            rows = connection.execute(_listed(wanted, where, now).offset(wanted.page * limit).limit(limit + 1)).all()
            shown = [*pinned, *rows[:limit]]
            seen = glances(connection, self._cipher, shown, me=me)
            built = [_row(row, seen) for row in shown]
        # Stable: of those that are equally urgent, whoever waits longest stays first.
        flags = sorted(built[: len(pinned)], key=_danger)
        return QueuePage(flags, built[len(pinned) :], len(rows) > limit, counts)

    def _pinned(self, connection: Connection, where: Any, wanted: Wanted) -> list[Any]:
        if wanted.page:
            return []
        mine = WAITS if wanted.view in (View.BOT, View.CLOSED) else or_(WAITS, where)
        query = _of_handoffs().where(IS_OPEN, URGENT, mine).order_by(*_order(Sort.WAITING)).limit(MOST_PINNED)
        return list(connection.execute(query).all())

    def queue_choices(self) -> tuple[list[str], list[str]]:
        """The channels and the tags that there are, for the filters."""
        with self._read() as connection:
            channels = connection.execute(select(conversations.c.channel).distinct()).scalars().all()
            known = connection.execute(select(tags.c.tag).distinct()).scalars().all()
        return sorted(channels), sorted(known)


def _in_short(
    connection: Connection, me: str, is_open_at: Callable[[datetime], bool]
) -> tuple[dict[View, int], list[str]]:
    """How many there are of each, and which came in outside opening hours: no database knows a clinic's holidays."""
    query = select(handoffs.c.id, handoffs.c.status, handoffs.c.owner, handoffs.c.opened_at).where(IS_OPEN)
    rows = connection.execute(query).all()
    left = [row.id for row in rows if not is_open_at(row.opened_at)]
    counts = {
        View.OPEN: len(rows),
        View.MINE: sum(1 for row in rows if row.owner == me),
        View.WAITING: sum(1 for row in rows if row.status == Status.WAITING.value),
        View.CLAIMED: sum(1 for row in rows if row.status == Status.CLAIMED.value),
        View.OUT_OF_HOURS: len(left),
    }
    return counts, left


def _listed(wanted: Wanted, where: Any, now: datetime) -> Any:
    if wanted.view is View.BOT:
        recent = and_(conversations.c.state == State.BOT.value, LAST.c.at >= now - LIVE)
        return _of_talks().where(recent, where).order_by(LAST.c.at.desc(), conversations.c.id)
    if wanted.view is View.CLOSED:
        ended = func.coalesce(handoffs.c.ended_at, handoffs.c.opened_at)
        return _of_handoffs().where(~IS_OPEN, where).order_by(ended.desc(), handoffs.c.id)
    return _of_handoffs().where(IS_OPEN, ~URGENT, where).order_by(*_order(wanted.sort))


def _order(sort: Sort) -> list[Any]:
    longest = [~WAITS, handoffs.c.waiting_since, handoffs.c.id]
    if sort is Sort.NEWEST:
        return [handoffs.c.opened_at.desc(), handoffs.c.id]
    if sort is Sort.MESSAGE:
        return [LAST.c.at.desc(), handoffs.c.id]
    if sort is Sort.OWNER:
        return [OWNER_NAME.is_(None), OWNER_NAME, *longest]
    return longest


SHARED = (conversations.c.id.label("conversation_id"), conversations.c.channel, LAST.c.at.label("last_at"))
OWN = ("status", "reason", "priority", "owner", "opened_at", "waiting_since", "ended_at", "outcome")


def _of_handoffs() -> Any:
    columns = [*SHARED, handoffs.c.id.label("handoff_id"), *(handoffs.c[name] for name in OWN)]
    joined = handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id)
    joined = joined.outerjoin(LAST, _is_last()).outerjoin(staff, staff.c.id == handoffs.c.owner)
    return select(*columns, OWNER_NAME.label("owner_name")).select_from(joined)


def _of_talks() -> Any:
    empty = [null().label(name) for name in ("handoff_id", *OWN, "owner_name") if name != "priority"]
    priority = literal(Priority.NORMAL.value).label("priority")
    return select(*SHARED, priority, *empty).select_from(conversations.join(LAST, _is_last()))


def _danger(row: Row) -> tuple[bool, bool]:
    return row.status is not Status.WAITING, row.glance.level not in AT_ONCE


def _is_last() -> Any:
    return and_(LAST.c.conversation_id == conversations.c.id, LAST.c.seq == conversations.c.last_seq)


def _row(row: Any, seen: Mapping[str, Glance]) -> Row:
    return Row(
        conversation_id=row.conversation_id,
        channel=row.channel,
        last_at=row.last_at or row.opened_at,
        handoff_id=row.handoff_id,
        status=Status(row.status) if row.status else None,
        reason=Reason(row.reason) if row.reason else None,
        priority=Priority(row.priority),
        owner=row.owner,
        owner_name=row.owner_name,
        opened_at=row.opened_at,
        waiting_since=row.waiting_since,
        ended_at=row.ended_at,
        outcome=row.outcome,
        glance=seen.get(row.conversation_id, Glance()),
    )
