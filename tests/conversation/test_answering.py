from __future__ import annotations

import asyncio
import time

import pytest

from bot.errors import ConversationError
from bot.talk import Talk
from bot.types import Envelope
from bot.vocabulary import Author, Kind
from bot.wiring import content
from tests.conversation.samples import DANGER, QUESTION, ask, begin, bot_texts, outline, say, settled
from tests.conversation.scripted_brain import ScriptedBrain

pytestmark = pytest.mark.anyio


async def test_a_question_gets_the_brains_answer(talk: Talk, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    messages = await ask(talk, conversation_id, QUESTION)
    assert outline(messages) == [(1, Author.PATIENT, None), (2, Author.BOT, Kind.ANSWER)]
    assert [(turn.conversation_id, turn.turn_id, turn.text, turn.payload) for turn in brain.asked] == [
        (conversation_id, "1", QUESTION, None)
    ]


async def test_every_message_of_one_turn_arrives_in_order(talk: Talk, brain: ScriptedBrain) -> None:
    brain.script[QUESTION] = [Envelope(Kind.SMALLTALK, "Hello."), Envelope(Kind.SMALLTALK, "And welcome.")]
    messages = await ask(talk, await begin(talk), QUESTION)
    assert bot_texts(messages) == ["Hello.", "And welcome."]


async def test_the_same_client_id_twice_gets_one_answer(talk: Talk, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    first, second = await asyncio.gather(say(talk, conversation_id, QUESTION), say(talk, conversation_id, QUESTION))
    assert {first.seq, second.seq} == {1}
    assert sorted([first.is_new, second.is_new]) == [False, True]
    assert len(await settled(talk, conversation_id)) == 2
    assert len(brain.asked) == 1


async def test_the_same_client_id_after_the_answer_asks_nothing_again(talk: Talk, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    before = await ask(talk, conversation_id, QUESTION)
    assert await ask(talk, conversation_id, QUESTION) == before
    assert len(brain.asked) == 1


async def test_a_second_message_waits_its_turn(talk: Talk, brain: ScriptedBrain) -> None:
    brain.hold()
    conversation_id = await begin(talk)
    for number in range(1, 4):
        await say(talk, conversation_id, f"Question {number}", f"message-{number}")
    await brain.was_asked.wait()
    await asyncio.sleep(0.05)
    assert brain.asked_texts == ["Question 1"]
    brain.let_go()
    messages = await settled(talk, conversation_id)
    assert brain.asked_texts == ["Question 1", "Question 2", "Question 3"]
    assert bot_texts(messages) == [f"The answer to turn {number}." for number in (1, 2, 3)]
    assert [message.seq for message in messages] == [1, 2, 3, 4, 5, 6]


async def test_conversations_do_not_wait_for_one_another(talk: Talk, brain: ScriptedBrain) -> None:
    brain.delay_s = 0.3
    ids = [await begin(talk) for _ in range(6)]
    started = time.monotonic()
    await asyncio.gather(*(ask(talk, conversation_id, QUESTION) for conversation_id in ids))
    assert time.monotonic() - started < 6 * 0.3


async def test_a_message_that_arrives_as_a_run_ends_is_not_forgotten(talk: Talk, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    await say(talk, conversation_id, QUESTION)
    brain.delay_s = 0.01
    for number in range(2, 6):
        # At a different moment of the turn each time.
        await asyncio.sleep(number * 0.008)
        await say(talk, conversation_id, f"Question {number}", f"message-{number}")
    assert len(bot_texts(await settled(talk, conversation_id))) == 5


async def test_when_the_brain_is_down_the_notice_names_the_phone_and_the_talk_goes_on(
    talk: Talk, brain: ScriptedBrain
) -> None:
    conversation_id = await begin(talk)
    brain.is_down = True
    down = await ask(talk, conversation_id, QUESTION)
    assert outline(down)[-1] == (2, Author.BOT, Kind.NOTICE)
    phone = content().clinic.phones.reception
    assert phone
    assert phone in bot_texts(down)[0]
    brain.is_down = False
    after = await ask(talk, conversation_id, QUESTION, "message-2")
    assert outline(after)[-1] == (4, Author.BOT, Kind.ANSWER)


async def test_safety_does_not_need_the_brain(talk: Talk, brain: ScriptedBrain) -> None:
    brain.is_down = True
    messages = await ask(talk, await begin(talk), DANGER)
    assert outline(messages)[-1] == (2, Author.BOT, Kind.EMERGENCY)


async def test_a_turn_that_fails_unexpectedly_stays_pending_and_is_tried_again(
    talk: Talk, brain: ScriptedBrain
) -> None:
    conversation_id = await begin(talk)
    brain.error = RuntimeError("an error that nobody thought of")
    assert len(await ask(talk, conversation_id, QUESTION)) == 1
    brain.error = None
    talk.turns.wake(conversation_id)
    assert outline(await settled(talk, conversation_id)) == [(1, Author.PATIENT, None), (2, Author.BOT, Kind.ANSWER)]


async def test_reading_waits_for_the_next_message_and_no_longer(talk: Talk) -> None:
    conversation_id = await begin(talk)
    started = time.monotonic()
    reading = asyncio.create_task(talk.service.messages(conversation_id, after=0, wait_s=20))
    await asyncio.sleep(0.1)
    await say(talk, conversation_id, QUESTION)
    found, state = await reading
    assert found[0].seq == 1
    assert (state, time.monotonic() - started < 5) == ("bot", True)
    assert await talk.service.messages(conversation_id, after=99, wait_s=0.05) == ([], "bot")
    await talk.turns.settle(conversation_id)


async def test_erasing_ends_the_wait_of_a_reader_in_another_tab(talk: Talk) -> None:
    conversation_id = await begin(talk)
    reading = asyncio.create_task(talk.service.messages(conversation_id, after=0, wait_s=20))
    await asyncio.sleep(0.1)
    await talk.service.erase(conversation_id)
    assert await asyncio.wait_for(reading, 5) == ([], "closed")


async def test_an_erased_conversation_takes_nothing_and_its_late_answer_goes_nowhere(
    talk: Talk, brain: ScriptedBrain
) -> None:
    brain.hold()
    conversation_id = await begin(talk)
    await say(talk, conversation_id, QUESTION)
    await brain.was_asked.wait()
    await talk.service.erase(conversation_id)
    brain.let_go()
    assert await settled(talk, conversation_id) == []
    with pytest.raises(ConversationError) as caught:
        await say(talk, conversation_id, QUESTION, "message-2")
    assert (caught.value.code, caught.value.status) == ("conversation_closed", 404)
