"""Patients in messaging apps: what they agreed to, which conversation is theirs, and when they last wrote."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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

NOT_ASKED = {"asked_at": None, "asks": 0}
NO_ADDRESS = b""


@dataclass(frozen=True)
class Chat:
    """One patient in one app. `conversation_id` is None until they have agreed; `heard_at`: when they last wrote.

    `asks`: how often they were asked whether to begin, the last time at `asked_at`.
    """

    id: str
    channel: str
    address: str = field(repr=False)
    status: ChatStatus
    conversation_id: str | None
    asked_at: datetime | None
    asks: int
    heard_at: datetime


class Chats(Base):
    """Found by app and address, of which the database holds only a fingerprint and a sealed copy."""

    def hear(self, channel: str, address: str, *, now: datetime, is_written: bool = True) -> Chat:
        """The chat in which a patient has just written; a new one, not yet asked, for somebody new.

        Unless `is_written` they did something else in the app, which opens no window and keeps no talk alive.
        """
        with self._write() as connection:
            row = self._find(connection, channel, address) or self._meet(connection, channel, address, now)
            if not is_written:
                return self._chat(row, address)
            connection.execute(update(chats).where(chats.c.id == row.id).values(heard_at=now))
            if row.conversation_id is not None:
                mine = conversations.c.id == row.conversation_id
                connection.execute(update(conversations).where(mine, conversations.c.seen_at < now).values(seen_at=now))
            return replace(self._chat(row, address), heard_at=now)

    def find_chat(self, channel: str, address: str) -> Chat | None:
        with self._read() as connection:
            row = self._find(connection, channel, address)
        return None if row is None else self._chat(row)

    def chat_of(self, conversation_id: str) -> Chat | None:
        """None for a conversation that isn't an app's, or was erased."""
        with self._read() as connection:
            row = connection.execute(select(chats).where(chats.c.conversation_id == conversation_id)).one_or_none()
        return None if row is None else self._chat(row)

    def note_asked(self, chat: Chat, *, asks: int, now: datetime) -> None:
        """The question whether they agree is on its way, for the `asks`th time. A stop of before is over."""
        values = {"status": ChatStatus.ASKED.value, "address": self._cipher.seal(chat.address)}
        with self._write() as connection:
            asked = update(chats).where(chats.c.id == chat.id)
            connection.execute(asked.values(asked_at=now, asks=asks, **values))

    def agree(self, chat_id: str, *, locale: str, now: datetime) -> str | None:
        """The patient has said yes: the id of their conversation, a new one unless there is one. None: erased since."""
        with self._write() as connection:
            row = connection.execute(select(chats).where(chats.c.id == chat_id).with_for_update()).one_or_none()
            if row is None:
                return None
            conversation_id = row.conversation_id or add_conversation(connection, row.channel, locale, None, now).id
            values = {"status": ChatStatus.ACTIVE.value, "conversation_id": conversation_id, **NOT_ASKED}
            connection.execute(update(chats).where(chats.c.id == chat_id).values(**values))
            agreed = update(conversations).where(conversations.c.id == conversation_id)
            connection.execute(agreed.values(consent_at=now, seen_at=now))
            return str(conversation_id)

    def stop_chat(self, chat_id: str, *, now: datetime) -> None:
        """They can't be reached any more. What waits is dropped; what was said stays until its time is over."""
        with self._write() as connection:
            # Who told us to stop and is gone has still told us to stop.
            reached = update(chats).where(chats.c.id == chat_id, chats.c.status != ChatStatus.SILENCED.value)
            connection.execute(reached.values(status=ChatStatus.STOPPED.value))
            self._drop_waiting(connection, chat_id, now)

    def silence_chat(self, chat_id: str, *, now: datetime) -> None:
        """They told us to stop. As `stop_chat`; without a conversation only the fingerprint stays, to know them by."""
        with self._write() as connection:
            mine = update(chats).where(chats.c.id == chat_id)
            connection.execute(mine.values(status=ChatStatus.SILENCED.value, **NOT_ASKED))
            connection.execute(mine.where(chats.c.conversation_id.is_(None)).values(address=NO_ADDRESS))
            self._drop_waiting(connection, chat_id, now)

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

    def _drop_waiting(self, connection: Connection, chat_id: str, now: datetime) -> None:
        mine = select(chats.c.conversation_id).where(chats.c.id == chat_id)
        unsent = (outbox.c.conversation_id.in_(mine), outbox.c.status == Sending.WAITING.value)
        theirs = outbox.c.kind == select(chats.c.channel).where(chats.c.id == chat_id).scalar_subquery()
        values = {"status": Sending.DROPPED.value, "due_at": now, "leased_by": None, "leased_until": None}
        connection.execute(update(outbox).where(*unsent, theirs).values(**values))

    def _chat(self, row: Any, address: str | None = None) -> Chat:
        known = self._address(row) if address is None else address
        status = ChatStatus(row.status)
        return Chat(row.id, row.channel, known, status, row.conversation_id, row.asked_at, row.asks, row.heard_at)

    def _address(self, row: Any) -> str:
        return self._cipher.open(row.address) if row.address else ""


def keep_stop(connection: Connection, conversation_id: str) -> None:
    """Before a conversation goes: of a patient who told us to stop, the fingerprint stays."""
    theirs = (chats.c.conversation_id == conversation_id, chats.c.status == ChatStatus.SILENCED.value)
    connection.execute(update(chats).where(*theirs).values(conversation_id=None, address=NO_ADDRESS))
