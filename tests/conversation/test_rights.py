"""What patients want done with their data, carried out by the gateway whoever has the word."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from bot.errors import ConversationError
from bot.store.store import Store
from bot.talk import Talk
from bot.types import Envelope, Message, Move
from bot.vocabulary import ASK_AGAIN, Act, Author, Kind, Priority, Reason, Right, State, Status
from bot.wiring import content
from tests.conversation.samples import DANGER, QUESTION, ask, begin, bot_texts, say, settled
from tests.conversation.scripted_brain import ScriptedBrain

pytestmark = pytest.mark.anyio

OWN = {"ask_my_data": Right.HELD, "delete_my_data": Right.ERASE, "send_transcript": Right.TRANSCRIPT}
SAID = {
    Right.HELD: "what do you know about me",
    Right.ERASE: "delete my data",
    Right.TRANSCRIPT: "send me the transcript",
}
MET = {Right.HELD: "what we keep about you", Right.ERASE: "Shall I delete", Right.TRANSCRIPT: "'transcript'"}
YES, KEEP = "Yes, delete everything", "Keep it"


@pytest.fixture
def brain() -> ScriptedBrain:
    """Understands the three wishes, as the real one does."""
    scripted = ScriptedBrain()
    for right, text in SAID.items():
        scripted.script[text] = [Envelope(Kind.NOTICE, "Unfulfilled.", request={"rights": right.value})]
    return scripted


def claim(store: Store, conversation_id: str) -> None:
    """A member of staff has the word from here on."""
    now = datetime.now(timezone.utc)
    handoff = store.open_handoff(conversation_id, Reason.ASKED, Priority.NORMAL, by="patient", why="", now=now)
    move = Move(Act.CLAIM, Status.WAITING, Status.CLAIMED, State.HUMAN, "anna", "anna", "")
    assert store.move_handoff(handoff, move, now=now)


def last_envelope(messages: list[Message]) -> Envelope:
    envelope = messages[-1].envelope
    assert envelope is not None
    return envelope


async def press(talk: Talk, conversation_id: str, messages: list[Message], title: str, client_id: str) -> object:
    button = next(button for button in last_envelope(messages).buttons if button.title == title)
    return await talk.service.post_button(conversation_id, client_id, button.id)


async def test_what_is_held_is_listed_and_never_quoted(talk: Talk) -> None:
    one = await begin(talk)
    await ask(talk, one, "My knee is a secret", "message-0")
    told = last_envelope(await ask(talk, one, SAID[Right.HELD]))
    today = datetime.now(content().clinic.zone)
    gone = today + timedelta(days=content().clinic.retention_days)
    assert told.kind is Kind.NOTICE
    for part in (f"{today.day} {today:%B %Y}", f"{gone.day} {gone:%B %Y}", "Messages, yours and ours:** 3."):
        assert part in told.text
    assert told.text.count(" no.") == 5
    assert "secret" not in told.text
    assert "{" not in told.text


async def test_what_is_held_names_a_request_and_notes(talk: Talk, store: Store) -> None:
    one = await begin(talk)
    claim(store, one)
    told = last_envelope(await ask(talk, one, SAID[Right.HELD]))
    assert "A request to our team:** yes." in told.text


@pytest.mark.parametrize("is_staffed", [False, True])
@pytest.mark.parametrize("right", list(Right))
async def test_each_wish_is_met_whoever_has_the_word(right: Right, is_staffed: bool, talk: Talk, store: Store) -> None:
    one = await begin(talk)
    if is_staffed:
        claim(store, one)
    messages = await ask(talk, one, SAID[right])
    met = last_envelope(messages)
    assert messages[-1].author is (Author.SYSTEM if is_staffed else Author.BOT)
    assert met.kind is Kind.NOTICE
    assert ({"type": "transcript"} in [dict(item) for item in met.media]) == (right is Right.TRANSCRIPT)
    assert (YES in [button.title for button in met.buttons]) == (right is Right.ERASE)
    assert '"request"' not in json.dumps(messages[-1].to_json())


async def test_while_staff_have_the_word_the_brain_is_not_asked(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    one = await begin(talk)
    claim(store, one)
    for number, text in enumerate([*SAID.values(), "my knee hurts, can I come tomorrow"]):
        await ask(talk, one, text, f"message-{number}")
    assert brain.asked == []
    assert store.latest(one, 1)[0].author is Author.PATIENT


async def test_without_the_brain_rights_are_met_all_the_same(talk: Talk, brain: ScriptedBrain) -> None:
    brain.is_down = True
    met = last_envelope(await ask(talk, await begin(talk), SAID[Right.ERASE]))
    assert [button.title for button in met.buttons] == [YES, KEEP]


@pytest.mark.parametrize("is_staffed", [False, True])
async def test_a_red_flag_gets_the_safety_text_and_nothing_else(is_staffed: bool, talk: Talk, store: Store) -> None:
    one = await begin(talk)
    if is_staffed:
        claim(store, one)
    messages = await ask(talk, one, f"{DANGER}. delete my data")
    assert [message.envelope.kind for message in messages if message.envelope] == [Kind.EMERGENCY]


async def test_yes_erases_everything_and_brings_the_receipt(talk: Talk, store: Store) -> None:
    one = await begin(talk)
    messages = await ask(talk, one, SAID[Right.ERASE])
    accepted = await press(talk, one, messages, YES, "message-2")
    erasure = getattr(accepted, "erasure", None)
    assert erasure is not None
    assert erasure.messages == 2
    assert store.find_conversation(one) is None
    assert store.erase(one, now=datetime.now(timezone.utc)) == erasure


async def test_keeping_it_keeps_it_and_settles_the_question(talk: Talk, store: Store, brain: ScriptedBrain) -> None:
    brain.script[""] = []
    one = await begin(talk)
    asked = await ask(talk, one, SAID[Right.ERASE])
    await press(talk, one, asked, KEEP, "message-2")
    kept = await settled(talk, one)
    assert "deleted nothing" in last_envelope(kept).text
    # The old question's "yes" only asks again.
    await press(talk, one, asked, YES, "message-3")
    again = await settled(talk, one)
    assert [button.title for button in last_envelope(again).buttons] == [YES, KEEP]
    assert store.find_conversation(one) is not None
    assert [turn.payload for turn in brain.asked] == [None, ASK_AGAIN]


@pytest.mark.parametrize("typed", [True, False])
async def test_what_was_left_open_is_asked_again_at_once_after_keeping_it(
    typed: bool, talk: Talk, brain: ScriptedBrain
) -> None:
    one = await begin(talk)
    asked = await ask(talk, one, SAID[Right.ERASE])
    brain.script[""] = [Envelope(Kind.QUESTIONNAIRE, "Are you pregnant?")]
    if typed:
        await say(talk, one, "no", "message-2")
    else:
        await press(talk, one, asked, KEEP, "message-2")
    kept, again = bot_texts(await settled(talk, one))[-2:]
    assert "deleted nothing" in kept
    assert again == "Are you pregnant?"


async def test_while_staff_have_the_word_keeping_it_asks_nothing(
    talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    one = await begin(talk)
    claim(store, one)
    asked = await ask(talk, one, SAID[Right.ERASE])
    await press(talk, one, asked, KEEP, "message-2")
    assert "deleted nothing" in last_envelope(await settled(talk, one)).text
    assert brain.asked == []
    assert list(store.conversations_with_pending(now=datetime.now(timezone.utc), limit=9)) == []


async def test_only_the_latest_question_can_be_answered(talk: Talk, store: Store) -> None:
    one = await begin(talk)
    first = await ask(talk, one, SAID[Right.ERASE])
    second = await ask(talk, one, SAID[Right.ERASE], "message-2")
    await press(talk, one, first, YES, "message-3")
    assert store.find_conversation(one) is not None
    third = await settled(talk, one)
    assert len(third) > len(second)
    await press(talk, one, third, YES, "message-4")
    assert store.find_conversation(one) is None


async def test_a_yes_of_another_conversation_erases_neither(talk: Talk, store: Store) -> None:
    mine, other = await begin(talk), await begin(talk)
    messages = await ask(talk, mine, SAID[Right.ERASE])
    with pytest.raises(ConversationError):
        await press(talk, other, messages, YES, "message-2")
    assert store.find_conversation(mine) is not None
    assert store.find_conversation(other) is not None


@pytest.mark.parametrize("typed", ["yes", "Yes please", YES.lower(), "/erase_me_yes"])
async def test_a_typed_yes_erases_nothing(typed: str, talk: Talk, store: Store) -> None:
    one = await begin(talk)
    await ask(talk, one, SAID[Right.ERASE])
    await ask(talk, one, typed, "message-2")
    assert store.find_conversation(one) is not None


async def test_a_typed_yes_is_led_to_the_button_and_a_typed_no_is_heard(talk: Talk, brain: ScriptedBrain) -> None:
    brain.script[""] = []
    one = await begin(talk)
    await ask(talk, one, SAID[Right.ERASE])
    led = await ask(talk, one, "yes", "message-2")
    assert [button.title for button in last_envelope(led).buttons] == [YES, KEEP]
    assert "deleted nothing" in last_envelope(await ask(talk, one, "no thanks", "message-3")).text
    assert "turn" in last_envelope(await ask(talk, one, "yes", "message-4")).text


async def test_erasing_while_the_brain_is_thinking_brings_nothing_back(
    talk: Talk, store: Store, brain: ScriptedBrain
) -> None:
    one = await begin(talk)
    messages = await ask(talk, one, SAID[Right.ERASE])
    brain.was_asked.clear()
    brain.hold()
    await say(talk, one, QUESTION, "message-2")
    await brain.was_asked.wait()
    await press(talk, one, messages, YES, "message-3")
    brain.let_go()
    await talk.turns.settle(one)
    assert store.find_conversation(one) is None
    assert store.messages(one) == []


async def test_sure_words_count_when_the_brain_takes_them_for_something_else(talk: Talk, brain: ScriptedBrain) -> None:
    asks_on = Envelope(Kind.QUESTIONNAIRE, "Any pills?")
    for words in ("forget me", "what data do you have about me?"):
        brain.script[words] = [Envelope(Kind.SMALLTALK, "That's fine."), asks_on]
    one = await begin(talk)
    said = bot_texts(await ask(talk, one, "what data do you have about me?", "message-0"))
    assert len(said) == 2
    assert said[1] == "Any pills?"
    # Below the question whether to erase nothing else is asked: a "yes" must not be read as an answer to that.
    (said_then,) = bot_texts(await ask(talk, one, "forget me"))[2:]
    assert "Shall I delete" in said_then


async def test_what_names_an_unknown_right_is_said_as_it_is(talk: Talk, brain: ScriptedBrain) -> None:
    brain.script["hm"] = [Envelope(Kind.NOTICE, "As it is.", request={"rights": "more"})]
    assert bot_texts(await ask(talk, await begin(talk), "hm")) == ["As it is."]
