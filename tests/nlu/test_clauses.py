"""Where a message is parted, by its words alone."""

from __future__ import annotations

import pytest

from bot.nlu.clauses import MOST_CLAUSES, clauses


@pytest.mark.parametrize(
    ("text", "parted"),
    [
        ("how many goes and what does each cost", ["how many goes", "what does each cost"]),
        ("Is it sore? How long is it?", ["Is it sore?", "How long is it?"]),
        ("how long does it take how much is it", ["how long does it take", "how much is it"]),
        ("how long is the visit whats the price", ["how long is the visit", "whats the price"]),
        (
            "I'd like to know what it costs and if I can go to work",
            ["I'd like to know what it costs", "if I can go to work"],
        ),
        ("what's in it, I'm allergic to soy so is that ok", ["what's in it", "I'm allergic to soy", "is that ok"]),
        ("is it painful and does Medicare pay", ["is it painful", "does Medicare pay"]),
        (
            "do you take people over seventy, and I take a thinner",
            ["do you take people over seventy", "I take a thinner"],
        ),
        ("does it last\nany side effects", ["does it last", "any side effects"]),
        ("does it help & if so how long does it stay", ["does it help", "how long does it stay"]),
        # Nothing but the order of the words says that a second question begins.
        ("is the room cold do i bring a jumper", ["is the room cold", "do i bring a jumper"]),
        ("what is it is it new", ["what is it", "is it new"]),
        ("is it safe, and at what age do people begin", ["is it safe", "at what age do people begin"]),
        ("can you see the scar and roughly how many visits", ["can you see the scar", "roughly how many visits"]),
    ],
)
def test_each_question_is_a_clause(text: str, parted: list[str]) -> None:
    assert [clause.text for clause in clauses(text)] == parted


@pytest.mark.parametrize(
    "text",
    [
        "does it hurt",
        "I don't know how much it is",
        "can you tell me what it costs",
        "no idea what to expect from it",
        "my sister asked me when it would wear off",
        "is it sore or what",
        "does it hurt on the face and the neck",
        "how many visits do i need",
        "do you know how many visits do i need",
        "what kind of needle do you use",
        "at what age can people start",
        "can you do it for less",
        "how do i do it",
        "is there anything i should do the day before",
        "will it help if i do it every week",
        "is it true the side effects are the same",
        "it is safe, from what i read",
    ],
)
def test_one_question_stays_whole(text: str) -> None:
    assert [clause.text for clause in clauses(text)] == [text]


def test_a_story_is_told_from_a_question() -> None:
    found = clauses("I've had three kids and my tummy is a mess. Does it work on loose skin?")
    assert [clause.is_question for clause in found] == [False, True]


def test_a_question_may_be_about_anything() -> None:
    found = clauses("is the clinic clean and are steroids a problem")
    assert [clause.is_question for clause in found] == [True, True]


@pytest.mark.parametrize(
    "text", ["do not call me", "is for my mother", "would love to come", "from what i read it hurts"]
)
def test_a_verb_in_front_makes_no_question_by_itself(text: str) -> None:
    assert [clause.is_question for clause in clauses(text)] == [False]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("price, downtime and side effects?", ("price", "downtime", "side effects")),
        ("what are the risks and the price", ("what are the risks", "price")),
        ("does it tighten the neck also price", ("does it tighten the neck", "price")),
        ("can i also bring my child", ()),
        ("is it also for men", ()),
        ("it is for my mother who is old, she has a heart thing since last year", ()),
        ("does it hurt", ()),
    ],
)
def test_an_enumeration_has_pieces(text: str, pieces: tuple[str, ...]) -> None:
    assert clauses(text)[0].pieces == pieces


@pytest.mark.parametrize("text", ["", " ", "?!", "...", "😀 😀", "\n\n", "a? b? c?"])
def test_what_holds_no_words_has_no_clause(text: str) -> None:
    assert clauses(text) == []


def test_a_letter_is_read_up_to_a_limit() -> None:
    assert len(clauses("does it hurt? " * 50)) == MOST_CLAUSES


def test_endless_text_is_parted_in_no_time() -> None:
    assert len(clauses("and how " * 2000)) <= MOST_CLAUSES
    assert len(clauses("a, " * 5000)) <= MOST_CLAUSES


def test_a_word_of_manner_is_no_piece_of_an_enumeration() -> None:
    (clause,) = clauses("how bad is the pain, honestly")
    assert clause.pieces == ()
    (several,) = clauses("pain, price and downtime, please")
    assert several.pieces == ("pain", "price", "downtime")
