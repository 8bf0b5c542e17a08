"""Where the stretches of a message stand in it, as it is read."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.places import places_in
from bot.nlu.question_splitter import STRETCH, QuestionSplitter
from bot.nlu.spelling_corrector import CORRECTED


def read(text: str, corrected: dict[str, str] | None = None) -> list[tuple[str, str | None]]:
    """Each stretch of `text`, and what stands at its place; None for one without a place."""
    whole, *stretches = QuestionSplitter().process([Message({TEXT: text})])
    for message in (whole, *stretches):
        if mended := (corrected or {}).get(message.get(TEXT)):
            message.set(CORRECTED, mended)
    stands_in = (corrected or {}).get(text, text)
    places = places_in(whole, stretches)
    return [
        (stretch.get(STRETCH), stands_in[slice(*place)] if place else None)
        for stretch, place in zip(stretches, places, strict=True)
    ]


def test_each_clause_stands_where_it_was_written() -> None:
    assert read("does it hurt? how much is it") == [("does it hurt?", "does it hurt?"), ("how much is it",) * 2]


def test_a_pair_of_clauses_stands_from_the_first_to_the_last() -> None:
    found = dict(read("does it hurt? how much is it? where are you?"))
    assert found["does it hurt?, how much is it?"] == "does it hurt? how much is it?"
    assert found["how much is it?, where are you?"] == "how much is it? where are you?"


def test_pieces_of_an_enumeration_stand_in_their_clause() -> None:
    assert ("downtime", "downtime") in read("price, downtime and pain")


def test_the_place_is_in_the_mended_text() -> None:
    mended = {
        "dose it hurt? how mcuh is it": "does it hurt? how much is it",
        "dose it hurt?": "does it hurt?",
        "how mcuh is it": "how much is it",
    }
    assert read("dose it hurt? how mcuh is it", mended) == [
        ("dose it hurt?", "does it hurt?"),
        ("how mcuh is it", "how much is it"),
    ]


def test_one_that_was_mended_otherwise_alone_has_no_place_and_no_pair_of_it_has() -> None:
    text = "does it hurt? how much is it? where are you?"
    found = dict(read(text, {"how much is it?": "how munch is it?"}))
    assert [name for name, place in found.items() if place is None] == [
        "how much is it?",
        "does it hurt?, how much is it?",
        "how much is it?, where are you?",
    ]


def places(text: str) -> dict[str, tuple[int, int] | None]:
    whole, *stretches = QuestionSplitter().process([Message({TEXT: text})])
    return dict(zip([one.get(STRETCH) for one in stretches], places_in(whole, stretches), strict=True))


@pytest.mark.parametrize(
    ("text", "stretch", "place"),
    [
        ("is it safe for my skin? is it safe", "is it safe", (24, 34)),
        ("how long does it take? and how long", "how long", (27, 35)),
        ("painkillers, pain and price", "pain", (13, 17)),
        ("results, result and price", "result", (9, 15)),
        ("is it safe?is it dear", "is it dear", (11, 21)),
        # Said twice: it stands where it is said first, and each pair where its own clauses stand.
        ("is it safe? does it hurt? is it safe? what is the cost", "is it safe?", (0, 11)),
        ("is it safe? does it hurt? is it safe? what is the cost", "does it hurt?, is it safe?", (12, 37)),
        ("is it safe? does it hurt? is it safe? what is the cost", "is it safe?, what is the cost", (26, 54)),
    ],
)
def test_what_is_said_again_or_within_a_word_is_found_where_it_belongs(
    text: str, stretch: str, place: tuple[int, int]
) -> None:
    assert places(text)[stretch] == place
