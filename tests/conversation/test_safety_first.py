from __future__ import annotations

import time

import pytest

from bot.errors import ConversationError
from bot.store.store import Store
from bot.talk import Talk
from bot.vocabulary import Author, Kind
from bot.wiring import content
from tests.conversation.samples import DANGER, QUESTION, ask, begin, bot_texts, outline, say, settled
from tests.conversation.scripted_brain import ScriptedBrain

pytestmark = pytest.mark.anyio


async def test_the_safety_text_is_stored_in_the_same_transaction_as_the_message(talk: Talk, store: Store) -> None:
    conversation_id = await begin(talk)
    accepted = await say(talk, conversation_id, DANGER)
    # Nothing is awaited in between: what is not there yet would come from a later transaction.
    messages = store.messages(conversation_id)
    assert accepted.seq == 1
    assert outline(messages) == [(1, Author.PATIENT, None), (2, Author.BOT, Kind.EMERGENCY)]
    assert messages[0].at == messages[1].at


async def test_the_brain_is_never_asked_about_a_flagged_message(talk: Talk, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, DANGER)
    await ask(talk, conversation_id, QUESTION, "message-2")
    assert brain.asked_texts == [QUESTION]


async def test_an_emergency_during_a_slow_turn_goes_out_at_once_and_the_late_answer_is_dropped(
    talk: Talk, brain: ScriptedBrain
) -> None:
    brain.hold()
    conversation_id = await begin(talk)
    await say(talk, conversation_id, QUESTION)
    await brain.was_asked.wait()
    started = time.monotonic()
    await say(talk, conversation_id, DANGER, "message-2")
    found, _ = await talk.service.messages(conversation_id, after=1)
    assert time.monotonic() - started < 2
    expected = [(1, Author.PATIENT, None), (2, Author.PATIENT, None), (3, Author.BOT, Kind.EMERGENCY)]
    assert outline(found) == expected[1:]
    brain.let_go()
    assert outline(await settled(talk, conversation_id)) == expected


async def test_after_an_emergency_a_new_question_is_answered_again(talk: Talk) -> None:
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, DANGER)
    messages = await ask(talk, conversation_id, QUESTION, "message-2")
    assert outline(messages)[-1] == (4, Author.BOT, Kind.ANSWER)


async def test_the_same_sign_again_gets_the_short_form(talk: Talk) -> None:
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, DANGER)
    first, second = bot_texts(await ask(talk, conversation_id, "I still can't breathe", "message-2"))
    assert len(second) < len(first)
    number = content().clinic.emergency_number
    assert number
    assert number in second


async def test_a_repeated_post_of_a_flagged_message_adds_nothing(talk: Talk) -> None:
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, DANGER)
    assert len(await ask(talk, conversation_id, DANGER)) == 2


PARTS = ("I had injections in my face yesterday", "it looks greyish")


async def test_a_sign_told_in_two_messages_is_found(talk: Talk) -> None:
    conversation_id = await begin(talk)
    first = await ask(talk, conversation_id, PARTS[0])
    assert outline(first)[-1][2] is Kind.ANSWER
    messages = await ask(talk, conversation_id, PARTS[1], "message-2")
    assert outline(messages)[-1] == (4, Author.BOT, Kind.EMERGENCY)


async def test_what_another_patient_wrote_does_not_count(talk: Talk) -> None:
    await ask(talk, await begin(talk), PARTS[0])
    messages = await ask(talk, await begin(talk), PARTS[1])
    assert outline(messages)[-1] == (2, Author.BOT, Kind.ANSWER)


async def test_a_flagged_message_that_no_database_takes_still_reads_where_help_is(talk: Talk, store: Store) -> None:
    conversation_id = await begin(talk)
    with store._write() as connection:
        connection.exec_driver_sql("ALTER TABLE messages RENAME TO elsewhere")
    with pytest.raises(ConversationError) as refusal:
        await say(talk, conversation_id, DANGER)
    assert (refusal.value.code, refusal.value.status) == ("busy", 503)
    assert content().values["emergency_number"] in refusal.value.message
