"""A sign is answered at once, and staff's queue has it, whatever the conversation was doing."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone

import pytest
from sqlalchemy.engine import make_url

from bot.errors import ConversationError
from bot.settings import Settings
from bot.store.store import Store
from bot.store.tables import conversations
from bot.talk import Talk
from bot.types import Button, Envelope
from bot.vocabulary import Author, Kind, Priority, Reason, State, Status
from bot.wiring import content
from tests.conversation.samples import DANGER, QUESTION, ask, begin, outline, say, settled
from tests.conversation.scripted_brain import ScriptedBrain
from tests.handoff.samples import desk_at, employ

pytestmark = pytest.mark.anyio

KEPT = Envelope(Kind.HANDOFF, "I have kept your request for our team.")
CHEST_PAIN = "I had mesotherapy today and now my chest hurts"
Before = Callable[[Talk, Store, ScriptedBrain, str], Awaitable[None]]


async def free_question(talk: Talk, store: Store, brain: ScriptedBrain, conversation_id: str) -> None:
    await ask(talk, conversation_id, QUESTION, "question-1")


async def waiting_for_staff(talk: Talk, store: Store, brain: ScriptedBrain, conversation_id: str) -> None:
    brain.script["A person please"] = [KEPT]
    await ask(talk, conversation_id, "A person please", "question-1")


async def talking_to_staff(talk: Talk, store: Store, brain: ScriptedBrain, conversation_id: str) -> None:
    await waiting_for_staff(talk, store, brain, conversation_id)
    (handoff,) = store.open_handoffs(limit=9)
    desk_at(store).claim(handoff.id, by=employ(store, "nora"), now=datetime.now(timezone.utc))


async def brain_down(talk: Talk, store: Store, brain: ScriptedBrain, conversation_id: str) -> None:
    brain.is_down = True
    await ask(talk, conversation_id, QUESTION, "question-1")


async def brain_slow(talk: Talk, store: Store, brain: ScriptedBrain, conversation_id: str) -> None:
    brain.hold()
    await say(talk, conversation_id, QUESTION, "question-1")
    await brain.was_asked.wait()


STATES = [free_question, waiting_for_staff, talking_to_staff, brain_down, brain_slow]


@pytest.mark.parametrize("before", STATES)
async def test_a_sign_is_answered_at_once_and_urgently_kept_for_staff(
    before: Before, talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    conversation_id = await begin(talk)
    await before(talk, store, brain, conversation_id)
    seq = (await say(talk, conversation_id, DANGER)).seq
    (text,) = store.messages(conversation_id, after=seq)
    assert (text.author, text.envelope and text.envelope.kind) == (Author.BOT, Kind.EMERGENCY)
    (handoff,) = store.open_handoffs(limit=9)
    assert (handoff.priority, handoff.reason) == (Priority.URGENT, Reason.RED_FLAG)
    brain.let_go()
    # Nothing follows it.
    assert (await settled(talk, conversation_id))[-1] == text


async def test_a_sign_in_a_talk_with_staff_leaves_it_theirs_and_is_marked_as_automatic(
    talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    conversation_id = await begin(talk)
    await talking_to_staff(talk, store, brain, conversation_id)
    for number, sign in enumerate([DANGER, "I still can't breathe"]):
        messages = await ask(talk, conversation_id, sign, f"message-{number}")
        assert messages[-1].envelope is not None
        assert "I am a computer program" in messages[-1].envelope.text
    (handoff,) = store.open_handoffs(limit=9)
    assert (handoff.status, handoff.owner_name, handoff.priority) == (Status.CLAIMED, "Nora", Priority.URGENT)
    await ask(talk, conversation_id, "Thank you for your help, Nora", "message-9")
    assert brain.asked_texts == ["A person please"]


async def test_the_text_of_a_pressed_button_is_checked_too(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    brain.script[QUESTION] = [Envelope(Kind.CLARIFY, "Which?", buttons=(Button(CHEST_PAIN, "/ask_pain"),))]
    conversation_id = await begin(talk)
    asked = (await ask(talk, conversation_id, QUESTION))[-1].envelope
    assert asked is not None
    await talk.service.post_button(conversation_id, "message-2", asked.buttons[0].id)
    assert outline(await settled(talk, conversation_id))[-1] == (4, Author.BOT, Kind.EMERGENCY)
    assert len(brain.asked) == 1
    assert len(store.open_handoffs(limit=9)) == 1


def close_all(store: Store) -> None:
    """Every conversation there is."""
    with store._write() as connection:
        connection.execute(conversations.update().values(state=State.CLOSED.value))


@contextmanager
def database_locked(settings: Settings) -> Iterator[None]:
    """Another program keeps everybody from writing."""
    with closing(sqlite3.connect(str(make_url(settings.database_url).database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


async def test_a_sign_reads_where_help_is_though_the_database_is_slow_and_is_stored_later(
    talk: Talk, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.service.SLOW_S", 0.2)
    conversation_id = await begin(talk)
    with database_locked(settings):
        started = time.monotonic()
        with pytest.raises(ConversationError) as refusal:
            await say(talk, conversation_id, DANGER)
        assert time.monotonic() - started < 2
    assert (refusal.value.code, refusal.value.status) == ("busy", 503)
    assert content().values["emergency_number"] in refusal.value.message
    found, state = await talk.service.messages(conversation_id, after=0, wait_s=5)
    assert outline(found) == [(1, Author.PATIENT, None), (2, Author.BOT, Kind.EMERGENCY)]
    assert state == "waiting"
    # The client sends it again: nothing doubles.
    assert (await say(talk, conversation_id, DANGER)).seq == 1
    assert len(store.open_handoffs(limit=9)) == 1


PARTS = ("I had injections in my face yesterday", "it looks a bit white")
"""A sign only together."""


async def test_a_sign_in_two_messages_reads_where_help_is_though_the_talk_is_closed(talk: Talk, store: Store) -> None:
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, PARTS[0])
    close_all(store)
    with pytest.raises(ConversationError) as refusal:
        await say(talk, conversation_id, PARTS[1], "message-2")
    assert (refusal.value.code, refusal.value.status) == ("conversation_closed", 409)
    assert content().values["emergency_number"] in refusal.value.message


async def test_a_sign_in_two_messages_reads_where_help_is_though_the_database_is_slow(
    talk: Talk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, PARTS[0])
    monkeypatch.setattr("bot.conversation.service.SLOW_S", 0.5)
    with database_locked(settings), pytest.raises(ConversationError) as refusal:
        await say(talk, conversation_id, PARTS[1], "message-2")
    assert (refusal.value.code, refusal.value.status) == ("busy", 503)
    assert content().values["emergency_number"] in refusal.value.message
    await talk.service.messages(conversation_id, after=2, wait_s=5)


async def test_a_sign_is_found_though_what_was_said_before_can_not_be_read(
    talk: Talk, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation_id = await begin(talk)
    released = threading.Event()
    monkeypatch.setattr("bot.conversation.service.SLOW_S", 0.1)
    monkeypatch.setattr(store, "latest", lambda *_: released.wait(5) and [])
    with pytest.raises(ConversationError) as refusal:
        await say(talk, conversation_id, DANGER)
    released.set()
    assert content().values["emergency_number"] in refusal.value.message
    await talk.service.messages(conversation_id, after=1, wait_s=5)


async def test_a_question_waits_for_a_slow_database(
    talk: Talk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.conversation.service.SLOW_S", 0.05)
    conversation_id = await begin(talk)
    with database_locked(settings):
        posting = talk.service.post_text(conversation_id, "message-1", QUESTION)
        task = asyncio.ensure_future(posting)
        await asyncio.sleep(0.3)
        assert not task.done()
    assert (await task).is_new
    await talk.turns.settle(conversation_id)


async def test_the_one_next_step_after_a_safety_text_keeps_a_request_and_shows_no_menu(
    talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    brain.script["Tell our team"] = [KEPT]
    conversation_id = await begin(talk)
    danger = (await ask(talk, conversation_id, DANGER))[-1].envelope
    assert danger is not None
    (step,) = danger.buttons
    await talk.service.post_button(conversation_id, "message-2", step.id)
    assert outline(await settled(talk, conversation_id))[-1] == (4, Author.BOT, Kind.HANDOFF)
    (handoff,) = store.open_handoffs(limit=9)
    assert [line.by for line in store.transitions(handoff.id)] == ["safety check", "patient"]
    assert handoff.priority is Priority.URGENT
