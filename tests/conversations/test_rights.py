"""Rights in the words of patients, with the real model."""

from __future__ import annotations

import pytest

from bot.vocabulary import Kind
from tests.conversations.candidacy import Questionnaire
from tests.conversations.patient import Patient

WISHES = {
    "This is what we keep": [
        "what do you know about me",
        "is this saved?",
        "who can read this",
        "how long do you keep this",
        "what info have you kept on me so far",
    ],
    "Shall I delete": [
        "delete my data",
        "forget me",
        "please erase this whole chat",
        "wipe what I told you about my health",
        "i want my details removed from your system",
    ],
    "A copy of this chat": [
        "send me the transcript",
        "can I have a copy of our conversation",
        "how do I save this chat",
        "email me everything you said",
        "can i print all this",
    ],
}


@pytest.mark.parametrize(("start", "text"), [(start, text) for start, texts in WISHES.items() for text in texts])
def test_a_wish_is_understood_in_many_words(patient: Patient, start: str, text: str) -> None:
    reply = patient.say(text)
    assert reply.kind is Kind.NOTICE
    assert start in reply.text


@pytest.mark.parametrize(
    "text",
    [
        "can you delete moles",
        "what do you know about mesotherapy",
        "send me the price list",
        "how long do the results last",
        "forget it",
        "are you a robot",
        "does it erase scars",
        "cancel my appointment",
        "what studies show that it works",
        "can I talk to a person",
    ],
)
def test_what_only_sounds_alike_is_no_wish(patient: Patient, text: str) -> None:
    for reply in patient.say_all(text):
        assert not any(start in reply.text for start in WISHES)


def test_a_wish_in_the_middle_of_the_questions_is_met_and_the_question_is_asked_again(patient: Patient) -> None:
    asked = Questionnaire(patient).to("pregnancy")
    replies = patient.say_all("what do you know about me")
    assert [reply.text for reply in replies[1:]] == [asked.text]


@pytest.mark.parametrize("typed", ["yes", "no"])
def test_a_yes_to_erasing_answers_nothing_of_the_questionnaire(typed: str, patient: Patient) -> None:
    asked = Questionnaire(patient).to("pregnancy")
    (wish,) = patient.say_all("delete my data")
    assert "Shall I delete" in wish.text
    # One notice leads to the buttons, or says that nothing was deleted; then its question comes again at once.
    if typed == "yes":
        patient.writes(typed)
    else:
        assert [one.text for one in patient.say_all(typed)] == [asked.text]
        assert patient.press("No").text != asked.text
    assert patient.last is not None
    assert typed == "no" or patient.last.text == wish.text


def test_keeping_it_brings_the_open_question_back_at_once(patient: Patient) -> None:
    asked = Questionnaire(patient).to("pregnancy")
    patient.say_all("delete my data")
    assert [one.text for one in patient.press_all("Keep it")] == [asked.text]


def test_keeping_it_brings_back_the_question_how_to_be_reached(patient: Patient) -> None:
    patient.say("I want to talk to a person")
    asked = patient.press("Leave a number or e-mail")
    patient.say_all("delete my data")
    again = patient.press("Keep it")
    assert again.text.endswith(asked.text)
    assert [one.title for one in again.buttons] == [one.title for one in asked.buttons]
    assert patient.press("By phone").text != asked.text


def test_keeping_it_in_the_middle_of_nothing_asks_nothing(patient: Patient) -> None:
    patient.say("does it hurt?")
    patient.say_all("delete my data")
    patient.presses("Keep it")
    patient.skip()
    assert patient.say("how much does it cost?").topics == ("cost",)


def test_from_what_is_held_buttons_lead_to_the_copy_and_to_erasing(patient: Patient) -> None:
    patient.say("does it hurt?")
    told = patient.say("what do you know about me")
    assert patient.press("Get a full copy").media == ({"type": "transcript"},)
    patient.last = told
    assert "Shall I delete" in patient.press("Delete my data").text
