"""What is done with one event of a messaging app: consent first, then the conversation, as on the clinic's page."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime, timezone

from bot.channels.choices import is_numbered, read_choice
from bot.channels.events import Inbound, What
from bot.conversation.app_words import AGREE, is_stop
from bot.conversation.consent import Consent
from bot.conversation.desk import Desk, client_id_of
from bot.conversation.judging import RefusedInDanger
from bot.errors import ConversationError, PutOff
from bot.privacy.cipher import DataKeyError
from bot.store.chats import Chat
from bot.store.inbox import Taken
from bot.store.log import Accepted
from bot.store.outbox import Outgoing
from bot.store.records import Erasure
from bot.types import Button, Envelope
from bot.vocabulary import Author, ChatStatus, Kind

LOOK_AGAIN_S = 5.0
"""Whoever writes too fast: so long nobody looks whether what they wrote since then speaks of danger."""
MOST_WAITING = 30
"""Messages of one patient that may wait to be read; what comes on top of them is refused, and the patient told."""
SEND_AGAIN = "Please send that again."
UNREADABLE: Mapping[str, str] = {
    "voice": "app_voice",
    "audio": "app_voice",
    "image": "app_picture",
    "photo": "app_picture",
    "picture": "app_picture",
    "video": "app_picture",
}
"""The reply to what the bot can't read, by its kind; `app_media` for all others."""


class Reception:
    """Every step may be done again after a crash: what was stored or queued under the event's key stays as it is."""

    def __init__(self, desk: Desk, *, clock: Callable[[], datetime] | None = None) -> None:
        self._desk = desk
        self._store = desk.store
        self._now = clock or _now
        self._consent = Consent(desk, self._now)

    async def deal(self, taken: Taken, event: Inbound) -> None:
        """Raises PutOff when the patient writes faster than anybody may."""
        chat = await self._hear(taken, event)
        try:
            await self._deal(chat, taken, event)
        except PutOff:
            raise
        except Exception:
            # Whatever failed, and may fail again: somebody in danger reads where help is.
            if (first_aid := self._desk.first_aid(event)) is not None:
                await self._say(chat, taken, first_aid)
            raise

    async def _hear(self, taken: Taken, event: Inbound) -> Chat:
        is_written = event.what not in {What.STOP, What.FORGET}
        hear = self._store.hear
        return await asyncio.to_thread(hear, taken.channel, event.chat, now=taken.received_at, is_written=is_written)

    async def _deal(self, chat: Chat, taken: Taken, event: Inbound) -> None:
        if event.what is What.FORGET:
            await self._forget(chat)
        elif event.what is What.STOP or is_stop(taken.channel, event.text):
            await self._consent.stop(chat, taken, is_told=event.what is What.STOP)
        elif chat.status is not ChatStatus.ACTIVE or chat.conversation_id is None:
            await self._consent.deal(chat, taken, event)
        elif self._consent.meant(event) and not await self._is_welcomed(chat.conversation_id):
            # Cut off between the yes and its welcome.
            await self._consent.begin(chat, taken)
        else:
            await self._talk(chat, chat.conversation_id, taken, event)

    async def _is_welcomed(self, conversation_id: str) -> bool:
        return bool(await asyncio.to_thread(self._store.messages, conversation_id, limit=1))

    async def apologize(self, taken: Taken, event: Inbound) -> None:
        """For one that can't be dealt with: where help is for who is in danger, and for others to send it again."""
        chat = await self._hear(taken, event)
        first_aid = self._desk.first_aid(event)
        # Nobody who told us to stop is asked for more.
        if first_aid is not None or chat.status is not ChatStatus.SILENCED:
            await self._say(chat, taken, first_aid or Envelope(Kind.NOTICE, SEND_AGAIN))

    async def _forget(self, chat: Chat) -> None:
        if chat.conversation_id is not None:
            await self._desk.service.erase(chat.conversation_id)
        await asyncio.to_thread(self._store.forget_chat, chat.id)

    async def _talk(self, chat: Chat, conversation_id: str, taken: Taken, event: Inbound) -> None:
        try:
            accepted = await self._post(chat, conversation_id, taken, event)
        except ConversationError as refusal:
            await self._refused(chat, conversation_id, taken, event, refusal)
            return
        if accepted is not None and accepted.erasure is not None:
            # Its receipt was queued with it.
            self._desk.wake()

    async def _post(self, chat: Chat, conversation_id: str, taken: Taken, event: Inbound) -> Accepted | None:
        service, client_id = self._desk.service, client_id_of(taken)

        def farewell(erasure: Erasure) -> Outgoing:
            return self._desk.direct(chat, taken, self._desk.rights.erased(erasure))

        if event.what is What.START or event.button == AGREE:
            return await self._accept(conversation_id, taken, event.text or "Start", "app_welcome")
        if event.what is What.MEDIA:
            return await self._post_media(conversation_id, taken, event)
        button_id = event.button or await asyncio.to_thread(self._chosen, chat, conversation_id, event.text)
        if button_id is not None:
            try:
                return await service.post_button(conversation_id, client_id, button_id, farewell=farewell)
            except ConversationError as refusal:
                # A button of a talk that was erased since: its words are as good as typed.
                if refusal.code != "button_unknown" or not event.text.strip():
                    raise
        return await service.post_text(conversation_id, client_id, event.text)

    async def _post_media(self, conversation_id: str, taken: Taken, event: Inbound) -> Accepted:
        name = UNREADABLE.get(event.media, "app_media")
        if not event.text.strip():
            return await self._accept(conversation_id, taken, f"({event.media or 'file'})", name)
        accepted = await self._desk.service.post_text(conversation_id, client_id_of(taken), event.text)
        if accepted.is_new and self._desk.safety.check.assess(event.text) is None:
            await asyncio.to_thread(self._store.add_notice, conversation_id, self._desk.reply(name), now=self._now())
        return accepted

    def _chosen(self, chat: Chat, conversation_id: str, text: str) -> str | None:
        """The id of the button below the latest message that the words name, by title or by the number shown."""
        try:
            latest = self._store.latest(conversation_id, 4)
        except DataKeyError:
            # An unreadable past must not keep what is said now from being stored and checked.
            return None
        for line in reversed(latest):
            if line.author is Author.PATIENT:
                continue
            if line.envelope is None or not line.envelope.buttons:
                return None
            numbered = is_numbered(line.envelope, self._desk.apps[chat.channel].limits)
            chosen: Button | None = read_choice(text, line.envelope.buttons, is_numbered=numbered)
            return None if chosen is None else chosen.id
        return None

    async def _refused(
        self, chat: Chat, conversation_id: str, taken: Taken, event: Inbound, refusal: ConversationError
    ) -> None:
        if refusal.code == "conversation_closed" and refusal.status != 404:
            # Staff closed it; whoever writes again has something to ask.
            await asyncio.to_thread(self._store.reopen_closed, conversation_id)
            await self._talk(chat, conversation_id, taken, event)
        elif refusal.code == "conversation_closed":
            raise PutOff(0.0)
        elif refusal.status in {429, 503} and not await self._is_flooded(chat):
            if isinstance(refusal, RefusedInDanger) and refusal.status == 503:
                await self._say(chat, taken, refusal.safety)
            await self._help_behind(chat, taken)
            raise PutOff(min(LOOK_AGAIN_S, float(refusal.retry_after_s or LOOK_AGAIN_S)))
        else:
            notice = Envelope(Kind.NOTICE, refusal.message or SEND_AGAIN)
            await self._say(chat, taken, refusal.safety if isinstance(refusal, RefusedInDanger) else notice)

    async def _help_behind(self, chat: Chat, taken: Taken) -> None:
        """Somebody in danger doesn't wait behind their own questions; what they wrote is stored in its turn."""
        for later in await asyncio.to_thread(self._store.waiting_behind, taken):
            # One of another shape is for whoever deals with it.
            with contextlib.suppress(KeyError, TypeError, ValueError):
                if (first_aid := self._desk.first_aid(Inbound.from_json(later.body))) is not None:
                    await self._say(chat, later, first_aid)

    async def _is_flooded(self, chat: Chat) -> bool:
        return await asyncio.to_thread(self._store.waiting_inbound, chat.channel, chat.address) > MOST_WAITING

    async def _accept(self, conversation_id: str, taken: Taken, text: str, reply: str) -> Accepted:
        return await self._desk.accept(conversation_id, taken, text, reply, now=self._now())

    async def _say(self, chat: Chat, taken: Taken, envelope: Envelope) -> None:
        await self._desk.say(chat, taken, envelope, now=self._now())


def _now() -> datetime:
    return datetime.now(timezone.utc)
