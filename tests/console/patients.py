"""Conversations as patients leave them in the log."""

from __future__ import annotations

from datetime import datetime

from bot.privacy.tokens import new_id
from bot.store.store import Store
from bot.types import Envelope, Flag
from bot.vocabulary import Kind, Level

ANSWER = Envelope(Kind.ANSWER, "It can sting.", topics=("pain",), card_ids=("pain.general",))
BREATH = Flag(Level.EMERGENCY, ("E1",), ("can't breathe",), "breathing")
CALL = Envelope(Kind.EMERGENCY, "Call the emergency number now.")


def new_talk(store: Store, now: datetime, channel: str = "web") -> str:
    """The id of a conversation without messages."""
    return store.open_conversation(channel=channel, locale="en", token_hash=None, now=now).id


def say(store: Store, conversation_id: str, text: str, now: datetime, reply: Envelope | None = ANSWER) -> int:
    """A patient's message and the bot's reply, or none. Returns the number of the patient's message."""
    limits = {"per_minute": 10_000, "burst": 10_000}
    seq = store.accept(conversation_id, client_id=new_id(), text=text, now=now, **limits).seq
    if reply is not None:
        store.take(conversation_id, owner="test", now=now, seconds=30)
        store.answer(conversation_id, seq, [reply], owner="test", now=now)
    return seq


def flagged(
    store: Store, conversation_id: str, text: str, now: datetime, flag: Flag = BREATH, reply: Envelope = CALL
) -> int:
    """A message in which the safety check found a sign, answered at the door."""
    limits = {"per_minute": 10_000, "burst": 10_000}
    accepted = store.accept(
        conversation_id, client_id=new_id(), text=text, flag=flag, replies=[reply], now=now, **limits
    )
    return accepted.seq
