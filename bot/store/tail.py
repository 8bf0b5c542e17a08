"""The end of one conversation's log, where messages get their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher
from bot.privacy.tokens import new_button_id
from bot.store.outbox import Outgoing, enqueue
from bot.store.tables import assessments, buttons, conversations, messages
from bot.store.tally import count, count_message
from bot.types import Button, Envelope
from bot.vocabulary import APPS, SAFETY_KINDS, Author, Kind


class Tail:
    """Appends to a conversation that the given transaction has locked; numbers go on without gaps.

    What isn't the patient's own and belongs to a messaging app is queued for it in the same transaction.
    """

    def __init__(self, connection: Connection, cipher: Cipher, row: Any) -> None:
        """`row` is the locked row of the conversation."""
        self._connection = connection
        self._cipher = cipher
        self._conversation_id = row.id
        self._channel = row.channel
        self.last_seq: int = row.last_seq

    def add(
        self,
        author: Author,
        body: Mapping[str, Any],
        *,
        at: datetime,
        client_id: str | None = None,
        payload: str | None = None,
        is_pending: bool = False,
    ) -> int:
        """Append one message, its `body` and `payload` encrypted. Returns its seq."""
        self.last_seq += 1
        row = {
            "conversation_id": self._conversation_id,
            "seq": self.last_seq,
            "author": author.value,
            "at": at,
            "client_id": client_id,
            "body": self._cipher.seal_json(body),
            "payload": None if payload is None else self._cipher.seal(payload),
            "is_pending": is_pending,
        }
        self._connection.execute(insert(messages).values(**row))
        count_message(self._connection, at, author.value, body)
        self._connection.execute(
            update(conversations).where(conversations.c.id == self._conversation_id).values(last_seq=self.last_seq)
        )
        if self._channel in APPS and author is not Author.PATIENT:
            self._queue(body, at)
        return self.last_seq

    def _queue(self, body: Mapping[str, Any], at: datetime) -> None:
        """The delivery names the message and holds none of it. A safety text waits behind nothing."""
        lane = f"chat:{self._conversation_id}"
        is_safety = Kind(body["envelope"]["kind"]) in SAFETY_KINDS if "envelope" in body else False
        outgoing = Outgoing(
            key=f"message:{self._conversation_id}:{self.last_seq}",
            lane=f"{lane}:safety" if is_safety else lane,
            kind=self._channel,
            body={"seq": self.last_seq},
            conversation_id=self._conversation_id,
        )
        enqueue(self._connection, self._cipher, outgoing, now=at)

    def add_envelope(self, envelope: Envelope, *, at: datetime) -> int:
        """Append one bot message; each button's payload stays here and an opaque id goes out. Returns its seq."""
        shown = _with_ids(envelope)
        seq = self.add(Author.BOT, {"envelope": shown.to_json()}, at=at)
        self._keep_buttons(shown, seq)
        if envelope.assessment is not None:
            self._add_assessment(envelope.assessment, seq, at=at)
        return seq

    def add_notice(
        self, envelope: Envelope, *, at: datetime, name: str | None = None, pending: str | None = None
    ) -> int:
        """Append what the system tells the patient, about staff called `name` or nobody. Returns its seq.

        With `pending` the bot has a turn to take after it, with that payload.
        """
        shown = _with_ids(envelope)
        body = {"envelope": shown.to_json()} | ({"name": name} if name else {})
        seq = self.add(Author.SYSTEM, body, at=at, payload=pending, is_pending=pending is not None)
        self._keep_buttons(shown, seq)
        return seq

    def _keep_buttons(self, shown: Envelope, seq: int) -> None:
        if shown.buttons:
            self._connection.execute(insert(buttons), [self._button_row(button, seq) for button in shown.buttons])

    def _button_row(self, button: Button, seq: int) -> dict[str, Any]:
        body = self._cipher.seal_json({"title": button.title, "payload": button.payload})
        return {"id": button.id, "conversation_id": self._conversation_id, "seq": seq, "body": body}

    def _add_assessment(self, assessment: Mapping[str, Any], seq: int, *, at: datetime) -> None:
        """Stored with the very message that tells the patient so: both or neither, and erased with it."""
        row = {
            "conversation_id": self._conversation_id,
            "seq": seq,
            "protocol_hash": str(assessment.get("protocol_hash", "")),
            "at": at,
            "body": self._cipher.seal_json(assessment),
        }
        self._connection.execute(insert(assessments).values(**row))
        count(self._connection, at, "assessments", str(assessment.get("outcome", "")))


def _with_ids(envelope: Envelope) -> Envelope:
    """With an opaque id on each button."""
    return envelope.with_buttons(tuple(Button(one.title, one.payload, new_button_id()) for one in envelope.buttons))
