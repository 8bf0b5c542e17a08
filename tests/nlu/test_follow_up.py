"""What a short message means after an answer."""

from __future__ import annotations

import pytest

from bot.nlu.follow_up import Meaning, Named, meaning
from bot.types import Button, Envelope
from bot.vocabulary import ANYWHERE, Kind

HAIR = "hair"


def answer(topic: str) -> Envelope:
    return Envelope(Kind.ANSWER, "words", topics=(topic,), card_ids=(f"{topic}.general",))


def named(text: str, word: str = HAIR) -> list[Named]:
    start = text.find(word)
    return [Named(HAIR, start, start + len(word))] if start >= 0 else []


@pytest.mark.parametrize(
    "text", ["and for hair?", "what about hair", "How about on my hair then", "is it the same for hair", "hair too?"]
)
def test_another_area_asks_the_same_again(text: str) -> None:
    assert meaning(text, named(text), [answer("pain")]) == Meaning(("ask_pain",), area=HAIR)


def test_another_area_asks_all_questions_of_the_last_turn() -> None:
    text = "and for hair?"
    found = meaning(text, named(text), [answer("pain"), answer("cost")])
    assert found == Meaning(("ask_pain", "ask_cost"), area=HAIR)


@pytest.mark.parametrize("text", ["in general?", "and overall", "no particular area"])
def test_who_asks_in_general_again_names_no_area(text: str) -> None:
    assert meaning(text, [], [answer("pain")]) == Meaning(("ask_pain",), area=ANYWHERE)


@pytest.mark.parametrize(
    "text",
    ["hair", "what about the price for hair", "does it hurt on hair", "and can i wash my hair", "and for them", "and"],
)
def test_a_message_with_a_question_of_its_own_is_no_follow_up(text: str) -> None:
    assert meaning(text, named(text), [answer("pain")]) is None


def test_after_an_answer_about_one_concern_another_area_is_a_new_question() -> None:
    text = "and for hair?"
    assert meaning(text, named(text), [answer("cellulite")]) is None


@pytest.mark.parametrize("text", ["why?", "but why", "how come", "are you sure?", "why is that", "Really??"])
def test_why_asks_for_more_of_the_last_answer(text: str) -> None:
    assert meaning(text, [], [answer("pain"), answer("cost")]) == Meaning(("ask_more",), card="cost.general")


@pytest.mark.parametrize("text", ["why does it hurt more on the lips", "why not botox", "really bad pain"])
def test_a_longer_why_is_a_question_of_its_own(text: str) -> None:
    assert meaning(text, [], [answer("pain")]) is None


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("what about the second one", "cost.general"),
        ("tell me more about the first", "pain.general"),
        ("the last one please", "cost.general"),
        ("and the other one?", "cost.general"),
    ],
)
def test_a_place_names_one_of_several_answers(text: str, card: str) -> None:
    assert meaning(text, [], [answer("pain"), answer("cost")]) == Meaning(("ask_more",), card=card)


def test_a_place_names_one_of_the_topics_offered() -> None:
    offered = ("/ask_pain", "/ask_cost", "/request_handoff")
    clarify = Envelope(Kind.CLARIFY, "words", buttons=tuple(Button("title", payload=one) for one in offered))
    assert meaning("the second one", [], [clarify]) == Meaning(("ask_cost",))
    assert meaning("the third one", [], [clarify]) is None


@pytest.mark.parametrize("text", ["and for hair?", "why?", "the second one"])
def test_without_an_answer_before_it_nothing_is_a_follow_up(text: str) -> None:
    assert meaning(text, named(text), []) is None
