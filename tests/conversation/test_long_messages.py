"""A message that is too long to be stored is still read for signs, and keeps nobody else waiting."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from bot.conversation.inbound import LONGEST_CHECKED, MAX_CHARACTERS, beginning, both_ends
from bot.conversation.judging import RefusedInDanger
from bot.errors import ConversationError
from bot.privacy.throttle import Throttle
from bot.safety.check import SafetyCheck
from bot.store.store import Store
from bot.talk import Talk
from bot.vocabulary import Author, Kind, Priority
from bot.wiring import content, safety_check
from tests.conversation.samples import DANGER, ask, begin, outline, say
from tests.conversation.scripted_brain import ScriptedBrain
from tests.conversation.test_safety_in_every_state import close_all

pytestmark = pytest.mark.anyio

FILLER = "I would like to read about how much it costs and how long it takes. "
LONG = f"{FILLER * 365}{DANGER}"
"""5,000 words with a sign at the end."""


async def test_a_sign_at_the_end_of_5000_words_is_answered_and_kept_for_staff(
    talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    conversation_id = await begin(talk)
    messages = await ask(talk, conversation_id, LONG)
    assert outline(messages) == [(1, Author.PATIENT, None), (2, Author.BOT, Kind.EMERGENCY)]
    kept = messages[0].text
    assert kept is not None
    assert kept.startswith(LONG[:MAX_CHARACTERS])
    assert f"the message had {len(LONG):,} characters" in kept
    assert len(kept) < MAX_CHARACTERS + 100
    assert messages[0].flag is not None
    (handoff,) = store.open_handoffs(limit=9)
    assert handoff.priority is Priority.URGENT
    # The same again changes nothing.
    assert len(await ask(talk, conversation_id, LONG)) == 2
    assert brain.asked == []


async def test_a_long_message_without_a_sign_is_refused(talk: Talk, store: Store) -> None:
    conversation_id = await begin(talk)
    with pytest.raises(ConversationError) as refusal:
        await say(talk, conversation_id, FILLER * 100)
    assert (refusal.value.code, refusal.value.status) == ("text_too_long", 413)
    assert not isinstance(refusal.value, RefusedInDanger)
    assert store.messages(conversation_id) == []


async def test_a_long_message_to_a_closed_talk_reads_where_help_is(talk: Talk, store: Store) -> None:
    conversation_id = await begin(talk)
    close_all(store)
    with pytest.raises(RefusedInDanger) as refusal:
        await say(talk, conversation_id, f"{FILLER * 70}{DANGER}")
    assert (refusal.value.code, refusal.value.status) == ("conversation_closed", 409)
    assert content().values["emergency_number"] in refusal.value.message


async def test_who_sends_one_long_message_after_another_must_wait_before_they_are_read(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(SafetyCheck, "assess", lambda _, text, *__: read.append(text))
    monkeypatch.setattr(talk.service, "_long_ones", Throttle(2))
    conversation_id = await begin(talk)
    codes = []
    for number in range(3):
        with pytest.raises(ConversationError) as refusal:
            await say(talk, conversation_id, FILLER * 100, f"message-{number}")
        codes.append(refusal.value.code)
    assert codes == ["text_too_long", "text_too_long", "too_many_messages"]
    assert refusal.value.retry_after_s
    assert len(read) == 2
    # An ordinary message isn't kept waiting.
    await say(talk, conversation_id, "does it hurt?", "message-9")


async def test_while_long_messages_are_read_one_by_one_the_others_go_on(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, most = [], 0
    lock = threading.Lock()

    def slow(_: Any, text: str, *__: Any) -> None:
        nonlocal most
        if len(text) > MAX_CHARACTERS:
            with lock:
                reading.append(text)
                most = max(most, len(reading))
            time.sleep(0.8)
            with lock:
                reading.pop()

    monkeypatch.setattr(SafetyCheck, "assess", slow)
    patients = [await begin(talk) for _ in range(3)]
    long = [asyncio.ensure_future(say(talk, one, FILLER * 100)) for one in patients]
    started = time.monotonic()
    await asyncio.sleep(0.1)
    assert time.monotonic() - started < 0.7
    assert (await say(talk, patients[0], "does it hurt?", "message-2")).is_new
    assert not all(one.done() for one in long)
    assert {type(found) for found in await asyncio.gather(*long, return_exceptions=True)} == {ConversationError}
    assert most == 1


def test_of_an_endless_message_both_ends_are_checked() -> None:
    text = "a" * LONGEST_CHECKED + "b" * LONGEST_CHECKED
    half = LONGEST_CHECKED // 2
    assert both_ends(text) == "a" * half + "\n" + "b" * half
    assert both_ends(f" {'a' * LONGEST_CHECKED}\x00 ") == "a" * LONGEST_CHECKED


def test_the_word_that_it_is_not_all_is_no_sign() -> None:
    said = beginning("word " * 5000)
    mark = said[MAX_CHARACTERS:]
    assert safety_check().assess(mark) is None
    assert safety_check().assess("does it hurt?", [mark]) is None
