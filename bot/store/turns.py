"""Answering pending messages: one worker at a time for a conversation, each message answered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.engine import Connection

from bot.store.base import BOT_SPEAKS, Base, lock
from bot.store.requests import request_for
from bot.store.tables import conversations, messages
from bot.store.tail import Tail
from bot.types import Envelope, Pending
from bot.vocabulary import SAFETY_KINDS, Author, Kind, State

LOOK_BACK = 100
"""Messages in which is looked for what the brain hasn't seen: a red flag, and words of staff."""
OTHERS = frozenset({Author.STAFF.value, Author.SYSTEM.value})
"""Who writes to the patient without the brain's knowing it."""


@dataclass(frozen=True)
class Answered:
    """The numbers of what was appended, and whether another message of the conversation waits."""

    seqs: list[int]
    has_more: bool


class Turns(Base):
    """Leases on conversations, and the answers given under them."""

    def take(self, conversation_id: str, *, owner: str, now: datetime, seconds: float) -> Pending | None:
        """The earliest message that waits for the bot, with the right to answer it until `now` + `seconds`.

        None while another owner has that right, while staff own the conversation, or when nothing waits.
        """
        # A lease that a power cut takes back harms nobody, so it doesn't wait for the disk.
        with self._write_relaxed() as connection:
            row = lock(connection, conversation_id)
            if row is None or row.state not in BOT_SPEAKS or not _may_lease(row, owner, now):
                return None
            waiting = _first_due(connection, conversation_id)
            if waiting is None:
                return None
            _set_lease(connection, conversation_id, owner, now + timedelta(seconds=seconds))
            earlier = connection.execute(_before(conversation_id, waiting.seq)).all()
        payload = None if waiting.payload is None else self._cipher.open(waiting.payload)
        text = self._cipher.open_json(waiting.body).get("text", "")
        is_waiting = row.state == State.WAITING.value
        after_others = payload is None and self._is_after_others(earlier)
        return Pending(conversation_id, waiting.seq, text, payload, self._has_flag(earlier), is_waiting, after_others)

    def release(self, conversation_id: str, owner: str) -> None:
        """Give the right back without an answer; does nothing when another owner has taken it since."""
        with self._write_relaxed() as connection:
            row = lock(connection, conversation_id)
            if row is not None and row.leased_by == owner:
                _set_lease(connection, conversation_id, None, None)

    def answer(
        self, conversation_id: str, seq: int, envelopes: Sequence[Envelope], *, owner: str, now: datetime
    ) -> Answered:
        """Mark message `seq` answered, append the `envelopes` and give the lease back, in one transaction.

        Nothing is appended when the message is no longer pending, when the lease is no longer `owner`'s, or when staff
        have taken over. When a safety text has gone out since the message, only safety texts are appended: a price
        must never follow an emergency. An envelope that asks for a person opens a handoff, or raises the open one.
        """
        with self._write() as connection:
            row = lock(connection, conversation_id)
            # A lease that ran out but that nobody else took still counts: the lock above decides all races.
            if row is None or row.leased_by != owner:
                return Answered([], has_more=False)
            _set_lease(connection, conversation_id, None, None)
            if row.state not in BOT_SPEAKS:
                return Answered([], has_more=False)
            seqs = self._append(connection, row, seq, envelopes, now=now)
            return Answered(seqs, has_more=_first_pending(connection, conversation_id) is not None)

    def _append(
        self, connection: Connection, row: Any, seq: int, envelopes: Sequence[Envelope], *, now: datetime
    ) -> list[int]:
        if not _mark_answered(connection, row.id, seq):
            return []
        self._keep_understood(connection, row.id, seq, envelopes)
        if row.last_seq > seq and self._is_safety_reply_after(connection, row.id, seq):
            envelopes = [envelope for envelope in envelopes if envelope.kind in SAFETY_KINDS]
        tail = Tail(connection, self._cipher, row)
        seqs = [tail.add_envelope(envelope, at=now) for envelope in envelopes]
        request_for(connection, self._cipher, row, envelopes, why=f"message {seq}", now=now)
        return seqs

    def _keep_understood(
        self, connection: Connection, conversation_id: str, seq: int, envelopes: Sequence[Envelope]
    ) -> None:
        """Put what was understood of the patient's message into its own body: encrypted and erased with its words."""
        understood = next((one.understood for one in envelopes if one.understood is not None), None)
        if understood is None:
            return
        its = (messages.c.conversation_id == conversation_id, messages.c.seq == seq)
        body = self._cipher.open_json(connection.execute(select(messages.c.body).where(*its)).scalar_one())
        sealed = self._cipher.seal_json(body | {"understood": dict(understood)})
        connection.execute(update(messages).where(*its).values(body=sealed))

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

    def _has_flag(self, earlier: Sequence[Any]) -> bool:
        """Whether a red flag stands in the messages since the bot last answered, given from the last one backwards.

        A flagged message is answered at the door and never reaches the brain, which has to learn of it; also when
        staff had the talk since, and much was said.
        """
        for row in earlier:
            body = self._cipher.open_json(row.body)
            if "flag" in body:
                return True
            if row.author == Author.BOT.value and Kind(body["envelope"]["kind"]) not in SAFETY_KINDS:
                return False
        return False

    def _is_after_others(self, earlier: Sequence[Any]) -> bool:
        """Whether staff or a notice spoke to the patient since the bot last did, of anything but danger."""
        for row in earlier:
            if row.author in OTHERS:
                return True
            if row.author == Author.BOT.value:
                kind = self._cipher.open_json(row.body)["envelope"]["kind"]
                if Kind(kind) not in SAFETY_KINDS:
                    return False
        return False

    def _is_safety_reply_after(self, connection: Connection, conversation_id: str, seq: int) -> bool:
        query = select(messages.c.body).where(
            messages.c.conversation_id == conversation_id,
            messages.c.seq > seq,
            messages.c.author == Author.BOT.value,
        )
        bodies = (self._cipher.open_json(blob) for blob in connection.execute(query).scalars())
        return any(Kind(body["envelope"]["kind"]) in SAFETY_KINDS for body in bodies)


def _before(conversation_id: str, seq: int) -> Any:
    """The messages before this one, the last first, as far back as a talk with staff is likely to go."""
    return (
        select(messages.c.author, messages.c.body)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq < seq)
        .order_by(messages.c.seq.desc())
        .limit(LOOK_BACK)
    )


def _is_free(now: datetime) -> Any:
    return or_(conversations.c.leased_by.is_(None), conversations.c.leased_until <= now)


def _may_lease(row: Any, owner: str, now: datetime) -> bool:
    return row.leased_by in {None, owner} or bool(row.leased_until <= now)


def _set_lease(connection: Connection, conversation_id: str, owner: str | None, until: datetime | None) -> None:
    change = update(conversations).where(conversations.c.id == conversation_id)
    connection.execute(change.values(leased_by=owner, leased_until=until))


def _first_due(connection: Connection, conversation_id: str) -> Any | None:
    """The earliest message that waits. The bot needs no first words any more where it has spoken since."""
    while (waiting := _first_pending(connection, conversation_id)) is not None:
        if waiting.author != Author.SYSTEM.value or not _has_spoken_after(connection, conversation_id, waiting.seq):
            return waiting
        _mark_answered(connection, conversation_id, waiting.seq)
    return None


def _has_spoken_after(connection: Connection, conversation_id: str, seq: int) -> bool:
    query = select(messages.c.seq).where(messages.c.conversation_id == conversation_id, messages.c.seq > seq)
    return connection.execute(query.where(messages.c.author == Author.BOT.value).limit(1)).one_or_none() is not None


def _first_pending(connection: Connection, conversation_id: str) -> Any | None:
    query = (
        select(messages.c.seq, messages.c.author, messages.c.body, messages.c.payload)
        .where(messages.c.conversation_id == conversation_id, messages.c.is_pending)
        .order_by(messages.c.seq)
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def _mark_answered(connection: Connection, conversation_id: str, seq: int) -> bool:
    change = (
        update(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq == seq, messages.c.is_pending)
        .values(is_pending=False)
    )
    return bool(connection.execute(change).rowcount == 1)
