"""Signs and second opinion together: a sign beside ordinary questions, one of several sentences, a single word."""

from __future__ import annotations

import pytest

from bot.safety.check import SafetyCheck
from bot.vocabulary import Level


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("hi do you have parking near by also my throat is closing up", Level.EMERGENCY),
        ("my face is drooping on one side can i pay by card", Level.EMERGENCY),
        ("are you open on sunday my tongue is swelling", Level.EMERGENCY),
        ("what does a second session cost i cant breathe", Level.EMERGENCY),
        ("Do you take walk-ins? I have pus coming out of the injection sites. How much is a course?", Level.URGENT),
    ],
)
def test_a_question_beside_a_sign_does_not_silence_it(whole_check: SafetyCheck, message: str, level: Level) -> None:
    flag = whole_check.assess(message)
    assert flag is not None
    assert flag.level is level


@pytest.mark.parametrize(
    "word", ["pain", "pain?", "bruising", "throat", "lips?", "bleeding?", "numbing", "swelling", "itching", "cold"]
)
def test_a_single_word_is_a_topic_unless_a_plain_sign_names_it(whole_check: SafetyCheck, word: str) -> None:
    assert whole_check.assess(word) == whole_check.plain.assess(word)


@pytest.mark.parametrize("word", ["suicide", "suicidal", "anaphylaxis"])
def test_a_plain_sign_of_one_word_holds(whole_check: SafetyCheck, word: str) -> None:
    assert whole_check.assess(word) is not None


@pytest.mark.parametrize(
    "message", ["im 18 can i book", "I'm 45, is this for me or am I too old?", "34 yo, never had anything done"]
)
def test_who_says_to_be_grown_is_no_child(whole_check: SafetyCheck, message: str) -> None:
    assert whole_check.assess(message) is None
