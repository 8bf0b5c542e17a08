"""Before a patient in an app has agreed: they are asked, nothing that they write is stored, danger is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.choices import read_choice
from bot.channels.events import Inbound, What
from bot.conversation.app_words import AGREE, DECLINE, answer, is_start, lifts_stop
from bot.conversation.desk import Desk
from bot.conversation.echo import Echo, Form
from bot.store.chats import Chat
from bot.store.inbox import Taken
from bot.types import Envelope, Flag
from bot.vocabulary import ChatStatus

ASK_AGAIN = timedelta(seconds=10)
"""Who sends three messages in a row is asked once."""
MOST_ASKS, DAY = 3, timedelta(hours=24)
"""So often in a day somebody is asked; then they are told that it was the last time."""


class Consent:
    """Every step may be done again after a crash."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._store = desk.store
        self._now = clock
        self._echo = Echo(clock)

    async def deal(self, chat: Chat, taken: Taken, event: Inbound) -> None:
        """Nothing of what they wrote is stored; somebody in danger still reads at once where help is."""
        meant = self.meant(event)
        flag = self._desk.flag(event) if meant is None else None
        if flag is not None:
            await self._help(chat, taken, flag)
        elif chat.status is ChatStatus.SILENCED:
            if lifts_stop(taken.channel, event):
                await self._ask(chat, taken, is_wanted=True)
        elif meant is None or chat.asked_at is None:
            await self._ask(chat, taken, is_wanted=is_start(event))
        elif meant:
            await self.begin(chat, taken)
        else:
            await self._desk.say(chat, taken, self._desk.reply("app_declined"), now=self._now())
            await asyncio.to_thread(self._store.forget_chat, chat.id)

    async def stop(self, chat: Chat, taken: Taken, *, is_told: bool) -> None:
        """They want nothing more. `is_told`: by the app itself, or by us before."""
        if not is_told and chat.status is not ChatStatus.SILENCED:
            await self._desk.say(chat, taken, self._desk.reply("app_stopped"), now=self._now())
        await asyncio.to_thread(self._store.silence_chat, chat.id, now=self._now())

    def meant(self, event: Inbound) -> bool | None:
        """Yes or no, also by the title or the number of a button."""
        yes, no = self._desk.reply("app_consent").buttons
        chosen = read_choice(event.text, (yes, no), is_numbered=True) if event.what is What.TEXT else None
        return answer(event) if chosen is None else chosen.title == yes.title

    async def begin(self, chat: Chat, taken: Taken) -> None:
        """They have said yes."""
        locale = self._desk.words().clinic.languages[0]
        conversation_id = await asyncio.to_thread(self._store.agree, chat.id, locale=locale, now=self._now())
        if conversation_id is not None:
            await self._desk.accept(conversation_id, taken, "Yes, I agree", "app_welcome", now=self._now())

    async def _help(self, chat: Chat, taken: Taken, flag: Flag) -> None:
        """Everything to a new sign; to the same ones again less, and again and again not more than once a minute."""
        form = self._echo.form(chat.id, flag)
        if form is Form.NOTHING:
            return
        safety = self._desk.safety
        said = safety.texts.envelope(flag, safety.values, repeat=form is Form.SHORT)
        await self._desk.say(chat, taken, said, now=self._now())
        self._echo.note(chat.id, flag)

    async def _ask(self, chat: Chat, taken: Taken, *, is_wanted: bool) -> None:
        """A few times a day: a phone that answers by itself is asked for ever otherwise. `is_wanted`: they said so."""
        since = None if chat.asked_at is None else self._now() - chat.asked_at
        if since is not None and since < ASK_AGAIN:
            return
        asks = 0 if is_wanted or since is None or since >= DAY else chat.asks
        if asks > MOST_ASKS:
            return
        said = self._question() if asks < MOST_ASKS else self._desk.reply("app_last_ask")
        await self._desk.say(chat, taken, said, now=self._now())
        await asyncio.to_thread(self._store.note_asked, chat, asks=asks + 1, now=self._now())

    def _question(self) -> Envelope:
        question = self._desk.reply("app_consent")
        yes, no = question.buttons
        return question.with_buttons((replace(yes, id=AGREE), replace(no, id=DECLINE)))
