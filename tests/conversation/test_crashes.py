"""Several processes share the log: here two sets of workers on one database stand for two of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from bot.conversation.turns import LEASE_S
from bot.privacy.cipher import Cipher
from bot.settings import Settings
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.store.turns import Answered
from bot.talk import Talk, connect
from bot.types import Envelope
from bot.vocabulary import Author, Kind
from bot.wiring import open_store
from tests.conversation.samples import QUESTION, begin, outline, say, settled
from tests.conversation.scripted_brain import ScriptedBrain, answer_to

pytestmark = pytest.mark.anyio

ONE_ANSWER = [(1, Author.PATIENT, None), (2, Author.BOT, Kind.ANSWER)]


@pytest.fixture
def other_talk(store: Store, brain: ScriptedBrain, settings: Settings) -> Talk:
    return connect(store, brain, settings)


async def _accept_and_die(store: Store, conversation_id: str) -> None:
    """What is left by a process that was killed right after it acknowledged a message."""
    now = datetime.now(timezone.utc)
    store.accept(conversation_id, client_id="message-1", text=QUESTION, now=now, per_minute=100)


async def test_what_a_dead_process_left_is_answered_by_the_sweep(talk: Talk, store: Store) -> None:
    conversation_id = await begin(talk)
    await _accept_and_die(store, conversation_id)
    sweep = asyncio.create_task(talk.turns.sweep_forever())
    found, _ = await talk.service.messages(conversation_id, after=1, wait_s=10)
    sweep.cancel()
    await asyncio.gather(sweep, return_exceptions=True)
    assert outline(found) == ONE_ANSWER[1:]
    await talk.turns.settle(conversation_id)


async def test_while_another_process_works_nobody_else_does(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    await _accept_and_die(store, conversation_id)
    assert store.take(conversation_id, owner="the dead one", now=datetime.now(timezone.utc), seconds=LEASE_S)
    await talk.turns.run(conversation_id)
    assert brain.asked == []


async def test_a_dead_workers_lease_is_taken_over_when_it_has_run_out(talk: Talk, store: Store) -> None:
    conversation_id = await begin(talk)
    await _accept_and_die(store, conversation_id)
    long_ago = datetime.now(timezone.utc) - timedelta(seconds=LEASE_S + 1)
    assert store.take(conversation_id, owner="the dead one", now=long_ago, seconds=LEASE_S)
    assert store.conversations_with_pending(now=datetime.now(timezone.utc), limit=10) == [conversation_id]
    talk.turns.wake(conversation_id)
    assert outline(await settled(talk, conversation_id)) == ONE_ANSWER


async def test_two_processes_woken_at_once_give_one_answer(
    talk: Talk, other_talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    brain.delay_s = 0.1
    conversation_id = await begin(talk)
    await _accept_and_die(store, conversation_id)
    await asyncio.gather(*(one.turns.run(conversation_id) for one in (talk, other_talk)))
    assert outline(await settled(talk, conversation_id)) == ONE_ANSWER
    assert len(brain.asked) == 1


async def test_a_worker_that_was_thought_dead_adds_nothing_when_it_comes_back(
    talk: Talk, other_talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    brain.hold()
    conversation_id = await begin(talk)
    await say(talk, conversation_id, QUESTION)
    await brain.was_asked.wait()
    much_later = datetime.now(timezone.utc) + timedelta(seconds=LEASE_S + 1)
    assert store.take(conversation_id, owner="the heir", now=much_later, seconds=LEASE_S)
    envelopes: list[Envelope] = [answer_to(brain.asked[0])]
    assert store.answer(conversation_id, 1, envelopes, owner="the heir", now=much_later).seqs == [2]
    brain.let_go()
    assert outline(await settled(talk, conversation_id)) == ONE_ANSWER


async def test_a_turn_repeated_after_a_crash_is_the_same_turn_to_the_brain(
    talk: Talk, other_talk: Talk, brain: ScriptedBrain
) -> None:
    brain.hold()
    conversation_id = await begin(talk)
    await say(talk, conversation_id, QUESTION)
    await brain.was_asked.wait()
    brain.error = ConnectionResetError("the process died while the brain was answering")
    brain.let_go()
    assert outline(await settled(talk, conversation_id)) == ONE_ANSWER[:1]
    brain.error = None
    other_talk.turns.wake(conversation_id)
    assert outline(await settled(other_talk, conversation_id)) == ONE_ANSWER
    assert brain.asked[0] == brain.asked[1]


class LateStore(Store):
    """A log into which one more message arrives just as the run that would answer it comes to its end."""

    late: Callable[[], None] | None = None

    def answer(self, *args: Any, **keywords: Any) -> Answered:
        answered = super().answer(*args, **keywords)
        if self.late is not None:
            late, self.late = self.late, None
            late()
        return answered


async def test_a_message_that_arrives_as_a_run_ends_is_answered_without_waiting_for_the_sweep(
    settings: Settings, brain: ScriptedBrain
) -> None:
    # Brings the tables up to date.
    open_store(settings)
    engine = create_store_engine(settings.database_url)
    store = LateStore(engine, Cipher(settings.data_key.get_secret_value()))
    talk, loop = connect(store, brain, settings), asyncio.get_running_loop()
    conversation_id = await begin(talk)

    def arrive() -> None:
        now = datetime.now(timezone.utc)
        store.accept(conversation_id, client_id="message-2", text=QUESTION, now=now, per_minute=100)
        loop.call_soon_threadsafe(talk.turns.wake, conversation_id)

    store.late = arrive
    await say(talk, conversation_id, QUESTION)
    messages = await settled(talk, conversation_id)
    assert [message.author for message in messages] == [Author.PATIENT, Author.BOT] * 2
