"""Answering pending messages: one worker at a time for a conversation, each message answered once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.engine import Connection

from bot.store.base import BOT_SPEAKS, Base, lock
from bot.store.tables import conversations, messages
from bot.store.tail import Tail
from bot.types import Envelope, Pending
from bot.vocabulary import Author, Kind

SAFETY_KINDS = frozenset({Kind.EMERGENCY, Kind.URGENT, Kind.CRISIS, Kind.MINOR})


class Turns(Base):
    """Leases on conversations, and the answers given under them."""

    def lease(self, conversation_id: str, *, owner: str, now: datetime, seconds: float) -> bool:
        """Take or prolong the right to answer, until `now` + `seconds`. False while another owner has it."""
        change = (
            update(conversations)
            .where(conversations.c.id == conversation_id)
            .where(or_(_is_free(now), conversations.c.leased_by == owner))
            .values(leased_by=owner, leased_until=now + timedelta(seconds=seconds))
        )
        with self._write() as connection:
            return bool(connection.execute(change).rowcount == 1)

    def release(self, conversation_id: str, owner: str) -> None:
        """Give the lease back; does nothing when another owner has taken it since."""
        change = (
            update(conversations)
            .where(conversations.c.id == conversation_id, conversations.c.leased_by == owner)
            .values(leased_by=None, leased_until=None)
        )
        with self._write() as connection:
            connection.execute(change)

    def next_pending(self, conversation_id: str) -> Pending | None:
        """The earliest message that waits for the bot. None while staff own the conversation or it is closed."""
        query = (
            select(messages.c.seq, messages.c.body, messages.c.payload)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .where(messages.c.conversation_id == conversation_id, messages.c.is_pending)
            .where(conversations.c.state.in_(BOT_SPEAKS))
            .order_by(messages.c.seq)
            .limit(1)
        )
        with self._read() as connection:
            row = connection.execute(query).one_or_none()
            earlier = connection.execute(_before(conversation_id, row.seq)).scalars().all() if row else []
        if row is None:
            return None
        payload = None if row.payload is None else self._cipher.open(row.payload)
        # A flagged message is answered at the door and never reaches the brain, which has to learn of it.
        after_flag = any("flag" in self._cipher.open_json(blob) for blob in earlier)
        return Pending(conversation_id, row.seq, self._cipher.open_json(row.body)["text"], payload, after_flag)

    def answer(
        self, conversation_id: str, seq: int, envelopes: Sequence[Envelope], *, owner: str, now: datetime
    ) -> list[int]:
        """Mark message `seq` answered and append the `envelopes`, in one transaction. Returns their numbers.

        Empty, and nothing changed, when the message is no longer pending, when the lease is no longer `owner`'s,
        or when staff have taken over. When a safety text has gone out since the message, only safety texts are
        appended: a price must never follow an emergency.
        """
        with self._write() as connection:
            row = lock(connection, conversation_id)
            # A lease that ran out but that nobody else took still counts: the lock above decides all races.
            if row is None or row.leased_by != owner or row.state not in BOT_SPEAKS:
                return []
            if not _mark_answered(connection, conversation_id, seq):
                return []
            if self._is_safety_reply_after(connection, conversation_id, seq):
                envelopes = [envelope for envelope in envelopes if envelope.kind in SAFETY_KINDS]
            tail = Tail(connection, self._cipher, conversation_id, row.last_seq)
            return [tail.add_envelope(envelope, at=now) for envelope in envelopes]

    def conversations_with_pending(self, *, now: datetime, limit: int) -> list[str]:
        """At most `limit` conversations in which a message waits for the bot and no one works, longest wait first."""
        query = (
            select(conversations.c.id)
            .join(messages, messages.c.conversation_id == conversations.c.id)
            .where(messages.c.is_pending, conversations.c.state.in_(BOT_SPEAKS), _is_free(now))
            .group_by(conversations.c.id)
            .order_by(func.min(messages.c.at))
            .limit(limit)
        )
        with self._read() as connection:
            return list(connection.execute(query).scalars())

    def _is_safety_reply_after(self, connection: Connection, conversation_id: str, seq: int) -> bool:
        query = select(messages.c.body).where(
            messages.c.conversation_id == conversation_id,
            messages.c.seq > seq,
            messages.c.author == Author.BOT.value,
        )
        bodies = (self._cipher.open_json(blob) for blob in connection.execute(query).scalars())
        return any(Kind(body["envelope"]["kind"]) in SAFETY_KINDS for body in bodies)


def _before(conversation_id: str, seq: int) -> Any:
    """The patient's message just before this one."""
    return (
        select(messages.c.body)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq < seq)
        .where(messages.c.author == Author.PATIENT.value)
        .order_by(messages.c.seq.desc())
        .limit(1)
    )


def _is_free(now: datetime) -> Any:
    return or_(conversations.c.leased_by.is_(None), conversations.c.leased_until <= now)


def _mark_answered(connection: Connection, conversation_id: str, seq: int) -> bool:
    change = (
        update(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq == seq, messages.c.is_pending)
        .values(is_pending=False)
    )
    return bool(connection.execute(change).rowcount == 1)
