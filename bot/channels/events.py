"""What comes in from a messaging app, in one shape for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import Enum
from typing import Any


class What(str, Enum):
    """What a patient did in the app."""

    TEXT = "text"
    BUTTON = "button"
    MEDIA = "media"
    """Something that the bot can't read: a voice message, a picture, a sticker, a place, a contact, a file."""
    START = "start"
    """Opened the chat, or wants messages again after a stop."""
    STOP = "stop"
    """Blocked us, or told the app that no more messages are wanted."""
    FORGET = "forget"
    """Told the app to have everything deleted that is held about them."""


@dataclass(frozen=True)
class Inbound:
    """One event. `key` is the app's own id of it, unique within the app; `chat` is the address that answers go to.

    `text` is what was typed, the title of a pressed button, or the caption of a picture. `button` is the opaque id
    that the bot gave the button. `media` says in one word what kind it is. What isn't listed in `What` (an edit, a
    reaction, a message in a group, our own echo) is no event: parsers leave it out.
    """

    key: str
    chat: str = field(repr=False)
    what: What
    text: str = field(default="", repr=False)
    button: str | None = None
    media: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"what": self.what.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Inbound:
        """Raises KeyError, TypeError or ValueError for another shape."""
        return cls(**{**data, "what": What(data["what"])})


@dataclass(frozen=True)
class Receipt:
    """What an app tells later of a message that it had taken: that it couldn't be delivered, and its own code why.

    `remote` is the app's id of our message. Only failures matter; everything else is no receipt.
    """

    remote: str
    code: str
    is_blocked: bool = False
    """The patient wants no more messages from us."""


@dataclass(frozen=True)
class Batch:
    """All that one request of an app carries, in its order."""

    events: tuple[Inbound, ...] = ()
    receipts: tuple[Receipt, ...] = ()
