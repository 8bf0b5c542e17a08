"""A process that is told to stop ends what it is at, or leaves it to the next one at once."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

import pytest

from bot.store.store import Store
from bot.talk import Talk
from bot.vocabulary import Author, Kind
from tests.conversation.samples import QUESTION, begin, outline, say
from tests.conversation.scripted_brain import ScriptedBrain

pytestmark = pytest.mark.anyio

UNANSWERED = [(1, Author.PATIENT, None)]


async def test_a_turn_that_is_just_running_is_answered_first(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    brain.delay_s = 0.2
    conversation_id = await begin(talk)
    await say(talk, conversation_id, QUESTION)
    await brain.was_asked.wait()
    await talk.turns.finish(5)
    assert outline(store.messages(conversation_id)) == [*UNANSWERED, (2, Author.BOT, Kind.ANSWER)]


async def test_a_turn_that_takes_too_long_is_free_for_the_next_process(
    talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    brain.hold()
    conversation_id = await begin(talk)
    await say(talk, conversation_id, QUESTION)
    await brain.was_asked.wait()
    await asyncio.wait_for(talk.turns.finish(0.05), 2)
    assert outline(store.messages(conversation_id)) == UNANSWERED
    assert store.take(conversation_id, owner="the next", now=datetime.now(timezone.utc), seconds=30) is not None


async def test_nothing_new_is_begun(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    await talk.turns.finish(1)
    assert (await say(talk, conversation_id, QUESTION)).is_new
    await talk.turns.settle(conversation_id)
    assert brain.asked == []
    assert store.conversations_with_pending(now=datetime.now(timezone.utc), limit=9) == [conversation_id]
