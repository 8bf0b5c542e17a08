"""Before a patient in an app has agreed: they are asked, nothing that they write is stored, danger is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.channels.choices import read_choice
from bot.channels.events import Inbound, What
from bot.conversation.app_words import AGREE, DECLINE, answer
from bot.conversation.desk import Desk
from bot.store.chats import Chat
from bot.store.inbox import Taken

ASK_AGAIN = timedelta(seconds=10)
"""Who sends three messages in a row is asked once."""


class Consent:
    """Every step may be done again after a crash."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._store = desk.store
        self._now = clock

    async def deal(self, chat: Chat, taken: Taken, event: Inbound) -> None:
        """Nothing of what they wrote is stored; somebody in danger still reads at once where help is."""
        meant = self.meant(event)
        first_aid = self._desk.first_aid(event) if meant is None else None
        if first_aid is not None:
            await self._desk.say(chat, taken, first_aid, now=self._now())
        elif meant is None or chat.asked_at is None:
            await self._ask(chat, taken)
        elif meant:
            await self.begin(chat, taken)
        else:
            await self._desk.say(chat, taken, self._desk.reply("app_declined"), now=self._now())
            await asyncio.to_thread(self._store.forget_chat, chat.id)

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

    async def _ask(self, chat: Chat, taken: Taken) -> None:
        if chat.asked_at is not None and self._now() - chat.asked_at < ASK_AGAIN:
            return
        question = self._desk.reply("app_consent")
        yes, no = question.buttons
        shown = question.with_buttons((replace(yes, id=AGREE), replace(no, id=DECLINE)))
        await self._desk.say(chat, taken, shown, now=self._now())
        await asyncio.to_thread(self._store.note_asked, chat.id, now=self._now())
