# ruff: noqa: F811  (fixtures)
"""What patients want done with their data in a talk that staff have ended."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.errors import ConversationError
from bot.store.store import Store
from bot.talk import Talk
from bot.types import Move
from bot.vocabulary import Act, Author, Right, State, Status
from tests.conversation.samples import DANGER, QUESTION, ask, begin, say, settled
from tests.conversation.scripted_brain import ScriptedBrain
from tests.conversation.test_rights import (  # noqa: F401  (one is a fixture)
    KEEP,
    MET,
    SAID,
    YES,
    brain,
    claim,
    last_envelope,
    press,
)

pytestmark = pytest.mark.anyio


def close(store: Store, conversation_id: str) -> None:
    """Staff had the word, and have ended the talk."""
    claim(store, conversation_id)
    found = store.latest_handoff(conversation_id)
    assert found is not None
    move = Move(Act.CLOSE, Status.CLAIMED, Status.CLOSED, State.CLOSED, None, "anna", "answered")
    assert store.move_handoff(found.id, move, now=datetime.now(timezone.utc))


@pytest.mark.parametrize(("right", "text"), sorted(SAID.items()))
async def test_a_wish_in_a_talk_that_has_ended_is_met_and_it_stays_ended(
    right: Right, text: str, talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    one = await begin(talk)
    await ask(talk, one, QUESTION, "message-0")
    close(store, one)
    messages = await ask(talk, one, text, "message-1")
    assert messages[-1].author is Author.SYSTEM
    assert MET[right] in str(last_envelope(messages).to_wire())
    assert brain.asked_texts == [QUESTION]
    found = store.find_conversation(one)
    assert found is not None
    assert found.state is State.CLOSED
    assert store.open_handoffs(limit=9) == []
    assert list(store.conversations_with_pending(now=datetime.now(timezone.utc), limit=9)) == []


async def test_in_a_talk_that_has_ended_the_buttons_work_too(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    one = await begin(talk)
    close(store, one)
    told = await ask(talk, one, SAID[Right.HELD])
    await press(talk, one, told, "Delete my data", "message-2")
    asked = await settled(talk, one)
    await press(talk, one, asked, KEEP, "message-3")
    assert "deleted nothing" in last_envelope(await settled(talk, one)).text
    again = await ask(talk, one, SAID[Right.ERASE], "message-4")
    accepted = await press(talk, one, again, YES, "message-5")
    assert getattr(accepted, "erasure", None) is not None
    assert store.find_conversation(one) is None
    assert brain.asked == []


@pytest.mark.parametrize(
    "text", [QUESTION, "yes", "Can I talk to the bot again?", "I want to talk to a person", DANGER]
)
async def test_a_talk_that_has_ended_takes_nothing_else_and_says_what_it_takes(
    text: str, talk: Talk, store: Store
) -> None:
    one = await begin(talk)
    close(store, one)
    before = store.messages(one)
    with pytest.raises(ConversationError) as refusal:
        await say(talk, one, text)
    assert (refusal.value.code, refusal.value.status) == ("conversation_closed", 409)
    assert ("have it deleted" in str(refusal.value)) == (text != DANGER), "who is in danger reads where help is"
    assert store.messages(one) == before
