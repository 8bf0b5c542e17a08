"""Patients in messaging apps: what they agreed to, which conversation is theirs, and when they last wrote."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection

from bot.privacy.tokens import new_id
from bot.store.app_tables import chats
from bot.store.base import Base, lock
from bot.store.conversations import add_conversation
from bot.store.desk_tables import outbox
from bot.store.tables import conversations
from bot.store.upsert import insert_into
from bot.vocabulary import ChatStatus, Sending, State


@dataclass(frozen=True)
class Chat:
    """One patient in one app. `conversation_id` is None until they have agreed; `heard_at`: when they last wrote."""

    id: str
    channel: str
    address: str = field(repr=False)
    status: ChatStatus
    conversation_id: str | None
    asked_at: datetime | None
    heard_at: datetime


class Chats(Base):
    """Found by app and address, of which the database holds only a fingerprint and a sealed copy."""

    def hear(self, channel: str, address: str, *, now: datetime) -> Chat:
        """The chat in which a patient has just written; a new one, not yet asked, for somebody new."""
        with self._write() as connection:
            row = self._find(connection, channel, address) or self._meet(connection, channel, address, now)
            connection.execute(update(chats).where(chats.c.id == row.id).values(heard_at=now))
            if row.conversation_id is not None:
                mine = conversations.c.id == row.conversation_id
                connection.execute(update(conversations).where(mine, conversations.c.seen_at < now).values(seen_at=now))
            return self._chat(row, heard_at=now)

    def find_chat(self, channel: str, address: str) -> Chat | None:
        with self._read() as connection:
            row = self._find(connection, channel, address)
        return None if row is None else self._chat(row)

    def chat_of(self, conversation_id: str) -> Chat | None:
        """None for a conversation that isn't an app's, or was erased."""
        with self._read() as connection:
            row = connection.execute(select(chats).where(chats.c.conversation_id == conversation_id)).one_or_none()
        return None if row is None else self._chat(row)

    def note_asked(self, chat_id: str, *, now: datetime) -> None:
        """The question whether they agree is on its way."""
        with self._write() as connection:
            connection.execute(update(chats).where(chats.c.id == chat_id).values(asked_at=now))

    def agree(self, chat_id: str, *, locale: str, now: datetime) -> str | None:
        """The patient has said yes: the id of their conversation, a new one unless there is one. None: erased since."""
        with self._write() as connection:
            row = connection.execute(select(chats).where(chats.c.id == chat_id).with_for_update()).one_or_none()
            if row is None:
                return None
            conversation_id = row.conversation_id or add_conversation(connection, row.channel, locale, None, now).id
            values = {"status": ChatStatus.ACTIVE.value, "conversation_id": conversation_id, "asked_at": None}
            connection.execute(update(chats).where(chats.c.id == chat_id).values(**values))
            agreed = update(conversations).where(conversations.c.id == conversation_id)
            connection.execute(agreed.values(consent_at=now, seen_at=now))
            return str(conversation_id)

    def stop_chat(self, chat_id: str, *, now: datetime) -> None:
        """Send nothing more. What waits to be sent is dropped; what was said stays until its time is over."""
        with self._write() as connection:
            change = update(chats).where(chats.c.id == chat_id).values(status=ChatStatus.STOPPED.value)
            connection.execute(change)
            mine = select(chats.c.conversation_id).where(chats.c.id == chat_id)
            unsent = (outbox.c.conversation_id.in_(mine), outbox.c.status == Sending.WAITING.value)
            theirs = outbox.c.kind == select(chats.c.channel).where(chats.c.id == chat_id).scalar_subquery()
            values = {"status": Sending.DROPPED.value, "due_at": now, "leased_by": None, "leased_until": None}
            connection.execute(update(outbox).where(*unsent, theirs).values(**values))

    def forget_chat(self, chat_id: str) -> None:
        """Delete one that has no conversation; does nothing to others."""
        with self._write() as connection:
            connection.execute(delete(chats).where(chats.c.id == chat_id, chats.c.conversation_id.is_(None)))

    def reopen_closed(self, conversation_id: str) -> bool:
        """A patient writes after staff have closed the talk: the bot has it again. False when it isn't closed."""
        with self._write() as connection:
            row = lock(connection, conversation_id)
            if row is None or row.state != State.CLOSED.value:
                return False
            change = update(conversations).where(conversations.c.id == conversation_id)
            connection.execute(change.values(state=State.BOT.value))
            return True

    def _find(self, connection: Connection, channel: str, address: str) -> Any | None:
        known = chats.c.fingerprint.in_(self._cipher.fingerprints(channel, address))
        return connection.execute(select(chats).where(chats.c.channel == channel, known).limit(1)).one_or_none()

    def _meet(self, connection: Connection, channel: str, address: str, now: datetime) -> Any:
        row = {
            "id": new_id(),
            "channel": channel,
            "fingerprint": self._cipher.fingerprints(channel, address)[0],
            "address": self._cipher.seal(address),
            "status": ChatStatus.ASKED.value,
            "heard_at": now,
        }
        # Two workers may meet the same patient at once.
        connection.execute(insert_into(connection, chats).values(**row).on_conflict_do_nothing())
        return self._find(connection, channel, address)

    def _chat(self, row: Any, heard_at: datetime | None = None) -> Chat:
        address = self._cipher.open(row.address)
        status, heard = ChatStatus(row.status), heard_at or row.heard_at
        return Chat(row.id, row.channel, address, status, row.conversation_id, row.asked_at, heard)
