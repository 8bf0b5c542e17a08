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
    "save this chat as a file": [
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
    # One notice leads to the buttons, or says that nothing was deleted; neither is the bot's.
    patient.writes(typed)
    again = patient.say_all("yes")[-1] if typed == "no" else patient.last
    assert again is not None
    assert again.text == (asked.text if typed == "no" else wish.text)


def test_from_what_is_held_buttons_lead_to_the_copy_and_to_erasing(patient: Patient) -> None:
    patient.say("does it hurt?")
    told = patient.say("what do you know about me")
    assert patient.press("Get a full copy").media == ({"type": "transcript"},)
    patient.last = told
    assert "Shall I delete" in patient.press("Delete my data").text
