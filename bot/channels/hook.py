"""How an app's requests come in: as bytes, before anything is believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.channels.events import Batch
from bot.errors import MesoGuideError


@dataclass(frozen=True)
class Raw:
    """One request. `url` is the whole address as the app called it; names of `headers` are lower-case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """What acknowledges it."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"


class Refused(MesoGuideError):
    """Not from the app, or nothing that it would send. 403 for a wrong signature, 400 for a shape nobody knows."""

    def __init__(self, status: int) -> None:
        super().__init__(f"A request to a webhook was refused with {status}.")
        self.status = status


class Webhook(Protocol):
    """One app's door. Pure: no network, no database, no clock but the one for signatures."""

    def take(self, raw: Raw) -> tuple[Batch, Reply]:
        """All events in it, and the answer once they are stored. Raises Refused.

        The signature is checked on the raw body in constant time before anything is parsed; without a secret nothing
        is let in. What the app sends and nobody needs is an empty batch: an error would make it send that again.
        """
