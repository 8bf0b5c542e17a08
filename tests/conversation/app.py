"""A messaging app of our own, at the edge of the world: what it was told to send is looked at, nothing is sent."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from bot.channels.app import App
from bot.channels.events import Batch, Inbound, What
from bot.channels.hook import Raw, Reply
from bot.channels.parts import Limits, Markup, Post, Template
from bot.store.tables import conversations
from bot.talk import Talk
from bot.vocabulary import Author

NAME = "telegram"
LIMITS = Limits(Markup.PLAIN, text=4096, buttons=10, button_title=60, text_with_buttons=4096)
PATIENT = "patient-1"


class Door:
    """Lets nothing in by HTTP: tests hand events over themselves."""

    def take(self, raw: Raw) -> tuple[Batch, Reply]:
        return Batch(), Reply()


@dataclass
class Phone:
    """What has arrived on patients' phones, by address; `failures` are raised for the next posts."""

    posts: list[Post] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    async def send(self, post: Post) -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.posts.append(post)
        return f"remote-{len(self.posts)}"

    async def close(self) -> None:
        return

    def texts(self, address: str = PATIENT) -> list[str]:
        return [post.part.text for post in self.posts if post.to == address]

    def button(self, title: str, address: str = PATIENT) -> str:
        """The id of the newest button with that title."""
        choices = [one for post in self.posts if post.to == address for one in post.part.choices]
        return next(one.id for one in reversed(choices) if one.title == title)


def app(phone: Phone, *, template: Template | None = None, **limits: object) -> App:
    async def right() -> list[str]:
        return []

    return App(NAME, "Telegram", replace(LIMITS, **limits), Door(), lambda: phone, right, template)  # type: ignore[arg-type]


class Writer:
    """A patient who writes in the app. Each call returns when everything is dealt with and sent."""

    def __init__(self, talk: Talk, phone: Phone, address: str = PATIENT) -> None:
        self._talk = talk
        self._keys = itertools.count(1)
        self.phone = phone
        self.address = address

    def event(self, text: str = "", what: What = What.TEXT, button: str | None = None, media: str = "") -> Inbound:
        return Inbound(f"{self.address}-{next(self._keys)}", self.address, what, text, button, media)

    async def send(self, *events: Inbound) -> list[str]:
        """The texts that arrive because of it."""
        before = len(self.phone.posts)
        await self._talk.apps.intake.keep(NAME, Batch(events))
        await self._talk.apps.intake.work_due()
        if (conversation_id := self.conversation_id) is not None:
            await self._talk.turns.settle(conversation_id)
        await self._talk.notify.courier.deliver_due()
        return [post.part.text for post in self.phone.posts[before:] if post.to == self.address]

    async def say(self, text: str) -> list[str]:
        return await self.send(self.event(text))

    async def press(self, title: str) -> list[str]:
        return await self.send(self.event(title, What.BUTTON, self.phone.button(title, self.address)))

    async def agree(self) -> list[str]:
        await self.say("hello")
        return await self.press("Yes, I agree")

    @property
    def conversation_id(self) -> str | None:
        chat = self._talk.store.find_chat(NAME, self.address)
        return None if chat is None else chat.conversation_id


def stored(talk: Talk) -> list[str | None]:
    """What patients' messages say, in all conversations."""
    with talk.store._read() as connection:
        ids = connection.execute(select(conversations.c.id)).scalars().all()
    found = [one for conversation_id in ids for one in talk.store.messages(conversation_id)]
    return [one.text for one in found if one.author is Author.PATIENT]


def rows(talk: Talk, table: object) -> int:
    with talk.store._read() as connection:
        return len(connection.execute(select(table)).all())
