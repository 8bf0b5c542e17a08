"""Looking for words in what was said and noted. There is no index: it would say in plain what the log encrypts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import merge
from operator import attrgetter
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.engine import Row

from bot.privacy.cipher import DataKeyError
from bot.store.base import Base
from bot.store.desk_tables import notes
from bot.store.tables import conversations, messages
from bot.vocabulary import Author

BATCH = 250
MOST_HITS = 50
LONGEST_S = 1.5
BEFORE_THE_NOTE = (
    select(func.coalesce(func.max(messages.c.seq), 0))
    .where(messages.c.conversation_id == notes.c.conversation_id, messages.c.at <= notes.c.at)
    .scalar_subquery()
    .label("seq")
)


@dataclass(frozen=True)
class Hit:
    """A message in which the words were found, or a private note.

    Of a note `author` is None, `name` its writer and `seq` the last message before it, 0 for none. `note_id` is 0 for
    a message.
    """

    conversation_id: str
    channel: str
    at: datetime
    text: str
    seq: int
    author: Author | None = None
    note_id: int = 0
    name: str = ""


@dataclass(frozen=True)
class Place:
    """How far a search has come: the rows of the last message and the last note that were read, None at the start."""

    message: int | None = None
    note: int | None = None


@dataclass(frozen=True)
class Found:
    """`go_on` is where the next search begins, None at the end of the log; until `back_to` everything was read.

    `read` counts messages and notes.
    """

    hits: list[Hit]
    back_to: datetime | None
    go_on: Place | None
    read: int


class Search(Base):
    """Opens message after message and note after note, the newest first, for as long as somebody is willing to wait."""

    def search(self, fits: Callable[[str], bool], *, before: Place | None = None, seconds: float = LONGEST_S) -> Found:
        """Messages and notes whose text `fits`, at most 50, read backwards from `before` for at most `seconds`."""
        until = time.monotonic() + seconds
        place = before or Place()
        hits: list[Hit] = []
        read, back_to = 0, None
        # Each table is in the order in which it was written; together they are in the order of their times.
        both = (self._batches(messages, place.message), self._batches(notes, place.note))
        for row in merge(*both, key=attrgetter("at"), reverse=True):
            read, back_to = read + 1, row.at
            place = replace(place, note=row.id) if row.is_note else replace(place, message=row.id)
            text = self._noted(row.body) if row.is_note else self._text(row.body)
            if text and fits(text):
                hits.append(_hit(row, text))
            if len(hits) == MOST_HITS or time.monotonic() > until:
                return Found(hits, back_to, place, read)
        return Found(hits, back_to, None, read)

    def seal_words(self, words: str) -> str:
        """Words as something that an address may carry: logs and browsers keep addresses."""
        return self._cipher.seal(words).decode("ascii")

    def open_words(self, sealed: str) -> str | None:
        """The words again; None for anything that `seal_words` didn't make."""
        try:
            return self._cipher.open(sealed.encode("ascii", "replace"))
        except DataKeyError:
            return None

    def _batches(self, table: Any, before: int | None) -> Iterator[Row]:
        """Rows of messages or notes with their conversation's channel, the newest first."""
        more = [BEFORE_THE_NOTE] if table is notes else []
        query = (
            select(table, conversations.c.channel, literal(table is notes).label("is_note"), *more)
            .join(conversations, conversations.c.id == table.c.conversation_id)
            .order_by(table.c.id.desc())
            .limit(BATCH)
        )
        while True:
            with self._read() as connection:
                rows = connection.execute(query if before is None else query.where(table.c.id < before)).all()
            yield from rows
            if len(rows) < BATCH:
                return
            before = rows[-1].id

    def _noted(self, body: bytes) -> str:
        try:
            return self._cipher.open(body)
        except DataKeyError:
            return ""

    def _text(self, body: bytes) -> str:
        try:
            said = self._cipher.open_json(body)
        except DataKeyError:
            # One message that no key opens mustn't hide all the others.
            return ""
        text: str = said.get("text") or said.get("envelope", {}).get("text") or ""
        return text


def _hit(row: Any, text: str) -> Hit:
    hit = Hit(row.conversation_id, row.channel, row.at, text, row.seq)
    if row.is_note:
        return replace(hit, note_id=row.id, name=row.staff_name)
    return replace(hit, author=Author(row.author))
