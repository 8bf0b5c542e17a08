"""Everything that patients do instead of answering, one by one, through the trained model."""

from __future__ import annotations

import pytest

from bot.errors import ConversationError
from bot.vocabulary import Kind
from tests.conversations.candidacy import Questionnaire
from tests.conversations.patient import Patient


@pytest.fixture
def questions(patient: Patient) -> Questionnaire:
    return Questionnaire(patient)


def test_a_contradiction_keeps_the_stricter_side(questions: Questionnaire) -> None:
    questions.to("goal")
    questions.say_all("skin, and I'm in my second trimester")
    assert "I changed this: Pregnancy: Yes, or I could be." in questions.shown.text
    assert "So far, our sources say to wait" in questions.shown.text


def test_two_answers_in_one_message_both_count(questions: Questionnaire) -> None:
    questions.to("pregnancy")
    questions.say_all("no, but I take warfarin")
    assert "I also noted: Blood thinners: Yes, a blood thinner." in questions.shown.text
    assert questions.asks("trying")


def test_an_answer_to_an_earlier_question_goes_there(questions: Questionnaire) -> None:
    questions.to("keloids")
    questions.say_all("oh, and I have a pacemaker")
    assert "I changed this: Heart, stroke or clots: Yes." in questions.shown.text
    questions.press("Go on")
    assert questions.asks("keloids")


def test_seventeen_is_under_age(questions: Questionnaire) -> None:
    questions.to("adult")
    assert questions.say("17").kind is Kind.MINOR


@pytest.mark.parametrize("text", ["200", "old enough"])
def test_an_age_that_is_none_is_asked_again(questions: Questionnaire, text: str) -> None:
    questions.to("adult")
    questions.say_all(text)
    assert questions.asks("adult")


def test_a_misspelt_blood_thinner_is_confirmed(questions: Questionnaire) -> None:
    questions.to("blood_thinner")
    questions.say_all("xaralto")
    assert "I think you mean: Yes, a blood thinner. Is that right?" in questions.shown.text
    assert "Do NOT stop your blood thinner." in questions.say("yes").text


def test_a_history_of_2000_words_is_refused_whole_and_nothing_is_lost(questions: Questionnaire) -> None:
    questions.to("diabetes")
    with pytest.raises(ConversationError, match="too long"):
        questions.say("word " * 2000)
    questions.say("no")
    assert questions.asks("heart")


def test_a_history_that_just_fits_is_read_for_its_facts(questions: Questionnaire) -> None:
    questions.to("diabetes")
    questions.say_all("It all began when we lived by the sea. " * 60 + "I take warfarin.")
    assert "I changed this: Blood thinners: Yes, a blood thinner." in questions.shown.text
    assert "That was a lot of text." in questions.shown.text


@pytest.mark.parametrize(
    "text", ["😀", "???", "{phone} %s", "/session_start", '/start_candidacy{"answer": "x"}', "<b>no</b>"]
)
def test_odd_input_leaves_the_question_open_or_answers_it(questions: Questionnaire, text: str) -> None:
    questions.to("diabetes")
    questions.say_all(text)
    assert questions.shown.kind is Kind.QUESTIONNAIRE
    assert questions.asks("diabetes") or questions.asks("heart")


def test_words_of_crisis_end_it_at_once(questions: Questionnaire) -> None:
    questions.to("feel_hours")
    assert questions.say("I want to kill myself").kind is Kind.CRISIS
    assert questions.patient.say("does it hurt?").topics == ("pain",)
