"""From staff back to the bot: by the button, by words that are asked about, and never by a guess."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.errors import ConversationError
from bot.people import Staff
from bot.store.store import Store
from bot.talk import Talk
from bot.types import Button, Envelope, Handoff, Message
from bot.vocabulary import PATIENT, RESUME_TALK, WITHDRAWN, Act, Author, Kind, State, Status
from tests.conversation.samples import DANGER, QUESTION, ask, begin, outline, say, settled
from tests.conversation.scripted_brain import ScriptedBrain
from tests.handoff.samples import desk_at, employ
from tests.store.samples import state_of

pytestmark = pytest.mark.anyio

KEPT = Envelope(Kind.HANDOFF, "I have kept your request for our team.")
ASKS = "A person please"


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture
def nora(store: Store) -> Staff:
    return employ(store, "nora")


async def waiting(talk: Talk, store: Store, brain: ScriptedBrain) -> Handoff:
    """Somebody who has asked for a person."""
    brain.script[ASKS] = [KEPT]
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, ASKS, "message-0")
    (handoff,) = store.open_handoffs(limit=9)
    return handoff


async def with_nora(talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff) -> Handoff:
    handoff = await waiting(talk, store, brain)
    return desk_at(store).claim(handoff.id, by=nora, now=now())


def way_back(messages: list[Message]) -> str:
    """The id of the newest button that leads back."""
    shown = [one.envelope.buttons for one in messages if one.author is Author.SYSTEM and one.envelope]
    (button,) = [buttons for buttons in shown if buttons][-1]
    assert button.title == "Back to the assistant"
    assert button.id is not None
    return button.id


async def test_the_button_brings_the_bot_back_which_speaks_first(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    messages = await settled(talk, handoff.conversation_id)
    await talk.service.post_button(handoff.conversation_id, "message-1", way_back(messages))
    after = (await settled(talk, handoff.conversation_id))[len(messages) :]
    assert [one.author for one in after] == [Author.PATIENT, Author.SYSTEM, Author.BOT]
    assert after[1].envelope is not None
    assert after[1].envelope.text == "You are back with the assistant."
    assert (brain.asked[-1].payload, brain.asked[-1].text) == (RESUME_TALK, "")
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.status, found.outcome) == (Status.HANDED_BACK, "handed_back")
    last = store.transitions(handoff.id)[-1]
    assert (last.act, last.by) == (Act.HAND_BACK, PATIENT)
    assert state_of(store, handoff.conversation_id) is State.BOT


async def test_pressed_twice_under_one_id_it_goes_back_once(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    button = way_back(await settled(talk, handoff.conversation_id))
    first = await talk.service.post_button(handoff.conversation_id, "message-1", button)
    messages = await settled(talk, handoff.conversation_id)
    again = await talk.service.post_button(handoff.conversation_id, "message-1", button)
    assert (again.seq, again.is_new) == (first.seq, False)
    assert await settled(talk, handoff.conversation_id) == messages


async def test_what_was_written_to_staff_and_not_answered_is_answered_before_the_bot_goes_on(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    desk_at(store).reply(handoff.id, "Hello.", by=nora, now=now())
    await ask(talk, handoff.conversation_id, QUESTION, "message-1")
    desk_at(store).hand_back(handoff.id, by=nora, now=now())
    talk.service.changed(handoff.conversation_id)
    await settled(talk, handoff.conversation_id)
    # It goes on with the answer; first words of its own would only say again where the talk stands.
    assert [(turn.text, turn.payload, turn.after_others) for turn in brain.asked[1:]] == [(QUESTION, None, True)]
    assert list(store.conversations_with_pending(now=now(), limit=9)) == []


async def test_what_is_typed_to_the_bot_again_is_the_bots(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    desk_at(store).reply(handoff.id, "Hello.", by=nora, now=now())
    desk_at(store).hand_back(handoff.id, by=nora, now=now())
    talk.service.changed(handoff.conversation_id)
    await settled(talk, handoff.conversation_id)
    await ask(talk, handoff.conversation_id, QUESTION, "message-1")
    turns = [(turn.text, turn.payload, turn.after_others) for turn in brain.asked]
    assert turns == [(ASKS, None, False), ("", RESUME_TALK, False), (QUESTION, None, False)]


async def test_after_a_release_what_is_typed_still_answers_staff(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    desk_at(store).release(handoff.id, by=nora, now=now())
    await ask(talk, handoff.conversation_id, "yes", "message-1")
    await ask(talk, handoff.conversation_id, QUESTION, "message-2")
    assert [(turn.text, turn.after_others) for turn in brain.asked[1:]] == [("yes", True), (QUESTION, False)]


async def test_in_the_queue_it_withdraws_the_request_and_the_bot_just_goes_on(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    brain.script[""] = []
    button = way_back(await settled(talk, handoff.conversation_id))
    desk_at(store).release(handoff.id, by=nora, now=now())
    await talk.service.post_button(handoff.conversation_id, "message-1", button)
    last = (await settled(talk, handoff.conversation_id))[-1]
    assert last.envelope is not None
    assert last.envelope.text == "You are with the assistant. We have taken back your request for our team."
    assert [line.act for line in store.transitions(handoff.id)][-1] is Act.WITHDRAW
    assert store.open_handoffs(limit=9) == []
    assert state_of(store, handoff.conversation_id) is State.BOT
    # It may go through with what was left open, or say nothing.
    assert [(turn.text, turn.payload) for turn in brain.asked] == [(ASKS, None), ("", WITHDRAWN)]
    assert list(store.conversations_with_pending(now=now(), limit=9)) == []


async def test_a_withdrawn_request_needs_no_brain(talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    button = way_back(await settled(talk, handoff.conversation_id))
    desk_at(store).release(handoff.id, by=nora, now=now())
    brain.is_down = True
    await talk.service.post_button(handoff.conversation_id, "message-1", button)
    last = (await settled(talk, handoff.conversation_id))[-1]
    assert last.author is Author.SYSTEM, "nobody reads that the assistant can't answer, for nothing was asked"


async def test_an_alarm_stays_with_staff_whatever_is_pressed(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    await ask(talk, handoff.conversation_id, DANGER, "message-1")
    button = way_back(await settled(talk, handoff.conversation_id))
    desk_at(store).release(handoff.id, by=nora, now=now())
    await talk.service.post_button(handoff.conversation_id, "message-2", button)
    last = (await settled(talk, handoff.conversation_id))[-1]
    assert last.envelope is not None
    assert "our team will still look at it" in last.envelope.text
    assert [one.id for one in store.open_handoffs(limit=9)] == [handoff.id]
    assert state_of(store, handoff.conversation_id) is State.WAITING


async def test_an_old_button_pressed_when_the_bot_is_back_already_changes_nothing(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    button = way_back(await settled(talk, handoff.conversation_id))
    for number in (1, 2):
        await talk.service.post_button(handoff.conversation_id, f"message-{number}", button)
        await settled(talk, handoff.conversation_id)
    assert len(store.transitions(handoff.id)) == 3
    assert [turn.payload for turn in brain.asked].count(RESUME_TALK) == 1
    last = (await settled(talk, handoff.conversation_id))[-1]
    assert (last.author, last.envelope and last.envelope.text.startswith("You are with the assistant.")) == (
        Author.SYSTEM,
        True,
    )


async def test_nothing_leads_back_into_a_talk_that_was_closed(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    button = way_back(await settled(talk, handoff.conversation_id))
    desk_at(store).close(handoff.id, by=nora, why="answered", now=now())
    with pytest.raises(ConversationError) as refusal:
        await talk.service.post_button(handoff.conversation_id, "message-1", button)
    assert refusal.value.code == "conversation_closed"
    assert state_of(store, handoff.conversation_id) is State.CLOSED


async def test_the_brain_never_sees_the_button_also_when_it_showed_one(talk: Talk, brain: ScriptedBrain) -> None:
    brain.script[QUESTION] = [Envelope(Kind.CLARIFY, "?", buttons=(Button("Back", "/back_to_bot"),))]
    conversation_id = await begin(talk)
    shown = (await ask(talk, conversation_id, QUESTION))[-1].envelope
    assert shown is not None
    await talk.service.post_button(conversation_id, "message-2", shown.buttons[0].id)
    assert outline(await settled(talk, conversation_id))[-1] == (4, Author.SYSTEM, Kind.NOTICE)
    assert brain.asked_texts == [QUESTION]


async def test_plain_words_to_staff_are_asked_about_and_change_nothing(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    last = (await ask(talk, handoff.conversation_id, "Can I talk to the bot again?", "message-1"))[-1]
    assert last.author is Author.SYSTEM
    assert last.envelope is not None
    assert last.envelope.text.startswith("Do you want to go back to the assistant?")
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.status, state_of(store, handoff.conversation_id)) == (Status.CLAIMED, State.HUMAN)
    # The button of that question leads back, and the bot isn't asked about the words.
    button = way_back(await settled(talk, handoff.conversation_id))
    await talk.service.post_button(handoff.conversation_id, "message-2", button)
    await settled(talk, handoff.conversation_id)
    assert state_of(store, handoff.conversation_id) is State.BOT
    assert brain.asked_texts == [ASKS, ""]


@pytest.mark.parametrize("text", ["Is the bot gone?", "I don't want to go back to the bot"])
async def test_other_words_to_staff_are_left_to_them(
    text: str, talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    last = (await ask(talk, handoff.conversation_id, text, "message-1"))[-1]
    assert (last.author, last.text) == (Author.PATIENT, text)


async def test_the_same_words_to_the_bot_are_a_message_like_any_other(talk: Talk, brain: ScriptedBrain) -> None:
    conversation_id = await begin(talk)
    await ask(talk, conversation_id, "talk to the bot")
    assert brain.asked_texts == ["talk to the bot"]


async def test_a_red_flag_is_never_taken_for_a_wish(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    # Even if the words of a sign were in the file.
    monkeypatch.setattr("bot.retrieval.wishes.Wish.is_said", lambda wish, text: True)
    last = (await ask(talk, handoff.conversation_id, DANGER, "message-1"))[-1]
    assert (last.author, last.envelope and last.envelope.kind) == (Author.BOT, Kind.EMERGENCY)


async def test_a_bot_that_answers_after_the_claim_is_not_heard_and_its_turn_waits_for_staff(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await waiting(talk, store, brain)
    brain.hold()
    seq = (await say(talk, handoff.conversation_id, QUESTION, "message-1")).seq
    brain.was_asked.clear()
    desk_at(store).claim(handoff.id, by=nora, now=now())
    brain.let_go()
    after = [one.author for one in (await settled(talk, handoff.conversation_id)) if one.seq > seq]
    assert after == [Author.SYSTEM]


async def test_a_patient_who_types_is_seen_by_staff_and_noted_seldom(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    noted = []
    monkeypatch.setattr(store, "look", lambda *found, **more: noted.append((found, more["typing"])))
    for _ in range(20):
        await talk.service.note_typing(handoff.conversation_id)
    assert noted == [((handoff.conversation_id, PATIENT, ""), True)]
    await say(talk, handoff.conversation_id, "Hello", "message-1")
    await talk.service.note_typing(handoff.conversation_id)
    assert len(noted) == 2


async def test_who_waits_for_news_hears_of_typing_at_once(
    talk: Talk, store: Store, brain: ScriptedBrain, nora: Staff
) -> None:
    handoff = await with_nora(talk, store, brain, nora)
    shown = await talk.service.news(handoff.conversation_id, after=99)
    assert (shown.state, shown.typing) == ("human", None)
    store.look(handoff.conversation_id, nora.id, "<b>Nora</b>", typing=True, now=now())
    news = await talk.service.news(handoff.conversation_id, after=99, wait_s=5, shown=shown)
    assert (news.messages, news.state, news.typing) == ([], "human", "b Nora /b")
