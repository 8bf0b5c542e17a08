"""The end of one conversation's log, where messages get their numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher
from bot.privacy.tokens import new_button_id
from bot.store.tables import assessments, buttons, conversations, messages
from bot.types import Button, Envelope
from bot.vocabulary import Author


class Tail:
    """Appends to a conversation that the given transaction has locked; numbers go on from `last_seq` without gaps."""

    def __init__(self, connection: Connection, cipher: Cipher, conversation_id: str, last_seq: int) -> None:
        self._connection = connection
        self._cipher = cipher
        self._conversation_id = conversation_id
        self.last_seq = last_seq

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
        self._connection.execute(
            update(conversations).where(conversations.c.id == self._conversation_id).values(last_seq=self.last_seq)
        )
        return self.last_seq

    def add_envelope(self, envelope: Envelope, *, at: datetime, author: Author = Author.BOT) -> int:
        """Append what bot or system says; each button's payload stays here, an opaque id goes out. Returns its seq."""
        shown = tuple(Button(button.title, button.payload, new_button_id()) for button in envelope.buttons)
        seq = self.add(author, {"envelope": envelope.with_buttons(shown).to_json()}, at=at)
        if shown:
            self._connection.execute(insert(buttons), [self._button_row(button, seq) for button in shown])
        if envelope.assessment is not None:
            self._add_assessment(envelope.assessment, seq, at=at)
        return seq

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
