"""What goes out to a messaging app, in one shape for all of them, and what each of them allows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Protocol


class Markup(str, Enum):
    """How an app writes bold text, links and lists."""

    HTML = "html"
    """Telegram's subset of HTML."""
    STARS = "stars"
    """WhatsApp's: *bold*, plain addresses."""
    PLAIN = "plain"


@dataclass(frozen=True)
class Limits:
    """What an app allows in one message. Lengths are in characters, as UTF-16 counts them; 0 means not at all."""

    markup: Markup
    text: int
    buttons: int = 0
    """How many buttons fit below one message."""
    button_title: int = 0
    text_with_buttons: int = 0
    rows: int = 0
    """How many entries a list has that the patient opens."""
    row_title: int = 0
    row_description: int = 0
    text_with_rows: int = 0
    has_pictures: bool = False
    caption: int = 0
    window: timedelta | None = None
    """How long after the patient's last message anything may be written; None for ever."""
    staff_window: timedelta | None = None
    """How long staff may still write by hand after that, where the app has a longer time for people."""


@dataclass(frozen=True)
class Choice:
    """One button or list entry. `id` is opaque and at most 64 bytes; `description` goes below a list entry's title."""

    title: str
    id: str
    description: str = ""


@dataclass(frozen=True)
class Picture:
    """A PNG, its alternative text, and the public address for apps that fetch it themselves."""

    png: bytes = field(repr=False)
    alt: str
    url: str


@dataclass(frozen=True)
class Part:
    """One message of the app. `text` is in the app's markup and within its limits.

    `choices` are buttons, or entries of a list that opens with a button when `is_list`. With a `picture`, `text` is its
    caption and there are no choices.
    """

    text: str = field(repr=False)
    choices: tuple[Choice, ...] = ()
    is_list: bool = False
    picture: Picture | None = None


@dataclass(frozen=True)
class Template:
    """A text that the app has approved for writing first: its name and language there, and the words that it has."""

    name: str
    language: str
    text: str


@dataclass(frozen=True)
class Post:
    """One part on its way. `key` is the same each time that it is tried, and nothing else's."""

    to: str = field(repr=False)
    part: Part
    key: str
    is_by_staff_late: bool = False
    """Written by hand by staff after the window, within `Limits.staff_window`."""
    template: Template | None = None
    """Sent instead of the part's text."""


class Client(Protocol):
    """Sends to one app. One for each process; safe to call at once for any number of chats."""

    async def send(self, post: Post) -> str:
        """The app's id of the message. Raises DeliveryError, PutOff or ChatGone."""

    async def close(self) -> None:
        """Give its connections back."""
