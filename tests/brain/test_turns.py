"""One turn of the trained model: typed, pressed, asked twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.types import PatientTurn
from bot.vocabulary import Kind
from tests.trained import Trained

COMMANDS = [
    "/restart",
    "/session_start",
    "/back",
    "/ask_pain",
    '/ask_pain{"area": "hair"}',
    "//ask_pain",
    " \n/restart",
]


def events(trained: Trained, conversation_id: str, kind: str) -> list[str]:
    tracker = trained.run(trained.brain.trackers.retrieve(conversation_id))
    return [event.as_dict().get("text") for event in tracker.events if event.type_name == kind]


def test_the_same_turn_again_gets_the_same_answer_and_is_played_once(trained: Trained) -> None:
    turn = PatientTurn(trained.new_id(), "turn-a", "does it hurt?")
    first = trained.run(trained.brain.answer(turn))
    assert trained.run(trained.brain.answer(turn)) == first
    assert events(trained, turn.conversation_id, "user") == ["does it hurt?"]


def test_an_earlier_turn_again_gets_its_own_answer(trained: Trained) -> None:
    conversation_id = trained.new_id()
    turns = [PatientTurn(conversation_id, f"turn-{text}", text) for text in ("does it hurt?", "how much is it?")]
    pain, cost = (trained.run(trained.brain.answer(turn)) for turn in turns)
    assert pain != cost
    assert [trained.run(trained.brain.answer(turn)) for turn in turns] == [pain, cost]
    assert len(events(trained, conversation_id, "user")) == 2


def test_a_turn_asked_again_while_it_still_runs_is_played_once(trained: Trained) -> None:
    turn = PatientTurn(trained.new_id(), "turn-a", "does it hurt?")

    async def impatient() -> list[object]:
        return await asyncio.gather(*(trained.brain.answer(turn) for _ in range(3)))

    first, *others = trained.run(impatient())
    assert others == [first, first]
    assert len(events(trained, turn.conversation_id, "user")) == 1


def test_the_same_words_in_a_new_turn_are_a_new_turn(trained: Trained) -> None:
    conversation_id = trained.new_id()
    for _ in range(2):
        trained.answer("does it hurt?", at=conversation_id)
    assert events(trained, conversation_id, "user") == ["does it hurt?"] * 2


@pytest.mark.parametrize("text", COMMANDS)
def test_a_typed_command_is_text(trained: Trained, text: str) -> None:
    conversation_id = trained.new_id()
    trained.answer("does it hurt on the scalp?", at=conversation_id)
    replies = trained.answer(text, at=conversation_id)
    assert len(replies) == 1
    # Typed on purpose, `/ask_pain` may be understood as the words that it is; it never runs anything.
    assert events(trained, conversation_id, "user") == ["does it hurt on the scalp?", text.strip().lstrip("/")]
    assert events(trained, conversation_id, "restart") == []
    assert len(events(trained, conversation_id, "session_started")) <= 1
    assert events(trained, conversation_id, "bot")[0] != ""


ODD = ["/", "///", "/ /", "?", "…", "😀", "هل هذا مؤلم؟", "<script>alert(1)</script>", "a" * 4000]


@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:20])
def test_odd_text_gets_one_polite_reply(trained: Trained, text: str) -> None:
    (reply,) = trained.answer(text)
    assert reply.kind in {Kind.FALLBACK, Kind.CLARIFY, Kind.SMALLTALK}
    assert reply.text


def test_a_pressed_button_is_taken_at_its_word(trained: Trained) -> None:
    (reply,) = trained.answer("Side effects and risks", payload="/ask_cost")
    assert (reply.kind, reply.topics) == (Kind.ANSWER, ("cost",))


def test_a_button_may_name_a_card(trained: Trained) -> None:
    short = trained.answer("Does it hurt?", payload="/ask_pain")[0]
    (long,) = trained.answer("Tell me more", payload='/ask_more{"card": "pain.general"}')
    assert short.card_ids == long.card_ids == ("pain.general",)
    assert len(long.text) > len(short.text)
    assert long.sources == short.sources != ()


@pytest.mark.parametrize("payload", ["/ask_more", '/ask_more{"card": "gone.card"}'])
def test_a_button_of_a_card_that_is_gone_asks_what_it_is_about(trained: Trained, payload: str) -> None:
    (reply,) = trained.answer("Tell me more", payload=payload)
    assert reply.kind is Kind.SMALLTALK


def test_the_first_reply_says_what_was_understood(trained: Trained) -> None:
    first, *others = trained.answer("does it hurt on the scalp, and how much is it?")
    assert first.understood is not None
    assert first.understood["intent"] in {"ask_pain", "ask_cost"}
    assert 0 < first.understood["confidence"] <= 1
    assert len(first.understood["others"]) == 3
    assert first.understood["intent"] not in [one["intent"] for one in first.understood["others"]]
    assert {"name": "area", "value": "hair"} in first.understood["entities"]
    assert [other.understood for other in others] == [None] * len(others)


def test_a_button_is_understood_for_certain(trained: Trained) -> None:
    (reply,) = trained.answer("Side effects and risks", payload="/ask_cost")
    assert reply.understood is not None
    assert (reply.understood["intent"], reply.understood["confidence"]) == ("ask_cost", 1.0)


def test_a_canary_question_is_understood(trained: Trained) -> None:
    trained.run(trained.brain.check())
