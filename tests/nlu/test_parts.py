"""Which clauses count as questions of their own."""

from __future__ import annotations

import pytest

from bot.nlu.clauses import Clause
from bot.nlu.parts import SURE_SECOND, SURE_TAIL, Guess, Reading, named_alike, questions, several


def reading(intent: str, confidence: float, *, asks: bool = True, together: tuple[str, float] | None = None) -> Reading:
    both = Guess("both", *together) if together else None
    return Reading(Clause("words", asks), Guess("words", intent, confidence), with_before=both)


def asked(*readings: Reading) -> list[str]:
    return [guess.intent for guess in questions(readings)]


def test_sure_questions_count_in_their_order() -> None:
    assert asked(reading("ask_pain", 0.9), reading("ask_cost", 0.75)) == ["ask_pain", "ask_cost"]


def test_an_unsure_question_does_not_count() -> None:
    assert asked(reading("ask_pain", 0.9), reading("ask_cost", 0.2)) == ["ask_pain"]


def test_a_story_must_be_surer_than_a_question() -> None:
    assert asked(reading("ask_pain", 0.75, asks=False), reading("ask_cost", 0.75)) == ["ask_cost"]
    assert asked(reading("ask_pain", 0.96, asks=False), reading("ask_cost", 0.75)) == ["ask_pain", "ask_cost"]


def test_the_same_topic_counts_once() -> None:
    assert asked(reading("ask_pain", 0.9), reading("ask_cost", 0.9), reading("ask_pain", 0.9)) == [
        "ask_pain",
        "ask_cost",
    ]


def test_small_talk_is_no_question() -> None:
    assert asked(reading("greet", 1.0), reading("ask_bot", 1.0), reading("ask_more", 1.0)) == []


def test_a_vague_clause_is_read_with_the_story_before_it() -> None:
    story = reading("ask_pregnancy_breastfeeding", 0.75, asks=False)
    vague = reading("ask_results_duration", 0.5, together=("ask_pregnancy_breastfeeding", 0.97))
    assert asked(story, vague) == ["ask_pregnancy_breastfeeding"]


def test_a_clear_clause_is_read_alone() -> None:
    story = reading("ask_hair_loss", 0.97, asks=False)
    clear = reading("ask_session_count", 0.98, together=("ask_hair_loss", 0.99))
    assert asked(story, clear) == ["ask_hair_loss", "ask_session_count"]


def test_whether_it_helps_is_part_of_a_concern() -> None:
    story = reading("ask_cellulite", 0.99, asks=False)
    assert asked(story, reading("ask_benefits", 0.95, together=("ask_cellulite", 0.9))) == ["ask_cellulite"]
    assert asked(reading("ask_pain", 0.99), reading("ask_benefits", 0.95, together=("ask_pain", 0.9))) == [
        "ask_pain",
        "ask_benefits",
    ]


def enumeration(*pieces: tuple[str, float]) -> Reading:
    guesses = tuple(Guess(f"piece {place}", *piece) for place, piece in enumerate(pieces))
    return Reading(Clause("all", True, tuple(guess.text for guess in guesses)), Guess("all", "ask_pain", 0.75), guesses)


def test_an_enumeration_counts_when_every_piece_is_sure() -> None:
    assert asked(enumeration(("ask_cost", 0.9), ("ask_pain", 0.8))) == ["ask_cost", "ask_pain"]
    assert asked(enumeration(("ask_cost", 0.9), ("ask_pain", 0.3))) == ["ask_pain"]


def test_a_clause_may_end_with_a_question_of_a_few_words() -> None:
    assert asked(enumeration(("ask_benefits", 0.5), ("ask_cost", SURE_TAIL))) == ["ask_pain", "ask_cost"]
    assert asked(enumeration(("ask_benefits", 0.5), ("ask_cost", SURE_TAIL - 0.01))) == ["ask_pain"]
    # What stands first isn't its end, and a concern only says where.
    assert asked(enumeration(("ask_cost", 0.99), ("ask_benefits", 0.5))) == ["ask_pain"]
    assert asked(enumeration(("ask_benefits", 0.5), ("ask_hair_loss", 0.99))) == ["ask_pain"]


def test_a_question_at_the_end_is_not_lost_where_the_rest_is_part_of_a_concern() -> None:
    pieces = (Guess("would it help", "ask_benefits", 0.5), Guess("price", "ask_cost", 0.99))
    clause = Clause("would it help, and price", True, tuple(piece.text for piece in pieces))
    whole = Guess("both", "ask_cellulite", 0.8)
    asking = Reading(clause, Guess("would it help, and price", "ask_benefits", 0.9), pieces, whole)
    assert asked(reading("ask_cellulite", 0.99, asks=False), asking) == ["ask_cellulite", "ask_cost"]


def test_what_a_statement_ends_with_is_no_question() -> None:
    pieces = (Guess("I told her about it", "greet", 0.5), Guess("the price", "ask_cost", 0.99))
    clause = Clause("I told her about it and the price", False, tuple(piece.text for piece in pieces))
    assert asked(Reading(clause, Guess(clause.text, "greet", 0.5), pieces)) == []


def test_a_long_end_of_a_clause_is_a_thought_and_no_question() -> None:
    end = Guess("the price of it all together", "ask_cost", 0.99)
    pieces = (Guess("can you do something about it", "ask_benefits", 0.5), end)
    clause = Clause("all", True, tuple(piece.text for piece in pieces))
    assert asked(Reading(clause, Guess("all", "ask_pain", 0.75), pieces)) == ["ask_pain"]


def test_topics_named_alike_are_offered_when_not_all_pieces_are_sure() -> None:
    pieces = [("ask_pain", 0.9), ("ask_cost", 0.9), ("ask_pain", 0.8), ("ask_downtime", 0.85), ("ask_more", 0.4)]
    assert [guess.intent for guess in named_alike([enumeration(*pieces)])] == ["ask_pain", "ask_cost", "ask_downtime"]


def test_sure_pieces_few_topics_and_places_are_no_choice() -> None:
    sure = [("ask_pain", 0.9), ("ask_cost", 0.9), ("ask_downtime", 0.9)]
    assert named_alike([enumeration(*sure)]) == []
    assert named_alike([enumeration(*sure[:2], ("ask_more", 0.9))]) == []
    assert named_alike([enumeration(*sure[:2], ("ask_cellulite", 0.9), ("ask_hair_loss", 0.9))]) == []
    assert named_alike([reading("ask_pain", 0.9), reading("ask_cost", 0.9), reading("greet", 0.2)]) == []


def test_an_enumeration_of_places_is_one_question() -> None:
    assert asked(enumeration(("ask_pain", 0.9), ("ask_facial_rejuvenation", 0.9))) == ["ask_pain"]


def test_a_piece_that_asks_whether_it_helps_somewhere_is_a_question() -> None:
    pieces = Guess("can you mend dimpled thighs", "ask_cellulite", 0.97), Guess("price", "ask_cost", 0.99)
    message = Reading(Clause("all", True, tuple(piece.text for piece in pieces)), Guess("all", "ask_cost", 0.9), pieces)
    assert asked(message) == ["ask_cellulite", "ask_cost"]


def counted(whole: tuple[str, float], *readings: Reading) -> list[str]:
    return [guess.intent for guess in several(readings, Guess("whole", *whole))]


def test_a_message_that_is_surely_one_question_is_not_several() -> None:
    story, ask = reading("ask_hair_loss", 0.96, asks=False), reading("ask_session_count", 0.8)
    assert counted(("ask_session_count", 0.97), story, ask) == []
    assert counted(("ask_session_count", 0.9), story, ask) == ["ask_hair_loss", "ask_session_count"]


def test_two_sure_questions_stay_two_however_sure_the_whole_is() -> None:
    pain, cost = reading("ask_pain", 0.97), reading("ask_cost", SURE_SECOND)
    assert counted(("ask_pain", 0.99), pain, cost) == ["ask_pain", "ask_cost"]
    assert counted(("ask_pain", 0.99), pain, reading("ask_cost", SURE_SECOND - 0.01)) == []


def test_parts_that_all_contradict_a_sure_whole_are_one_thought() -> None:
    lasts, where = reading("ask_results_duration", 0.98), reading("ask_treatment_areas", 0.99)
    assert counted(("ask_how_it_works", 0.98), lasts, where) == []
    assert counted(("ask_how_it_works", 0.9), lasts, where) == ["ask_results_duration", "ask_treatment_areas"]


def test_a_message_that_is_surely_no_topic_says_nothing_about_its_parts() -> None:
    assert counted(("greet", 0.99), reading("ask_pain", 0.8), reading("ask_cost", 0.8)) == ["ask_pain", "ask_cost"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("would I be fine by then", ["ask_downtime"]),
        ("and since that is it any good", ["ask_downtime"]),
        ("then what would it cost", ["ask_downtime", "ask_results_onset"]),
    ],
)
def test_a_clause_that_points_back_is_read_with_the_statement_before_it(text: str, expected: list[str]) -> None:
    alone, both = Guess(text, "ask_results_onset", 0.94), Guess("both", "ask_downtime", 0.9)
    question = Reading(Clause(text, is_question=True), alone, with_before=both)
    assert asked(reading("ask_downtime", 0.95, asks=False), question) == expected
    assert asked(reading("ask_downtime", 0.95), question) == ["ask_downtime", "ask_results_onset"]
