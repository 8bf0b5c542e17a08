"""Opening a conversation and recognising the patient who comes back to it."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.privacy.tokens import new_id
from bot.store.base import Base
from bot.store.tables import conversations
from bot.store.tally import count_conversation
from bot.types import Conversation
from bot.vocabulary import State

# A phone left on a table must not show health questions the next day, yet an appointment's day should fit.
IDLE_LIMIT = timedelta(hours=12)
# However often it is used, a bearer token that leaked stops working.
AGE_LIMIT = timedelta(days=30)
# Long polls authenticate often; one write a minute is exact enough for limits of hours.
SEEN_PRECISION = timedelta(minutes=1)


class Conversations(Base):
    """The conversations themselves, without their messages."""

    def open_conversation(self, *, channel: str, locale: str, token_hash: str | None, now: datetime) -> Conversation:
        """Start a conversation with a patient who has just consented.

        `token_hash` comes from `hash_token`; None for channels that bring their own proof of identity.
        """
        with self._write() as connection:
            return add_conversation(connection, channel, locale, token_hash, now)

    def find_conversation(self, conversation_id: str) -> Conversation | None:
        """The conversation as it stands, or None."""
        row = self._row(conversation_id)
        return None if row is None else _conversation(row)

    def authenticate(self, conversation_id: str, token_hash: str, *, now: datetime) -> Conversation | None:
        """The conversation when the token is its own and still valid, else None; the caller can't tell why.

        A token ends after 12 hours without use and after 30 days in any case. Using it counts as being seen.
        """
        row = self._row(conversation_id)
        # Compare even when there is nothing to compare with, so that time tells nothing about which ids exist.
        known = "" if row is None else row.token_hash or ""
        is_own = hmac.compare_digest(known.encode(), token_hash.encode())
        if row is None or not known or not is_own:
            return None
        if now - row.seen_at > IDLE_LIMIT or now - row.created_at > AGE_LIMIT:
            return None
        if now - row.seen_at >= SEEN_PRECISION:
            self._touch(conversation_id, now)
        return _conversation(row)

    def ping(self) -> None:
        """Ask the database for a sign of life. Raises SQLAlchemy's error when there is none."""
        with self._read() as connection:
            connection.execute(select(1)).scalar_one()

    def _row(self, conversation_id: str) -> Any | None:
        with self._read() as connection:
            return connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one_or_none()

    def _touch(self, conversation_id: str, now: datetime) -> None:
        with self._write() as connection:
            connection.execute(
                update(conversations)
                .where(conversations.c.id == conversation_id, conversations.c.seen_at < now)
                .values(seen_at=now)
            )


def add_conversation(
    connection: Connection, channel: str, locale: str, token_hash: str | None, now: datetime
) -> Conversation:
    """Start one in the given transaction."""
    opened = Conversation(new_id(), channel, State.BOT, 0, locale, now)
    row = {
        "id": opened.id,
        "channel": channel,
        "locale": locale,
        "state": opened.state.value,
        "last_seq": opened.last_seq,
        "token_hash": token_hash,
        "consent_at": now,
        "created_at": now,
        "seen_at": now,
    }
    connection.execute(insert(conversations).values(**row))
    count_conversation(connection, now, channel)
    return opened


def _conversation(row: Any) -> Conversation:
    return Conversation(row.id, row.channel, State(row.state), row.last_seq, row.locale, row.created_at)
