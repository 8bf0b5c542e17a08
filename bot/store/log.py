"""The numbered message log: patients' messages come in, everything is read back in order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.errors import ConversationError
from bot.privacy.cipher import Cipher
from bot.store.base import BOT_SPEAKS, Base, lock, no_conversation
from bot.store.moves import go_back
from bot.store.presence import stop_typing
from bot.store.records import Erasure
from bot.store.requests import request_for
from bot.store.tables import buttons, messages
from bot.store.tail import Tail
from bot.types import Button, Envelope, Flag, Message, WayBack
from bot.vocabulary import PATIENT, Author, Level, State

MINUTE = timedelta(seconds=60)
BURST_WINDOW = timedelta(seconds=5)
FLAG_ROOM = 5
"""How many times the usual rate is taken of messages that carry a red flag."""


@dataclass(frozen=True)
class Accepted:
    """Where a patient's message stands in the log. `is_new` is False for a message that was there already.

    With an `erasure` there is no log any more: the message has erased it.
    """

    seq: int
    is_new: bool
    erasure: Erasure | None = None


class Log(Base):
    """The messages of conversations, and the buttons below them."""

    def accept(
        self,
        conversation_id: str,
        *,
        client_id: str,
        text: str,
        payload: str | None = None,
        flag: Flag | None = None,
        replies: Sequence[Envelope] = (),
        way_back: WayBack | None = None,
        notices: Sequence[Envelope] = (),
        turn: str | None = None,
        now: datetime,
        per_minute: int,
        burst: int = 5,
    ) -> Accepted:
        """Store one patient message, and the safety `replies` to it if there are any, in one transaction.

        Without replies the message is pending until `answer`. Replies that ask for a person open a handoff in the same
        transaction, or raise the one that is open. A message that is a `way_back` to the bot is answered here too: by
        the move that it makes, or by what is said instead; and so is one with `notices`, which the system says itself
        in whoever's hands the conversation is, or closed; then the bot, where it has a voice, gets its `turn`. The same
        `client_id` again changes nothing and returns its number. At most `per_minute` messages in 60 s and `burst` in
        5 s are taken, five times as many while one has a `flag`.
        Raises ConversationError: `too_many_messages` (429, nothing stored), `conversation_closed` (409; 404 unknown).
        """
        with self._write() as connection:
            row = lock(connection, conversation_id)
            if row is None:
                raise no_conversation()
            known_seq = seq_of_client_id(connection, conversation_id, client_id)
            if known_seq is not None:
                return Accepted(known_seq, is_new=False)
            if row.state == State.CLOSED.value and not notices:
                raise _closed()
            # Somebody in danger writes fast and often: a red flag is let in where a question would have to wait.
            room = 1 if flag is None else FLAG_ROOM
            _check_rate(connection, conversation_id, now=now, per_minute=per_minute * room, burst=burst * room)
            tail = Tail(connection, self._cipher, row)
            body: dict[str, Any] = {"text": text} if flag is None else {"text": text, "flag": asdict(flag)}
            stop_typing(connection, conversation_id, PATIENT)
            goes_back = way_back is not None and way_back.only_in in {None, State(row.state)}
            is_pending = not (replies or notices or goes_back)
            seq = tail.add(Author.PATIENT, body, at=now, client_id=client_id, payload=payload, is_pending=is_pending)
            _answer(tail, replies, notices, turn if row.state in BOT_SPEAKS else None, now)
            if way_back is not None and goes_back:
                go_back(connection, self._cipher, tail, row, way_back, now=now)
            request_for(connection, self._cipher, row, replies, why=_why(seq, flag), now=now)
            return Accepted(seq, is_new=True)

    def add_notice(self, conversation_id: str, envelope: Envelope, *, now: datetime) -> int | None:
        """Append what the system tells the patient; None when the conversation isn't there any more."""
        with self._write() as connection:
            row = lock(connection, conversation_id)
            if row is None:
                return None
            return Tail(connection, self._cipher, row).add_notice(envelope, at=now)

    def messages(self, conversation_id: str, *, after: int = 0, limit: int = 200) -> list[Message]:
        """At most `limit` messages with a number above `after`, in order. Empty for an unknown conversation."""
        query = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
            .order_by(messages.c.seq)
            .limit(limit)
        )
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [to_message(row, self._cipher) for row in rows]

    def latest(self, conversation_id: str, limit: int) -> list[Message]:
        """The last `limit` messages, in order. Empty for an unknown conversation."""
        query = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id)
            .order_by(messages.c.seq.desc())
            .limit(limit)
        )
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [to_message(row, self._cipher) for row in reversed(rows)]

    def find_message(self, conversation_id: str, seq: int) -> Message | None:
        """One message, or None."""
        query = select(messages).where(messages.c.conversation_id == conversation_id, messages.c.seq == seq)
        with self._read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else to_message(row, self._cipher)

    def find_media(self, conversation_id: str, kind: str) -> Mapping[str, Any] | None:
        """The newest piece of media of that type that the bot has shown in this conversation."""
        query = (
            select(messages.c.body)
            .where(messages.c.conversation_id == conversation_id, messages.c.author == Author.BOT.value)
            .order_by(messages.c.seq.desc())
        )
        with self._read() as connection:
            for blob in connection.execute(query).scalars():
                for item in self._cipher.open_json(blob).get("envelope", {}).get("media", ()):
                    if item.get("type") == kind:
                        found: Mapping[str, Any] = item
                        return found
        return None

    def find_button(self, conversation_id: str, button_id: str) -> Button | None:
        """The button with its payload, if the bot showed it in this very conversation."""
        query = select(buttons.c.body).where(buttons.c.id == button_id, buttons.c.conversation_id == conversation_id)
        with self._read() as connection:
            blob = connection.execute(query).scalar_one_or_none()
        return None if blob is None else Button(**self._cipher.open_json(blob), id=button_id)


def to_message(row: Any, cipher: Cipher) -> Message:
    """A row of the log, decrypted."""
    body = cipher.open_json(row.body)
    envelope = Envelope.from_json(body["envelope"]) if "envelope" in body else None
    flag = _flag(body.get("flag"))
    return Message(
        row.seq,
        Author(row.author),
        row.at,
        body.get("text"),
        envelope,
        row.client_id,
        flag,
        name=body.get("name"),
        understood=body.get("understood"),
        card_ids=tuple(body.get("card_ids", ())),
    )


def _flag(stored: dict[str, Any] | None) -> Flag | None:
    if stored is None:
        return None
    return Flag(Level(stored["level"]), tuple(stored["codes"]), tuple(stored["words"]), stored["reason"])


def _answer(
    tail: Tail, replies: Sequence[Envelope], notices: Sequence[Envelope], turn: str | None, now: datetime
) -> None:
    """What is said at once; the last of the notices leads to the bot's `turn`."""
    for envelope in replies:
        tail.add_envelope(envelope, at=now)
    for place, envelope in enumerate(notices, start=1):
        tail.add_notice(envelope, at=now, pending=turn if place == len(notices) else None)


def _why(seq: int, flag: Flag | None) -> str:
    """Which message asks for a person, and by which signs; never its words."""
    return f"message {seq}" if flag is None else f"message {seq}: {flag.level.value} {', '.join(flag.codes)}"


def seq_of_client_id(connection: Connection, conversation_id: str, client_id: str | None) -> int | None:
    """The number of the message that a client sent under that id, or None."""
    if client_id is None:
        return None
    query = select(messages.c.seq).where(
        messages.c.conversation_id == conversation_id, messages.c.client_id == client_id
    )
    seq: int | None = connection.execute(query).scalar_one_or_none()
    return seq


def _check_rate(connection: Connection, conversation_id: str, *, now: datetime, per_minute: int, burst: int) -> None:
    """Counted in the log itself, so that every gateway process counts the same. Raises ConversationError (429)."""
    query = (
        select(messages.c.at)
        .where(
            messages.c.conversation_id == conversation_id,
            messages.c.author == Author.PATIENT.value,
            messages.c.at > now - MINUTE,
        )
        .order_by(messages.c.at.desc())
        .limit(max(per_minute, burst))
    )
    times = connection.execute(query).scalars().all()
    # The message that has to leave the window first is the one `allowed` places back.
    waits = [
        (times[allowed - 1] + window - now).total_seconds()
        for allowed, window in ((per_minute, MINUTE), (burst, BURST_WINDOW))
        if len(times) >= allowed and times[allowed - 1] > now - window
    ]
    if waits:
        raise _too_many(max(1, math.ceil(max(waits))))


def _too_many(wait_s: int) -> ConversationError:
    seconds = "1 second" if wait_s == 1 else f"{wait_s} seconds"
    sentence = f"That was a lot of messages at once. Please wait {seconds} and send this one again."
    return ConversationError("too_many_messages", sentence, status=429, retry_after_s=wait_s)


def _closed() -> ConversationError:
    return ConversationError(
        "conversation_closed",
        "This conversation has been closed. Please start a new one. Here you can still ask what we know about you, "
        "get a copy, or have it deleted.",
        status=409,
    )
