"""Staff come into a talk with the real bot and go again, in the middle of the questionnaire and outside it."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.people import Staff
from bot.types import Envelope, Handoff, Message, PatientTurn
from bot.vocabulary import RESUME_TALK, Author, Kind, State
from tests.conversations.candidacy import ASK, Questionnaire
from tests.conversations.patient import Patient
from tests.handoff.samples import desk_at, employ
from tests.trained import Trained


def now() -> datetime:
    return datetime.now(timezone.utc)


class Nurse:
    """Somebody at the desk, in the tests' own process, on the bot's own database."""

    def __init__(self, trained: Trained) -> None:
        self._trained = trained
        self._store = trained.talk.store
        known = [one for one in self._store.all_staff() if one.login == "nora"]
        self._staff: Staff = known[0] if known else employ(self._store, "nora")
        self._desk = desk_at(self._store)

    def joins(self, patient: Patient) -> Handoff:
        return self._desk.open_for(patient.id, by=self._staff, why="asked to look in", now=now())

    def writes(self, handoff: Handoff, text: str) -> None:
        self._desk.reply(handoff.id, text, by=self._staff, now=now())

    def leaves(self, handoff: Handoff) -> list[Message]:
        """Everything from the moment in which the bot has the talk again."""
        before = len(self._messages(handoff))
        self._desk.hand_back(handoff.id, by=self._staff, now=now())
        self._trained.run(_settled(self._trained, handoff.conversation_id))
        return self._messages(handoff)[before:]

    def releases(self, handoff: Handoff) -> None:
        self._desk.release(handoff.id, by=self._staff, now=now())
        self._trained.run(_settled(self._trained, handoff.conversation_id))

    def is_called_off(self, patient: Patient, handoff: Handoff) -> list[Message]:
        """Everything that comes after the patient has pressed the button that led back to the assistant."""
        before = self._messages(handoff)
        shown = [one.envelope for one in before if one.envelope and one.author is Author.SYSTEM]
        patient.last = next(one for one in shown if one.buttons)
        patient.presses("Back to the assistant")
        self._trained.run(_settled(self._trained, handoff.conversation_id))
        return self._messages(handoff)[len(before) + 1 :]

    def _messages(self, handoff: Handoff) -> list[Message]:
        return self._store.messages(handoff.conversation_id)


async def _settled(trained: Trained, conversation_id: str) -> None:
    trained.talk.service.changed(conversation_id)
    await trained.talk.turns.settle(conversation_id)


@pytest.fixture
def nurse(trained: Trained) -> Nurse:
    return Nurse(trained)


def resumed(messages: list[Message]) -> Envelope:
    """What the bot says first, after the notice that it is back."""
    back, *_, last = messages
    assert (back.author, back.envelope and back.envelope.text) == (Author.SYSTEM, "You are back with the assistant.")
    assert last.author is Author.BOT
    assert last.envelope is not None
    return last.envelope


def test_the_open_question_is_asked_again_and_its_answer_taken(
    patient: Patient, nurse: Nurse, trained: Trained
) -> None:
    questions = Questionnaire(patient)
    asked = questions.to("diabetes")
    handoff = nurse.joins(patient)
    nurse.writes(handoff, "Hello, this is Nora. Take your time.")
    again = resumed(nurse.leaves(handoff))
    assert again.kind is Kind.QUESTIONNAIRE
    assert (again.text, [one.title for one in again.buttons]) == (asked.text, [one.title for one in asked.buttons])
    patient.skip()
    patient.last = again
    questions.shown = patient.press("No")
    assert questions.asks("heart")
    questions.to_result()
    found = trained.talk.store.find_conversation(patient.id)
    assert found is not None
    assert found.state is State.BOT


def test_outside_the_questionnaire_the_bot_says_that_it_listens_and_answers(patient: Patient, nurse: Nurse) -> None:
    patient.say("does it hurt?")
    handoff = nurse.joins(patient)
    nurse.writes(handoff, "Hello.")
    said = resumed(nurse.leaves(handoff))
    assert (said.kind, said.text) == (
        Kind.SMALLTALK,
        "I'm the assistant, and I'm listening again. What would you like to know?",
    )
    patient.skip()
    assert patient.say("how much does it cost?").topics == ("cost",)


def test_what_nobody_answered_is_answered_first_then_the_question_asked_again(patient: Patient, nurse: Nurse) -> None:
    Questionnaire(patient).to("diabetes")
    handoff = nurse.joins(patient)
    nurse.writes(handoff, "Hello.")
    patient.writes("does it hurt?")
    kinds = [one.envelope.kind for one in nurse.leaves(handoff) if one.author is Author.BOT and one.envelope]
    assert kinds == [Kind.ANSWER, Kind.QUESTIONNAIRE]


@pytest.mark.parametrize("said", ["yes please", "no", "ok thank you", "no I am not pregnant"])
def test_an_answer_to_staff_answers_no_question_of_the_bot(said: str, patient: Patient, nurse: Nurse) -> None:
    asked = Questionnaire(patient).to("pregnancy")
    handoff = nurse.joins(patient)
    nurse.writes(handoff, "Come at three tomorrow. Shall I hand you back to the assistant?")
    patient.writes(said)
    again = [one.envelope for one in nurse.leaves(handoff) if one.author is Author.BOT and one.envelope]
    assert [one.text for one in again if one.kind is Kind.QUESTIONNAIRE] == [asked.text]
    patient.skip()
    patient.last = again[-1]
    assert patient.press("No").text != asked.text


def test_a_yes_to_staff_is_no_consent_to_keep_a_number(patient: Patient, nurse: Nurse, trained: Trained) -> None:
    patient.say("I want to talk to a person")
    patient.press("Leave a number or e-mail")
    patient.say("202 555 0143")
    handoff = nurse.joins(patient)
    nurse.writes(handoff, "Is it about your face?")
    patient.writes("yes")
    said = [one.envelope.text for one in nurse.leaves(handoff) if one.author is Author.BOT and one.envelope]
    assert said == ["I'm the assistant, and I'm listening again. What would you like to know?"]
    patient.skip()
    patient.say("yes")
    (kept,) = trained.talk.store.export(patient.id)["handoffs"]
    assert kept["contact"] is None


def test_a_yes_after_a_release_is_no_consent_either(patient: Patient, nurse: Nurse, trained: Trained) -> None:
    patient.say("I want to talk to a person")
    patient.press("Leave a number or e-mail")
    asked = patient.say("202 555 0143")
    handoff = nurse.joins(patient)
    nurse.writes(handoff, "Is it about your face?")
    patient.writes("yes")
    nurse.releases(handoff)
    assert patient.last is asked
    (again,) = patient.replies()[-1:]
    assert again.text == asked.text
    assert patient.press("Yes, save it").text.startswith("Saved.")


@pytest.mark.parametrize("is_asked", [True, False])
def test_who_takes_the_request_back_is_not_asked_how_to_be_reached(
    is_asked: bool, patient: Patient, nurse: Nurse
) -> None:
    patient.say("I want to talk to a person")
    if is_asked:
        patient.press("Leave a number or e-mail")
    handoff = nurse.joins(patient)
    nurse.releases(handoff)
    said = [one.envelope.text for one in nurse.is_called_off(patient, handoff) if one.envelope]
    listening = ["I'm the assistant, and I'm listening again. What would you like to know?"]
    assert said[1:] == (listening if is_asked else []), "with a question open it says that it is over, else nothing"
    patient.skip()
    assert [one.topics for one in patient.say_all("does it hurt?")] == [("pain",)]


def test_who_takes_the_request_back_in_the_questionnaire_is_asked_its_question_again(
    patient: Patient, nurse: Nurse
) -> None:
    asked = Questionnaire(patient).to("pregnancy")
    patient.say_all("I want to talk to a person")
    handoff = nurse.joins(patient)
    nurse.releases(handoff)
    said = [one.envelope.text for one in nurse.is_called_off(patient, handoff) if one.envelope]
    assert said[1:] == [asked.text]


def test_a_red_flag_said_to_staff_ends_the_questionnaire(patient: Patient, nurse: Nurse) -> None:
    Questionnaire(patient).to("diabetes")
    handoff = nurse.joins(patient)
    patient.writes("my tongue is swelling up since the injections")
    nurse.writes(handoff, "Call 112 now, please.")
    patient.writes("I have, thank you")
    nurse.writes(handoff, "Good.")
    assert resumed(nurse.leaves(handoff)).kind is Kind.SMALLTALK
    patient.skip()
    assert patient.say("how much does it cost?").topics == ("cost",)


def test_the_turn_that_resumes_may_be_asked_twice(trained: Trained) -> None:
    conversation_id = trained.new_id()
    for text in (ASK, "yes"):
        shown = trained.answer(text, at=conversation_id)
    turn = PatientTurn(conversation_id, "turn-back", "", RESUME_TALK)
    first = trained.run(trained.brain.answer(turn))
    assert [one.text for one in first] == [shown[-1].text]
    assert trained.run(trained.brain.answer(turn)) == first
    (after, _) = trained.answer("does it hurt?", at=conversation_id)
    assert after.topics == ("pain",)
