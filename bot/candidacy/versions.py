"""The present version of the questionnaire, and older ones for patients who began with them."""

from __future__ import annotations

import typing
from datetime import datetime, timezone
from pathlib import Path

from pydantic import ValidationError

from bot.candidacy.load import check_reading
from bot.candidacy.model import Protocol


class Shelf(typing.Protocol):
    """Where versions outlive a restart; the store is one."""

    def load_protocol(self, version_hash: str) -> str | None: ...

    def save_protocol(self, version_hash: str, *, version: str, document: str, now: datetime) -> None: ...


class Versions:
    """Versions by their hash. Without a shelf only the present one is known."""

    def __init__(self, current: Protocol) -> None:
        self.current = current
        self._known = {current.hash: current}
        self._shelf: Shelf | None = None

    def keep_on(self, shelf: Shelf) -> None:
        """Use `shelf` from now on, and put the present version there.

        A version that isn't there yet is graded first: DocumentError for a text that is too hard to read. One that is
        there was graded when it came, so that later starts needn't load what grades texts.
        """
        self._shelf = shelf
        if shelf.load_protocol(self.current.hash) is None:
            from bot.reading import grade

            check_reading(self.current, grade, where=Path("candidacy"))
            now = datetime.now(timezone.utc)
            document = self.current.document
            shelf.save_protocol(self.current.hash, version=self.current.version, document=document, now=now)

    def find(self, version_hash: str) -> Protocol | None:
        """The version of that hash, or None when it was never kept or can't be read any more."""
        if version_hash not in self._known and self._shelf is not None:
            document = self._shelf.load_protocol(version_hash)
            if document is not None:
                try:
                    self._known[version_hash] = Protocol.parse_raw(document)
                except ValidationError:
                    return None
        return self._known.get(version_hash)
