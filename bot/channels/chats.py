"""Carries one message of a conversation to the patient's app, part by part."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from bot.channels.app import App
from bot.channels.layout import Links, lay_out
from bot.channels.parts import Client, Post, Template
from bot.channels.reasons import BAD_TOKEN, CHAT_GONE, WINDOW_OVER
from bot.errors import ChatGone, DeliveryError, NotNeeded
from bot.store.chats import Chat
from bot.store.outbox import Leased
from bot.store.store import Store
from bot.types import Envelope, Message
from bot.vocabulary import Author, ChatStatus

MENDING_S = 600.0
"""Until a message is tried again that the app refused for our key."""


class ChatTransport:
    """The transport of one app.

    A delivery names the message by its `seq`; or, outside of any conversation, holds an `envelope` and whom it goes
    `to`. `links` are the public addresses of what a message shows, by the conversation's id and the message's `seq`.
    """

    def __init__(
        self,
        store: Store,
        app: App,
        links: Callable[[str | None, int], Links],
        *,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._store = store
        self._app = app
        self._links = links
        self._now = clock or _now
        self._client: Client | None = None

    async def send(self, leased: Leased) -> None:
        """Send the parts that haven't arrived yet. Raises DeliveryError, PutOff, or NotNeeded for who wants none."""
        body = leased.outgoing.body
        if "envelope" in body:
            message = Message(0, Author.SYSTEM, leased.created_at, envelope=Envelope.from_json(body["envelope"]))
            await self._send(leased, str(body["to"]), message, timedelta())
            return
        chat, message = await asyncio.to_thread(self._find, leased)
        try:
            await self._send(leased, chat.address, message, self._now() - chat.heard_at)
        except ChatGone:
            await asyncio.to_thread(self._store.stop_chat, chat.id, now=self._now())
            raise

    async def close(self) -> None:
        """Give the connections back."""
        if self._client is not None:
            await self._client.close()

    def _find(self, leased: Leased) -> tuple[Chat, Message]:
        conversation_id = leased.outgoing.conversation_id
        chat = None if conversation_id is None else self._store.chat_of(conversation_id)
        if chat is None or conversation_id is None or chat.status is not ChatStatus.ACTIVE:
            raise NotNeeded
        message = self._store.find_message(conversation_id, int(leased.outgoing.body["seq"]))
        if message is None:
            raise NotNeeded
        return chat, message

    async def _send(self, leased: Leased, to: str, message: Message, silence: timedelta) -> None:
        template = self._template(message)
        is_late = template is None and self._is_late(message, silence)
        links = self._links(leased.outgoing.conversation_id, message.seq)
        # Drawing a chart takes a while.
        parts = await asyncio.to_thread(lay_out, message, self._app.limits, links)
        if self._client is None:
            self._client = self._app.make_client()
        for place, part in enumerate(parts[:1] if template else parts):
            if place < leased.parts:
                continue
            post = Post(to, part, f"{leased.stable_id}.{place}", is_by_staff_late=is_late, template=template)
            remote = await _sent(self._client, post)
            note, name = self._store.note_part, self._app.name
            if (error := await asyncio.to_thread(note, leased.id, place + 1, channel=name, remote=remote)) is not None:
                raise ChatGone() if error == CHAT_GONE else DeliveryError(error, is_permanent=True)

    def _template(self, message: Message) -> Template | None:
        """The app's template, when that is what staff send."""
        known = self._app.template
        return known if known is not None and message.author is Author.STAFF and message.text == known.text else None

    def _is_late(self, message: Message, silence: timedelta) -> bool:
        """Whether it is after the window, and staff may still write. Raises DeliveryError when nobody may."""
        limits = self._app.limits
        if limits.window is None or silence < limits.window:
            return False
        if limits.staff_window is not None and message.author is Author.STAFF and silence < limits.staff_window:
            return True
        raise DeliveryError(WINDOW_OVER, is_permanent=True)


async def _sent(client: Client, post: Post) -> str:
    """A wrong key is the clinic's to mend, and no patient's message is lost over it."""
    try:
        return await client.send(post)
    except DeliveryError as error:
        if error.code != BAD_TOKEN:
            raise
        raise DeliveryError(BAD_TOKEN, retry_after_s=MENDING_S) from None


def _now() -> datetime:
    return datetime.now(timezone.utc)
