"""Erases in time, by itself: conversations, and what is left of sign-ins, invitations and presences.

A conversation's time runs from the last thing that anybody did in it: the patient was there, somebody wrote, staff
moved its handoff or wrote a note. One that still waits for a person, or that a person has, stays for at least
`OPEN_REQUEST`, so that a request isn't gone before anybody could answer it; after that it goes like any other, as the
patient was told. While somebody looks at it, it isn't erased under their eyes.

What was sent goes with its conversation, or when the outbox clears itself.

The audit, the receipts and the anonymous counts stay.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.engine import Connection

from bot.store.app_tables import chats, inbox, sent_parts
from bot.store.base import Base, lock
from bot.store.desk_tables import notes, presences
from bot.store.engine import empty_write_ahead_log
from bot.store.records import RETENTION, erase_locked
from bot.store.staff_tables import invitations, staff_sessions
from bot.store.tables import IS_OPEN, conversations, handoff_transitions, handoffs, messages, trackers
from bot.vocabulary import ChatStatus

OPEN_REQUEST = timedelta(days=14)
"""How long a talk with an open handoff is kept after its last event, however short the clinic's own time is."""
COPIES = timedelta(days=8)
"""Apps repeat what they think has got lost for up to seven days."""
SPENT = timedelta(days=7)
"""For keys that open nothing any more: long enough for "this link was used", short enough to be no history."""


class Retention(Base):
    """What goes when its time is over. Safe to run in several processes at once, and to stop at any point."""

    def expire(self, *, now: datetime, retention: timedelta, limit: int) -> int:
        """Erase at most `limit` conversations whose time is over at `now`, the oldest first; returns how many.

        The receipts carry the time of the clock.
        """
        query = select(conversations.c.id).where(_is_over(now, retention))
        with self._read() as connection:
            old = connection.execute(query.order_by(conversations.c.seen_at).limit(limit)).scalars().all()
        erased: int = sum(self._expire_one(conversation_id, now, retention) for conversation_id in old)
        if erased:
            empty_write_ahead_log(self._engine)
        return erased

    def tidy(self, *, now: datetime, retention: timedelta) -> int:
        """Delete what hangs on no conversation, or matters no longer; returns how many rows."""
        spent = now - SPENT
        orphaned = ~select(conversations.c.id).where(conversations.c.id == trackers.c.conversation_id).exists()
        statements = (
            delete(trackers).where(trackers.c.updated_at < now - retention, orphaned),
            delete(staff_sessions).where(staff_sessions.c.seen_at < spent),
            delete(invitations).where(or_(invitations.c.used_at < spent, invitations.c.expires_at < spent)),
            delete(presences).where(presences.c.looking_until < now),
            delete(inbox).where(inbox.c.done_at < now - COPIES),
            # About messages that weren't ours.
            delete(sent_parts).where(sent_parts.c.outbox_id.is_(None), sent_parts.c.failed_at < spent),
            # Asked, and never answered. A stop stays.
            delete(chats).where(
                chats.c.conversation_id.is_(None), chats.c.heard_at < spent, chats.c.status != ChatStatus.SILENCED.value
            ),
        )
        with self._write() as connection:
            gone: int = sum(connection.execute(statement).rowcount for statement in statements)
        if gone:
            empty_write_ahead_log(self._engine)
        return gone

    def _expire_one(self, conversation_id: str, now: datetime, retention: timedelta) -> bool:
        with self._write() as connection:
            query = select(conversations.c.id).where(conversations.c.id == conversation_id, _is_over(now, retention))
            # Touched since it was listed, or erased by another process.
            if lock(connection, conversation_id) is None or connection.execute(query).one_or_none() is None:
                return False
            erase_locked(connection, self._cipher, conversation_id, datetime.now(timezone.utc), RETENTION)
            return True


def keep_until(connection: Connection, row: Any, retention: timedelta) -> datetime:
    """When the conversation `row` will be erased, should nothing more happen in it."""
    stretch = max(retention, OPEN_REQUEST) if _open_handoff(connection, row.id) else retention
    found = [connection.execute(select(func.max(at)).where(theirs(row.id))).scalar_one() for at, theirs in _EVENTS]
    last: datetime = max(at for at in (row.seen_at, *found) if at is not None)
    return last + stretch


def _open_handoff(connection: Connection, conversation_id: str) -> bool:
    query = select(handoffs.c.id).where(handoffs.c.conversation_id == conversation_id, IS_OPEN)
    return connection.execute(query).first() is not None


def _of_handoffs(conversation_id: Any) -> Any:
    mine = select(handoffs.c.id).where(handoffs.c.conversation_id == conversation_id)
    return handoff_transitions.c.handoff_id.in_(mine)


# Times at which somebody did something, with the condition that makes them a conversation's own.
_EVENTS: tuple[tuple[Any, Any], ...] = (
    (messages.c.at, lambda conversation_id: messages.c.conversation_id == conversation_id),
    (handoff_transitions.c.at, _of_handoffs),
    (notes.c.at, lambda conversation_id: notes.c.conversation_id == conversation_id),
)


def _is_over(now: datetime, retention: timedelta) -> Any:
    """The condition on a conversation's row that its time is over."""
    mine = conversations.c.id
    has_open = select(handoffs.c.id).where(handoffs.c.conversation_id == mine, IS_OPEN).exists()
    watched = select(presences.c.who).where(presences.c.conversation_id == mine, presences.c.looking_until > now)
    return and_(
        _untouched_since(now - retention),
        or_(~has_open, _untouched_since(now - max(retention, OPEN_REQUEST))),
        ~watched.exists(),
    )


def _untouched_since(before: datetime) -> Any:
    events = [~select(at).where(theirs(conversations.c.id), at >= before).exists() for at, theirs in _EVENTS]
    return and_(conversations.c.seen_at < before, *events)
