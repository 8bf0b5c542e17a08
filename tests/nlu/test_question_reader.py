"""What a message of several clauses is taken for, from what the classifier thought of it and of each clause."""

from __future__ import annotations

from typing import Any

import pytest
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.question_reader import QuestionReader
from bot.nlu.question_splitter import STRETCH, QuestionSplitter
from tests.nlu.pipeline import context

Guess = tuple[str, float]
BOTH = "how much is it per session and should i stop my warfarin before?"
COST, STOP = "how much is it per session", "should i stop my warfarin before?"


def read(text: str, whole: Guess, **clauses: Guess) -> dict[str, Any]:
    """The message after the reader. `clauses` are guesses by the first word of a clause; all others mean nothing."""
    messages = QuestionSplitter().process([Message({"text": text})])
    for message in messages:
        stretch = message.get(STRETCH)
        name, chance = whole if stretch is None else clauses.get(stretch.split()[0].lower(), ("greet", 0.2))
        message.set("intent", {"name": name, "confidence": chance})
    (found,) = QuestionReader.create({}, None, Resource("reader"), context()).process(messages)
    return dict(found.as_dict())


def taken(message: dict[str, Any]) -> tuple[str, list[str], list[str]]:
    """Its intent, the questions that are answered beside it, and what is only offered."""
    parts = [part["intent"] for part in message.get("parts", [])]
    return message["intent"]["name"], parts, message.get("offered", [])


ASK_COST, ADVICE, PERSON = ("ask_cost", 0.97), ("seek_advice", 0.98), ("request_handoff", 0.95)


def test_advice_beside_a_question_is_not_dropped_nor_is_the_question() -> None:
    found = read(BOTH, ("ask_cost", 0.8), how=ASK_COST, should=ADVICE)
    assert taken(found) == ("seek_advice", ["ask_cost"], [])
    assert found["intent"]["confidence"] == 0.98


@pytest.mark.parametrize("wish", ["seek_advice", "request_handoff", "ask_my_data", "delete_my_data", "send_transcript"])
def test_each_wish_comes_before_topics(wish: str) -> None:
    found = read("how much is it? can you do that for me?", ("ask_cost", 0.8), how=ASK_COST, can=(wish, 0.75))
    assert taken(found) == (wish, ["ask_cost"], [])


def test_a_wish_to_begin_the_questionnaire_is_offered_below_the_answer() -> None:
    found = read("how much is it? can i have it?", ("ask_cost", 0.8), how=ASK_COST, can=("start_candidacy", 0.9))
    assert taken(found) == ("ask_cost", ["ask_cost"], ["start_candidacy"])


# 0.66 is less than what any other clause after a question needs to be read alone.
@pytest.mark.parametrize(("chance", "intent"), [(0.64, "ask_cost"), (0.66, "seek_advice")])
def test_a_wish_must_be_as_sure_as_a_question(chance: float, intent: str) -> None:
    assert taken(read(BOTH, ("ask_cost", 0.8), how=ASK_COST, should=("seek_advice", chance)))[0] == intent


@pytest.mark.parametrize(("chance", "intent"), [(0.89, "ask_cost"), (0.91, "request_handoff")])
def test_a_sentence_that_asks_nothing_must_be_surer(chance: float, intent: str) -> None:
    found = read("a nurse should ring me. how much is it?", ("ask_cost", 0.8), how=ASK_COST, a=(PERSON[0], chance))
    assert taken(found)[0] == intent


@pytest.mark.parametrize(("chance", "intent"), [(0.89, "ask_cost"), (0.91, "seek_advice")])
def test_against_a_message_that_is_surely_one_question_it_must_be_surer_too(chance: float, intent: str) -> None:
    assert taken(read(BOTH, ("ask_cost", 0.96), how=ASK_COST, should=("seek_advice", chance)))[0] == intent


def test_what_the_message_as_a_whole_asks_is_answered_where_no_clause_is_sure() -> None:
    found = read("i take warfarin. should i stop it before?", ("ask_medications_blood_thinners", 0.8), should=ADVICE)
    assert taken(found) == ("seek_advice", ["ask_medications_blood_thinners"], [])
    assert taken(read("i am new. should i stop?", ("greet", 0.4), should=ADVICE)) == ("seek_advice", [], [])


def test_the_story_around_a_wish_is_no_question() -> None:
    text = "i lose hair. should i stop my warfarin before?"
    found = read(text, ("ask_hair_loss", 0.5), i=("ask_hair_loss", 0.99), should=ADVICE)
    assert taken(found) == ("seek_advice", [], [])


def test_a_question_beside_what_the_whole_message_asks_for_is_offered() -> None:
    assert taken(read(BOTH, ("seek_advice", 0.9), how=ASK_COST, should=ADVICE)) == ("seek_advice", [], ["ask_cost"])
    # Unless it is only another way to say the same: no clause asks for advice by itself.
    reworded = read("how much should i take? is it dear", ("seek_advice", 0.9), how=ASK_COST)
    assert taken(reworded) == ("seek_advice", [], [])
    unsure = read(BOTH, ("seek_advice", 0.9), how=("ask_cost", 0.85), should=ADVICE)
    assert taken(unsure) == ("seek_advice", [], [])


def test_a_person_goes_before_advice_and_advice_before_the_questionnaire() -> None:
    text = "should i stop warfarin? can someone ring me?"
    assert taken(read(text, ("seek_advice", 0.9), should=ADVICE, can=PERSON))[0] == "request_handoff"
    text = "can i have it? should i stop warfarin?"
    found = read(text, ("start_candidacy", 0.9), can=("start_candidacy", 0.9), should=ADVICE)
    assert taken(found) == ("seek_advice", [], ["start_candidacy"])


def test_a_whole_that_is_out_of_scope_or_unsure_hides_no_wish() -> None:
    text = "who won the cup? can someone ring me?"
    assert taken(read(text, ("out_of_scope", 0.9), who=("out_of_scope", 0.99), can=PERSON))[0] == "request_handoff"
    assert taken(read(text, ("out_of_scope", 0.9), who=("out_of_scope", 0.99)))[0] == "out_of_scope"
    found = read(BOTH, ("seek_advice", 0.4), how=ASK_COST, should=ADVICE)
    assert (taken(found), found["intent"]["confidence"]) == (("seek_advice", [], ["ask_cost"]), 0.98)


def test_nothing_goes_before_a_red_flag() -> None:
    assert taken(read(BOTH, ("red_flag", 0.6), how=ASK_COST, should=ADVICE)) == ("red_flag", [], [])


def test_questions_alone_are_read_as_before() -> None:
    text = "how much is it? does it hurt?"
    found = read(text, ("ask_cost", 0.8), how=ASK_COST, does=("ask_pain", 0.9))
    assert taken(found) == ("ask_cost", ["ask_cost", "ask_pain"], [])


@pytest.mark.parametrize(
    ("whole", "sure", "intent", "offered"),
    [
        (("ask_session_duration", 0.6), 0.99, "ask_cost", ["ask_session_duration"]),
        (("ask_session_duration", 0.6), 0.98, "ask_session_duration", []),
        (("greet", 0.8), 0.99, "greet", []),
        (("ask_cost", 0.6), 0.99, "ask_cost", []),
        (("out_of_scope", 0.4), 0.99, "ask_cost", []),
        (("ask_cellulite", 0.1), 0.99, "ask_cost", []),
    ],
)
def test_the_one_question_that_is_clear_is_answered_and_the_other_offered(
    whole: Guess, sure: float, intent: str, offered: list[str]
) -> None:
    found = read("how much is it? is a lunch break enough?", whole, how=("ask_cost", sure))
    assert taken(found) == (intent, ["ask_cost"], offered)
