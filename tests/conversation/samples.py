"""Short ways to say what the conversation's tests say often."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.privacy.cipher import new_key
from bot.settings import Settings
from bot.store.log import Accepted
from bot.talk import Talk
from bot.types import Message
from bot.vocabulary import Author, Kind

QUESTION = "What should I know before the first visit?"
DANGER = "I had mesotherapy an hour ago and now I can't breathe"


def talk_settings(folder: Path, **others: Any) -> Settings:
    """Settings with a database in `folder` and limits that no test reaches by accident."""
    own: dict[str, Any] = {
        "data_key": SecretStr(new_key()),
        "brain_secret": SecretStr(new_key()),
        "database_url": f"sqlite:///{folder / 'log.db'}",
        "messages_per_minute": 1000,
        "new_conversations_per_minute": 10_000,
    }
    return Settings(**(own | others))


async def begin(talk: Talk) -> str:
    """The id of a fresh conversation."""
    conversation, _ = await talk.service.open(channel="web", locale="en")
    return conversation.id


async def say(talk: Talk, conversation_id: str, text: str, client_id: str = "message-1") -> Accepted:
    """Post without waiting for the answer."""
    return await talk.service.post_text(conversation_id, client_id, text)


async def ask(talk: Talk, conversation_id: str, text: str, client_id: str = "message-1") -> list[Message]:
    """Post, wait until the bot is done, and read the whole log."""
    await say(talk, conversation_id, text, client_id)
    return await settled(talk, conversation_id)


async def settled(talk: Talk, conversation_id: str) -> list[Message]:
    """The whole log, once nothing is running any more."""
    await talk.turns.settle(conversation_id)
    found, _ = await talk.service.messages(conversation_id, after=0)
    return found


def outline(messages: list[Message]) -> list[tuple[int, Author, Kind | None]]:
    """What a log looks like from afar."""
    return [(one.seq, one.author, one.envelope.kind if one.envelope else None) for one in messages]


def bot_texts(messages: list[Message]) -> list[str]:
    return [one.envelope.text for one in messages if one.envelope is not None]
