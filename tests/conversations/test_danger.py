"""A sign that needs care now gets the safety text, alone, whatever else was said."""

from __future__ import annotations

import pytest

from bot.types import PatientTurn
from bot.vocabulary import Kind
from tests.conversations.patient import Patient
from tests.trained import Trained

SIGNS = [
    ("since the injections my throat feels tight and I can't breathe", Kind.EMERGENCY),
    ("my tongue is swelling up since the injections", Kind.EMERGENCY),
    ("there is pus coming out where they injected and I have a fever", Kind.URGENT),
    ("I want to kill myself", Kind.CRISIS),
    ("I'm 15, can I get it", Kind.MINOR),
]


@pytest.mark.parametrize(("text", "kind"), SIGNS)
def test_a_sign_gets_the_safety_text_and_nothing_else(patient: Patient, text: str, kind: Kind) -> None:
    reply = patient.say(text)
    assert reply.kind is kind
    assert reply.topics == ()
    assert "Tell me more" not in [button.title for button in reply.buttons]


def test_a_sign_inside_a_question_comes_first(patient: Patient) -> None:
    reply = patient.say("How much does it cost? I had it yesterday and now I can't breathe and my lips are swelling.")
    assert reply.kind is Kind.EMERGENCY
    assert "USD" not in reply.text


def test_after_a_sign_the_talk_goes_on(patient: Patient) -> None:
    patient.say(SIGNS[0][0])
    assert patient.say("how much does it cost?").topics == ("cost",)


@pytest.mark.parametrize(("text", "kind"), SIGNS)
def test_the_brain_alone_sees_the_same_sign(trained: Trained, text: str, kind: Kind) -> None:
    turn = PatientTurn(trained.new_id(), "turn-a", text)
    (reply,) = trained.run(trained.brain.answer(turn))
    assert reply.kind is kind
