"""What events of messaging apps are dealt with by, and what is said outside of any conversation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.channels.app import App
from bot.channels.events import Inbound
from bot.conversation.judging import Safety
from bot.conversation.rights import Rights, Words
from bot.conversation.service import ConversationService
from bot.store.chats import Chat
from bot.store.inbox import Taken
from bot.store.log import Accepted
from bot.store.outbox import Outgoing
from bot.store.store import Store
from bot.types import Envelope, Flag


@dataclass(frozen=True)
class Desk:
    """One for each process."""

    store: Store
    service: ConversationService
    safety: Safety
    rights: Rights
    words: Callable[[], Words]
    apps: Mapping[str, App]
    messages_per_minute: int
    wake: Callable[[], None]
    """Something was queued for an app."""

    def reply(self, name: str) -> Envelope:
        """One of the replies for apps, its gaps filled."""
        words = self.words()
        url = words.clinic.privacy_url
        late = {
            "retention_days": str(words.clinic.retention_days),
            "privacy": f"Our privacy notice: {url}" if url else "",
        }
        return words.replies[name].envelope({**words.values, **late})

    def flag(self, event: Inbound) -> Flag | None:
        """The red flag that the words carry."""
        return self.safety.check.assess(event.text) if event.text else None

    def first_aid(self, event: Inbound) -> Envelope | None:
        """Where help is, when the words carry a red flag."""
        flag = self.flag(event)
        return None if flag is None else self.safety.texts.envelope(flag, self.safety.values)

    def direct(self, chat: Chat, taken: Taken, envelope: Envelope) -> Outgoing:
        """The answer to that event, outside of any conversation: nothing of it is kept once it has arrived."""
        return Outgoing(
            key=f"direct:{taken.key}",
            lane=f"direct:{chat.id}",
            kind=chat.channel,
            body={"to": chat.address, "envelope": envelope.to_json()},
            is_fleeting=True,
        )

    async def say(self, chat: Chat, taken: Taken, envelope: Envelope, *, now: datetime) -> None:
        """Queue it as `direct` makes it, and have it sent."""
        await asyncio.to_thread(self.store.enqueue_all, [self.direct(chat, taken, envelope)], now=now)
        self.wake()

    async def accept(self, conversation_id: str, taken: Taken, text: str, reply: str, *, now: datetime) -> Accepted:
        """Store what the patient did, and the notice that answers it, in one transaction."""
        return await asyncio.to_thread(
            self.store.accept,
            conversation_id,
            client_id=client_id_of(taken),
            text=text,
            notices=(self.reply(reply),),
            now=now,
            per_minute=self.messages_per_minute,
        )


def client_id_of(taken: Taken) -> str:
    """By which a message of the log is known to be that event's."""
    return f"in-{taken.key[:40]}"
