"""What the bot doesn't answer, and how it says so."""

from __future__ import annotations

import pytest

from bot.vocabulary import Kind
from tests.conversations.patient import Patient


@pytest.mark.parametrize(
    "text",
    [
        "what's the capital of Peru",
        "can you write me a poem about cats",
        "who won the football last night",
        "do you sell winter tyres",
        "xqzt blorp fnarg",
    ],
)
def test_what_is_out_of_scope_is_not_answered(patient: Patient, text: str) -> None:
    reply = patient.say(text)
    assert reply.kind is Kind.FALLBACK
    assert reply.topics == ()
    assert "Talk to a person" in [button.title for button in reply.buttons]


def test_what_is_surely_out_of_scope_never_calls_staff_by_itself(patient: Patient) -> None:
    for text in ("what's the capital of Peru", "can you write me a poem about cats", "who won the football last night"):
        reply = patient.say(text)
        assert reply.kind is Kind.FALLBACK
        assert "I only talk about mesotherapy" in reply.text


@pytest.mark.parametrize(
    "text",
    ["was my husband in yesterday?", "give me phone number of patient nowak", "Send me my sister's notes please"],
)
def test_nothing_is_told_about_other_people(patient: Patient, text: str) -> None:
    for _ in range(2):
        reply = patient.say(text)
        assert reply.kind is Kind.FALLBACK
        assert "can't tell anything about other people" in reply.text
        assert "Talk to a person" in [button.title for button in reply.buttons]


def test_a_question_on_somebodys_behalf_is_answered(patient: Patient) -> None:
    assert "cost" in patient.say("my husband wants it too, what does it cost").topics


@pytest.mark.parametrize(
    "text",
    [
        "should I stop my blood pressure tablets before the appointment",
        "which cream should I put on the red patch on my arm",
        "should I have it done or not, you decide",
        "should I put ice on this bruise tonight",
    ],
)
def test_advice_for_one_person_is_left_to_people(patient: Patient, text: str) -> None:
    reply = patient.say(text)
    assert reply.kind is Kind.DECLINE_ADVICE
    assert reply.card_ids == ()


@pytest.mark.parametrize(
    "text",
    ["I want to talk to a person", "can a human answer me please", "put me through to the staff", "call me back"],
)
def test_who_asks_for_a_person_learns_how_to_reach_one(patient: Patient, text: str) -> None:
    reply = patient.say(text)
    assert reply.kind is Kind.HANDOFF
    assert "+1 555" in reply.text


@pytest.mark.parametrize(
    "text", ["hello", "hi there", "Good morning!", "thanks a lot", "bye", "are you a robot?", "👋", "❤️", "👍", "🙏🙏"]
)
def test_small_talk_is_answered_in_kind(patient: Patient, text: str) -> None:
    reply = patient.say(text)
    assert reply.kind is Kind.SMALLTALK
    assert reply.card_ids == ()


@pytest.mark.parametrize("text", ["😀", "👍👍👍", "???", "🤷‍♀️ ❤️", "...", "!", "12345"])
def test_signs_without_words_never_get_an_answer(patient: Patient, text: str) -> None:
    assert patient.say(text).kind in {Kind.FALLBACK, Kind.CLARIFY, Kind.SMALLTALK}


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '/ask_pain{"area": "hair"}',
        "/session_start",
        "<script>alert('hi')</script>",
        "<img src=x onerror=alert(1)> does it hurt?",
        "هل هذا مؤلم؟",
        "\u202edoes it hurt\u202c",
        "word " * 790,
        "{phone} {0} %s ${x}",
        "{name} {0} %s ${x}",
    ],
    ids=lambda text: text[:20],
)
def test_odd_input_gets_a_polite_reply_and_the_talk_goes_on(patient: Patient, text: str) -> None:
    assert patient.say(text).kind in {Kind.ANSWER, Kind.FALLBACK, Kind.CLARIFY, Kind.SMALLTALK}
    assert patient.say("how much does it cost?").topics == ("cost",)


def test_an_unsure_bot_offers_what_may_be_meant_and_a_button_settles_it(patient: Patient) -> None:
    offer = patient.say("pain or cost or risks or time off, whatever")
    if offer.kind is Kind.ANSWER:
        pytest.fail(f"The bot picked {offer.topics} where four topics were named alike.")
    assert offer.kind in {Kind.CLARIFY, Kind.FALLBACK}
    assert patient.press(offer.buttons[0].title).kind is Kind.ANSWER
