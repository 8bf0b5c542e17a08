"""The questionnaire through the trained model: each outcome, and each detour on the way."""

from __future__ import annotations

import json
import sqlite3

import pytest

from bot.types import PatientTurn
from bot.vocabulary import Kind
from tests.conversations.candidacy import ASK, Questionnaire, open_question
from tests.conversations.patient import Patient
from tests.trained import Trained


@pytest.fixture
def questions(patient: Patient) -> Questionnaire:
    return Questionnaire(patient)


@pytest.mark.parametrize("text", [ASK, "start the questions", "quiz me, see if I pass"])
def test_asking_for_it_brings_the_consent_first(patient: Patient, text: str) -> None:
    reply = patient.say(text)
    assert reply.kind is Kind.QUESTIONNAIRE
    assert "I'm an information tool, not a doctor." in reply.text


def test_a_no_to_the_consent_asks_and_notes_nothing(questions: Questionnaire) -> None:
    assert "noted nothing" in questions.say("no thanks").text
    assert questions.patient.press("Side effects and risks").kind is Kind.ANSWER


# Each outcome.

RESULTS = [
    ({}, "No barrier found on our list", "That is not a yes."),
    ({"keloids": "not_sure"}, "A clinician must look first", "Thick scars: Not sure."),
    ({"autoimmune": "yes"}, "A clinician must look first", "ask your own doctor before you book".capitalize()),
    ({"diabetes": "yes"}, "Not now", "You have diabetes."),
    ({"provider": "home"}, "Not now", "People got scars and infections that way."),
]


@pytest.mark.parametrize(("answers", "title", "words"), RESULTS)
def test_a_result_says_what_it_is_why_and_what_it_is_not(
    questions: Questionnaire, answers: dict[str, str], title: str, words: str
) -> None:
    result = questions.to_result(**answers)
    assert f"**{title}**" in result.text
    assert words in result.text
    assert "This is not a diagnosis." in result.text
    assert "USD" not in result.text
    (sheet,) = result.media
    assert sheet["type"] == "sheet"
    assert "What I want to ask" in [section["title"] for section in sheet["sections"]]
    assert questions.press("No, keep it here").text.startswith("I did not send it.")


@pytest.mark.parametrize(("sign", "begins"), [("👍", True), ("👍🏽", True), ("👎", False)])
def test_a_thumb_answers_the_consent(questions: Questionnaire, sign: str, begins: bool) -> None:
    questions.say(sign)
    assert (open_question(questions.shown) is not None) is begins
    assert "pick one of the choices" not in questions.shown.text


@pytest.mark.parametrize(
    ("question", "title", "kind"),
    [
        ("signs_now", "Yes", Kind.EMERGENCY),
        ("recent_shots", "Yes, I'm worried", Kind.URGENT),
        ("adult", "No", Kind.MINOR),
    ],
)
def test_what_cannot_wait_ends_it_with_its_safety_text(
    questions: Questionnaire, question: str, title: str, kind: Kind
) -> None:
    questions.to(question)
    assert questions.press(title).kind is kind
    assert questions.patient.say("how much does it cost?").topics == ("cost",)


# Each detour.


@pytest.mark.parametrize(("text", "topic"), [("does it hurt?", "pain"), ("how much does it cost?", "cost")])
def test_a_question_is_answered_and_the_same_one_asked_again(questions: Questionnaire, text: str, topic: str) -> None:
    questions.to("diabetes")
    answer, again = questions.say_all(text)
    assert (answer.kind, answer.topics) == (Kind.ANSWER, (topic,))
    assert again.kind is Kind.QUESTIONNAIRE
    assert questions.asks("diabetes")


def test_a_person_can_be_asked_for_at_any_point(questions: Questionnaire) -> None:
    questions.to("diabetes")
    handoff, _ = questions.say_all("I want to talk to a person")
    assert handoff.kind is Kind.HANDOFF
    assert questions.asks("diabetes")


def test_thanks_are_answered_in_kind(questions: Questionnaire) -> None:
    questions.to("diabetes")
    thanks, _ = questions.say_all("thanks a lot")
    assert thanks.kind is Kind.SMALLTALK
    assert questions.asks("diabetes")


@pytest.mark.parametrize("text", ["nope", "no", "2", "I'm not diabetic"])
def test_an_answer_in_own_words_or_by_number(questions: Questionnaire, text: str) -> None:
    questions.to("diabetes")
    questions.say(text)
    assert questions.asks("heart")


def test_the_next_step_of_an_answer_can_be_pressed_in_between(questions: Questionnaire) -> None:
    questions.to("adult")
    answer, *_ = questions.say_all("I'm on Eliquis, does it hurt?")
    assert answer.kind is Kind.ANSWER
    questions.say("yes")
    questions.to("blood_thinner")
    assert "I noted: Yes, a blood thinner. Is that still right?" in questions.shown.text
    questions.say("yes")
    assert "Do NOT stop your blood thinner." in questions.shown.text


@pytest.mark.parametrize("text", ["why do you ask?", "why"])
def test_why_is_told(questions: Questionnaire, text: str) -> None:
    questions.to("keloids")
    assert questions.say(text).sources
    assert questions.asks("keloids")


def test_not_sure_and_prefer_not_to_say(questions: Questionnaire) -> None:
    questions.to("diabetes")
    questions.say("not sure")
    questions.say("I'd rather not say")
    assert questions.asks("liver_kidney")


def test_back_change_and_start_over(questions: Questionnaire) -> None:
    questions.to("heart")
    questions.say("back")
    assert questions.asks("diabetes")
    questions.say("change my answer about allergies")
    assert questions.asks("allergies")
    assert "I changed this: Allergies: Another allergy." in questions.say("penicillin").text
    questions.say("start over")
    assert questions.asks("consent")


def test_stop_leaves_and_asking_again_resumes(questions: Questionnaire) -> None:
    questions.to("diabetes")
    assert questions.say("stop").text.startswith("I stopped.")
    assert questions.patient.say("does it hurt?").topics == ("pain",)
    questions.shown = questions.patient.say(ASK)
    assert "You stopped at question" in questions.shown.text
    questions.press("Go on")
    assert "Is that still right?" in questions.shown.text


def test_two_messages_that_are_not_understood_bring_numbers_then_staff(questions: Questionnaire) -> None:
    questions.to("diabetes")
    assert "I did not get that." in questions.say("xqzt blorp").text
    assert "1. Yes\n2. No" in questions.say("blorp fnarg").text
    assert "Talk to a person" in [button.title for button in questions.say("xqzt").buttons]


def test_a_red_flag_ends_it_at_once(questions: Questionnaire) -> None:
    questions.to("diabetes")
    assert questions.patient.say("my tongue is swelling up since the injections").kind is Kind.EMERGENCY
    # The next message is no answer to a question any more.
    assert questions.patient.say("how much does it cost?").topics == ("cost",)
    questions.shown = questions.patient.say(ASK)
    questions.press("Go on")
    assert questions.asks("signs_now")


def test_a_red_flag_ends_it_in_the_brain_alone_too(trained: Trained) -> None:
    conversation_id = trained.new_id()
    for text in (ASK, "yes"):
        trained.answer(text, at=conversation_id)
    (reply,) = trained.answer("I can't breathe and my throat is swelling", at=conversation_id)
    assert reply.kind is Kind.EMERGENCY
    (reply,) = trained.answer("does it hurt?", at=conversation_id)
    assert reply.topics == ("pain",)


def test_the_same_turn_again_gets_the_same_question(trained: Trained) -> None:
    conversation_id = trained.new_id()
    trained.answer(ASK, at=conversation_id)
    turn = PatientTurn(conversation_id, "turn-a", "yes")
    first = trained.run(trained.brain.answer(turn))
    assert trained.run(trained.brain.answer(turn)) == first


def test_what_was_said_before_is_answered_from_its_card_and_asked_to_be_confirmed(patient: Patient) -> None:
    answer = patient.say("I'm pregnant, can I have it?")
    assert (answer.kind, answer.topics) == (Kind.ANSWER, ("pregnancy_breastfeeding",))
    reply = patient.press("Go through the questions")
    assert reply.kind is Kind.QUESTIONNAIRE
    questions = Questionnaire.__new__(Questionnaire)
    questions.patient, questions.shown = patient, reply
    questions.to("pregnancy")
    assert "I noted: Yes, or I could be. Is that still right?" in questions.shown.text
    assert "So far, our sources say to wait" in questions.say("yes").text


def test_the_offer_in_the_middle_just_asks_again(questions: Questionnaire) -> None:
    questions.to("heart")
    answer, _ = questions.say_all("who should not have it?")
    assert answer.kind is Kind.ANSWER
    questions.say("start the questions")
    assert questions.asks("heart")


# What is stored.


def test_only_a_yes_to_the_last_question_stores_the_assessment(questions: Questionnaire, trained: Trained) -> None:
    store = trained.talk.store
    questions.to_result(diabetes="yes")
    assert store.assessments(questions.patient.id) == []
    assert questions.press("Yes, send it").text.startswith("Saved, and our staff can see it now.")
    (stored,) = store.assessments(questions.patient.id)
    assert stored.body["outcome"] == "not_now"
    assert {"question": "diabetes", "answers": ["yes"]}.items() <= next(
        one for one in stored.body["answers"] if one["question"] == "diabetes"
    ).items()
    assert [cause["rule"] for cause in stored.body["trace"]] == ["R12"]
    assert stored.body["protocol_version"] == "1.0"
    assert stored.body["started_at"] < stored.body["ended_at"]


def test_what_is_stored_can_be_taken_along_is_unreadable_on_disk_and_goes_with_the_talk(
    questions: Questionnaire, trained: Trained
) -> None:
    patient, store = questions.patient, trained.talk.store
    questions.to_result(keloids="yes")
    questions.press("Yes, send it")
    exported = trained.run(trained.talk.service.export(patient.id))
    assert exported["assessments"][0]["outcome"] == "not_now"
    with sqlite3.connect(trained.database) as connection:
        rows = connection.execute("SELECT * FROM assessments WHERE conversation_id = ?", (patient.id,)).fetchall()
    assert len(rows) == 1
    assert b"keloid" not in b"".join(value for value in rows[0] if isinstance(value, bytes))
    assert "keloid" not in json.dumps([value for value in rows[0] if isinstance(value, str)])
    trained.run(trained.talk.service.erase(patient.id))
    assert store.assessments(patient.id) == []


def test_a_no_stores_nothing(questions: Questionnaire, trained: Trained) -> None:
    questions.to_result()
    questions.say("no, keep it")
    assert trained.talk.store.assessments(questions.patient.id) == []


def test_a_yes_to_the_emergency_question_calls_for_staff(questions: Questionnaire, trained: Trained) -> None:
    questions.to("signs_now")
    assert questions.press("Yes").kind is Kind.EMERGENCY
    with sqlite3.connect(trained.database) as log:
        query = "SELECT priority, status FROM handoffs WHERE conversation_id = ?"
        assert log.execute(query, (questions.patient.id,)).fetchall() == [("urgent", "waiting")]
