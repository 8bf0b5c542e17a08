from __future__ import annotations

import pytest

from bot.errors import ConversationError
from bot.talk import Talk
from bot.vocabulary import Author, Kind
from tests.conversation.samples import QUESTION, ask, begin, outline, settled
from tests.conversation.scripted_brain import BUTTON, ScriptedBrain

pytestmark = pytest.mark.anyio


async def _shown_button_id(talk: Talk, conversation_id: str) -> str:
    messages = await ask(talk, conversation_id, QUESTION)
    assert messages[-1].envelope is not None
    button_id = messages[-1].envelope.buttons[0].id
    assert button_id is not None
    return button_id


async def test_a_button_is_logged_by_its_title_and_asked_by_its_payload(talk: Talk, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    button_id = await _shown_button_id(talk, conversation_id)
    await talk.service.post_button(conversation_id, "message-2", button_id)
    messages = await settled(talk, conversation_id)
    assert messages[2].text == BUTTON.title
    assert outline(messages)[-1] == (4, Author.BOT, Kind.ANSWER)
    assert (brain.asked[1].text, brain.asked[1].payload) == (BUTTON.title, BUTTON.payload)


async def test_no_payload_reaches_the_patient(talk: Talk) -> None:
    conversation_id = await begin(talk)
    messages = await ask(talk, conversation_id, QUESTION)
    assert BUTTON.payload
    assert BUTTON.payload not in str([message.to_json() for message in messages])


async def test_a_button_of_another_conversation_is_refused(talk: Talk, brain: ScriptedBrain) -> None:
    foreign_id = await _shown_button_id(talk, await begin(talk))
    conversation_id = await begin(talk)
    with pytest.raises(ConversationError) as caught:
        await talk.service.post_button(conversation_id, "message-1", foreign_id)
    assert (caught.value.code, caught.value.status) == ("button_unknown", 400)
    assert await settled(talk, conversation_id) == []
    assert len(brain.asked) == 1


@pytest.mark.parametrize("button_id", ["unknown-button", "", "/ask_more", "x" * 100_000, "\ud800", None, 7, ["a"], {}])
async def test_an_unknown_button_is_refused(button_id: object, talk: Talk) -> None:
    with pytest.raises(ConversationError) as caught:
        await talk.service.post_button(await begin(talk), "message-1", button_id)
    assert caught.value.code == "button_unknown"


@pytest.mark.parametrize("typed", ["/ask_more", '/ask_more{"card": "pain.general"}', "/restart"])
async def test_a_typed_payload_is_only_text(typed: str, talk: Talk, brain: ScriptedBrain) -> None:
    await ask(talk, await begin(talk), typed)
    assert (brain.asked[0].text, brain.asked[0].payload) == (typed, None)
