"""Public addresses of what doesn't fit into an app's message: a chart, the sheet for the visit, the whole talk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import Enum

from bot.channels.layout import Address, Links
from bot.privacy.cipher import Cipher, DataKeyError

KEEP = timedelta(hours=24)


class File(str, Enum):
    """What an address leads to."""

    CHART = "chart"
    """Of nobody in particular: a picture that apps fetch by themselves."""
    SHEET = "sheet"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True)
class Ticket:
    """What an address asks for."""

    file: File
    conversation_id: str
    seq: int | None = None
    """The message that shows it; addresses from before there was one lead to the newest."""
    place: int = 0
    """Among the message's media."""


class Files:
    """Nothing is stored: an address holds, sealed, what it is for and until when."""

    def __init__(self, cipher: Cipher, public_url: str, *, clock: Callable[[], datetime] | None = None) -> None:
        self._cipher = cipher
        self._public_url = public_url
        self._now = clock or _now

    def links(self, conversation_id: str | None, seq: int) -> Links:
        """For the message `seq` of that conversation; none where nobody outside could open them."""
        if conversation_id is None or not self._public_url:
            return Links()
        known = conversation_id

        def leading_to(file: File) -> Address:
            return lambda place: self.address(Ticket(file, known, seq, place))

        return Links(*map(leading_to, (File.CHART, File.SHEET, File.TRANSCRIPT)))

    def address(self, ticket: Ticket) -> str:
        """Works for a day."""
        until = (self._now() + KEEP).isoformat(timespec="seconds")
        sealed = self._cipher.seal_json([ticket.file.value, ticket.conversation_id, until, ticket.seq, ticket.place])
        return f"{self._public_url}/files/{sealed.decode()}"

    def read(self, sealed: str) -> Ticket | None:
        """None for an address that isn't ours, or whose day is over."""
        try:
            file, conversation_id, until, *where = self._cipher.open_json(sealed.encode())
            if datetime.fromisoformat(until) < self._now():
                return None
            return Ticket(File(file), str(conversation_id), *where)
        except (DataKeyError, ValueError, TypeError):
            return None


def _now() -> datetime:
    return datetime.now(timezone.utc)
