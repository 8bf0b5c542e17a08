"""What the parts of the store share: one engine, one cipher, and the lock on a conversation."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from bot.errors import ConversationError
from bot.privacy.cipher import Cipher
from bot.store.engine import reading, relaxed
from bot.store.tables import conversations
from bot.store.tally import forget_counts, write_counts
from bot.vocabulary import State

# Where the bot has a voice. While staff own a conversation its messages wait for them.
BOT_SPEAKS = (State.BOT.value, State.WAITING.value)


class Base:
    """One part of the store. Blocking and thread-safe: call it from a pool of threads."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        self._engine = engine
        self._reader = reading(engine)
        self._relaxed = relaxed(engine)
        self._cipher = cipher
        # SQLite lets one write at a time, and who has to wait sleeps for up to a tenth of a second before asking again.
        # Waiting for one another here, threads go on at once; other processes still wait for SQLite itself.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    def _write(self) -> AbstractContextManager[Connection]:
        """A transaction that may write; commits at the end of the block, or rolls back when it raises."""
        return _counting(self._engine, self._turn)

    def _write_relaxed(self) -> AbstractContextManager[Connection]:
        """As `_write`, without waiting for the disk: for what may be done again after a power cut."""
        return _counting(self._relaxed, self._turn)

    def _read(self) -> AbstractContextManager[Connection]:
        """One snapshot of the database."""
        transaction: AbstractContextManager[Connection] = self._reader.begin()
        return transaction


@contextmanager
def _counting(engine: Engine, turn: threading.Lock | None) -> Iterator[Connection]:
    """A transaction that ends with writing what was counted in it; one thread has the `turn` at a time."""
    with turn or nullcontext(), engine.begin() as connection:
        try:
            yield connection
            write_counts(connection)
        finally:
            forget_counts(connection)


def lock(connection: Connection, conversation_id: str) -> Any | None:
    """The conversation's row, held until the transaction ends, or None.

    Everything that numbers, answers or erases messages takes this lock first; SQLite ignores the clause because
    its write transactions run one at a time anyway.
    """
    query = select(conversations).where(conversations.c.id == conversation_id).with_for_update()
    return connection.execute(query).one_or_none()


def no_conversation() -> ConversationError:
    """For an identifier that leads nowhere: never opened, expired or erased."""
    return ConversationError(
        "conversation_closed", "This conversation no longer exists. Please start a new one.", status=404
    )
