"""How the questionnaire speaks: easy, kind, and never a verdict."""

from __future__ import annotations

import re

import pytest

from bot.candidacy.model import Protocol
from bot.candidacy.texts import labels, sentences
from bot.reading import grade
from tests.knowledge.test_wording import BELITTLING, HIGHEST_GRADE, NEVER_TOLD, PRESSURE, PROMISES, found

VERDICTS = "suitable|suitability|approve|eligible|qualify|qualified|candidate|diagnosed|BDD|disorder"


@pytest.mark.parametrize("words", [PROMISES, BELITTLING, PRESSURE, NEVER_TOLD, VERDICTS])
def test_no_text_says_a_banned_word(protocol: Protocol, words: str) -> None:
    texts = {**sentences(protocol), **labels(protocol)}
    assert {name: said for name, text in texts.items() if (said := found(words, text))} == {}


def test_every_text_reads_at_grade_six_or_lower(protocol: Protocol) -> None:
    grades = {name: grade(text) for name, text in sentences(protocol).items()}
    assert {name: mark for name, mark in grades.items() if mark > HIGHEST_GRADE} == {}


def test_approved_is_said_only_of_products(protocol: Protocol) -> None:
    for name, text in sentences(protocol).items():
        if "approved" in text:
            assert re.search(r"shot|substance|product|those", text), name


def test_the_result_carries_its_disclaimers(protocol: Protocol) -> None:
    assert "not a diagnosis" in protocol.texts["this_is_not"]
    assert "you can say no" in protocol.texts["this_is_not"]
    clear = next(text for text in protocol.outcomes if text.id.value == "no_barrier_found").text
    assert "That is not a yes." in clear
    assert "A licensed clinician must check you" in clear
    intro = protocol.sheet.intro
    for words in ("general information", "not a diagnosis", "consent form", "AI can be wrong", "not promised"):
        assert words in intro, words


def test_a_blood_thinner_is_never_to_be_stopped(protocol: Protocol) -> None:
    (rule,) = [rule for rule in protocol.rules if rule.id == "R11"]
    assert rule.tell is not None
    assert "Do NOT stop" in rule.tell
    assert "stroke" in rule.tell
    assert "Do NOT stop" in rule.reason


def test_the_consent_says_what_this_is(protocol: Protocol) -> None:
    ask = protocol.consent.ask
    for words in ("not a doctor", "can't examine you", "not sold", "stop any time"):
        assert words in ask, words


def test_no_price_is_named(protocol: Protocol) -> None:
    for name, text in sentences(protocol).items():
        assert "{price_list}" not in text, name
        assert "$" not in text, name


def test_lists_are_sentences_that_can_be_read_aloud(protocol: Protocol) -> None:
    for name, text in sentences(protocol).items():
        assert [line for line in text.splitlines() if line.startswith("- ") and line[-1] not in ".?"] == [], name
