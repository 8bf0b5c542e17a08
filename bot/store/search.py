"""Looking for words in what was said. There is no index: it would say in plain what the log keeps encrypted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.privacy.cipher import DataKeyError
from bot.store.base import Base
from bot.store.tables import conversations, messages
from bot.vocabulary import Author

BATCH = 250
MOST_HITS = 50
LONGEST_S = 1.5


@dataclass(frozen=True)
class Hit:
    """A message in which the words were found."""

    conversation_id: str
    channel: str
    seq: int
    author: Author
    at: datetime
    text: str


@dataclass(frozen=True)
class Found:
    """`go_on` is where the next search begins, None at the end of the log; until `back_to` everything was read."""

    hits: list[Hit]
    back_to: datetime | None
    go_on: int | None
    read: int


class Search(Base):
    """Opens message after message, the newest first, for as long as somebody is willing to wait."""

    def search(self, fits: Callable[[str], bool], *, before: int | None = None, seconds: float = LONGEST_S) -> Found:
        """Messages whose text `fits`, at most 50, read backwards from the row `before` for at most `seconds`."""
        until = time.monotonic() + seconds
        hits: list[Hit] = []
        read, back_to = 0, None
        while True:
            batch = self._batch(before)
            for row in batch:
                read, before, back_to = read + 1, row.id, row.at
                text = self._text(row.body)
                if text and fits(text):
                    hits.append(Hit(row.conversation_id, row.channel, row.seq, Author(row.author), row.at, text))
                if len(hits) == MOST_HITS or time.monotonic() > until:
                    return Found(hits, back_to, before, read)
            if len(batch) < BATCH:
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

    def _batch(self, before: int | None) -> list[Any]:
        query = (
            select(messages, conversations.c.channel)
            .join(conversations, conversations.c.id == messages.c.conversation_id)
            .order_by(messages.c.id.desc())
            .limit(BATCH)
        )
        with self._read() as connection:
            return list(connection.execute(query if before is None else query.where(messages.c.id < before)).all())

    def _text(self, body: bytes) -> str:
        try:
            said = self._cipher.open_json(body)
        except DataKeyError:
            # One message that no key opens mustn't hide all the others.
            return ""
        text: str = said.get("text") or said.get("envelope", {}).get("text") or ""
        return text
