"""Several questions in one message, and messages that lean on the answer before them."""

from __future__ import annotations

import pytest

from bot.vocabulary import Kind
from tests.conversations.patient import Patient

SEVERAL = [
    ("how many goes and what does each cost", ["session_count", "cost"]),
    ("Does it hurt? And when can I go back to work?", ["pain", "downtime"]),
    ("price, downtime and side effects?", ["cost", "downtime", "risks_side_effects"]),
    ("I'd like to know what it costs, how many sessions I need and if it hurts", ["cost", "session_count", "pain"]),
    ("is it safe for the face\nhow long does one visit take\nand does insurance pay", None),
]


@pytest.mark.parametrize(("text", "topics"), SEVERAL)
def test_each_question_gets_its_answer_in_order(patient: Patient, text: str, topics: list[str] | None) -> None:
    replies = patient.say_all(text)
    assert {reply.kind for reply in replies} == {Kind.ANSWER}
    assert all(reply.sources for reply in replies)
    found = [topic for reply in replies for topic in reply.topics]
    assert found == topics if topics else len(found) == 3


def test_advice_beside_a_question_is_declined_and_the_question_not_lost(patient: Patient) -> None:
    replies = patient.say_all("how much is it per session and should i stop my warfarin before?")
    assert replies[-1].kind is Kind.DECLINE_ADVICE
    answered = [topic for reply in replies for topic in reply.topics]
    assert "cost" in answered or "What does it cost?" in [button.title for button in replies[-1].buttons]


def test_a_person_beside_a_question_is_called_and_the_question_not_lost(patient: Patient) -> None:
    replies = patient.say_all("how much does it cost? and can somebody call me back please?")
    assert replies[-1].kind is Kind.HANDOFF
    answered = [topic for reply in replies for topic in reply.topics]
    assert "cost" in answered or "What does it cost?" in [button.title for button in replies[-1].buttons]


ONE_QUESTION = [
    "I've got my sister's wedding in ten days and I don't want to be blotchy in the photos, would I be fine by then",
    "I work shifts and I've two kids, how many times would I have to come",
    "does it hurt on the face and the neck",
    "is bruising and swelling common or does it depend",
]


@pytest.mark.parametrize("text", ONE_QUESTION)
def test_a_story_around_one_question_gets_one_reply(patient: Patient, text: str) -> None:
    assert len(patient.say_all(text)) == 1


def test_each_part_gets_the_card_of_the_area_that_it_names(patient: Patient) -> None:
    replies = patient.say_all("does it hurt on the scalp and how much is it for my belly?")
    assert [reply.card_ids for reply in replies] == [("pain.hair",), ("cost.body_fat",)]
    # The area named last is the one that the talk is about from now on.
    assert patient.say("how many sessions do I need?").card_ids == ("session_count.body_fat",)


def test_another_area_asks_the_same_question_again(patient: Patient) -> None:
    assert patient.say("does it hurt?").card_ids == ("pain.general",)
    assert patient.say("and for hair?").card_ids == ("pain.hair",)
    assert patient.say("thanks").kind is Kind.SMALLTALK
    assert patient.say("what about the face").card_ids == ("pain.face",)


def test_a_question_in_general_forgets_the_area(patient: Patient) -> None:
    assert patient.say("does it hurt on the scalp?").card_ids == ("pain.hair",)
    assert patient.say("and in general?").card_ids == ("pain.general",)
    assert patient.say("how much does it cost?").card_ids == ("cost.general",)


def test_the_price_of_that_is_the_price_of_what_was_talked_about(patient: Patient) -> None:
    assert patient.say("my hair is thinning, will it help").topics == ("hair_loss",)
    assert patient.say("how much is that?").card_ids == ("cost.hair",)


def test_the_second_one_is_the_second_answer_or_the_second_offer(patient: Patient) -> None:
    first, second = patient.say_all("how many goes and what does each cost")
    more = patient.say("what about the second one")
    assert more.card_ids == second.card_ids != first.card_ids
    assert "How sure are we?" in more.text


def test_why_tells_more_and_then_says_that_this_is_all(patient: Patient) -> None:
    patient.say("does it hurt?")
    assert "How sure are we?" in patient.say("why?").text
    assert patient.say("but why").kind is Kind.NOTICE


def test_an_answer_of_a_moment_ago_can_be_opened_by_its_button(patient: Patient) -> None:
    first, _ = patient.say_all("how many goes and what does each cost")
    patient.last = first
    assert patient.press("More: How many sessions?").card_ids == ("session_count.general",)


@pytest.mark.parametrize("text", ["why?", "are you sure?", "really?", "the second one"])
def test_nothing_older_is_opened_after_a_refusal_or_a_safety_text(patient: Patient, text: str) -> None:
    assert patient.say("how much does it cost?").card_ids == ("cost.general",)
    declined = patient.say("should I stop my blood pressure tablets before the appointment")
    assert patient.say(text).text == declined.text
    assert patient.say("I can't breathe and my throat is closing").kind is Kind.EMERGENCY
    stands = patient.say(text)
    assert (stands.kind, stands.card_ids) == (Kind.DECLINE_ADVICE, ())
    assert "last still counts" in stands.text


def test_the_second_one_after_a_fallback_is_the_one_that_it_offers(patient: Patient) -> None:
    patient.say("does it hurt?")
    offer = patient.say("what's the capital of Peru")
    topics = [button.title for button in offer.buttons]
    assert topics[1] == "Time off and healing"
    assert patient.say("the second one").topics == ("downtime",)
