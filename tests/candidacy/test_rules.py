"""The table of clinical.md, section 5, row by row. Written from that page, not from the protocol's files."""

from __future__ import annotations

import pytest

from bot.candidacy.engine import assess
from bot.candidacy.model import Protocol
from bot.vocabulary import Outcome
from tests.candidacy.visit import clear_answers

URGENT, UNDER, NOT_NOW, REVIEW, CLEAR = Outcome
U, P, S = ("not_sure",), ("prefer_not",), ("skipped",)
Y, N = ("yes",), ("no",)

Row = tuple[str, dict[str, tuple[str, ...]], Outcome]
ROWS: list[Row] = [
    ("Q1", {"signs_now": Y}, URGENT),
    ("Q1", {"signs_now": U}, URGENT),
    ("Q2", {"recent_shots": Y}, URGENT),
    ("Q2", {"recent_shots": U}, URGENT),
    ("Q2", {"recent_shots": P}, REVIEW),
    ("Q3", {"adult": N}, UNDER),
    ("Q3", {"adult": P}, UNDER),
    ("Q3", {"adult": U}, UNDER),
    ("Q3", {"adult": S}, UNDER),
    ("Q4", {"pregnancy": Y}, NOT_NOW),
    ("Q4", {"pregnancy": U}, NOT_NOW),
    ("Q4", {"pregnancy": P}, REVIEW),
    ("Q4", {"pregnancy": ("not_for_me",)}, CLEAR),
    ("Q4", {"trying": Y}, REVIEW),
    ("Q4", {"trying": U}, REVIEW),
    ("Q5", {"breastfeeding": Y}, NOT_NOW),
    ("Q5", {"breastfeeding": U}, REVIEW),
    ("Q6", {"goal": ("skin",)}, CLEAR),
    ("Q6", {"goal": ("fat",)}, REVIEW),
    ("Q6", {"goal": ("cellulite",)}, REVIEW),
    ("Q6", {"goal": ("lighten",)}, REVIEW),
    ("Q6", {"goal": ("pain",)}, REVIEW),
    ("Q6", {"goal": ("lose_weight",)}, NOT_NOW),
    ("Q6", {"goal": ("skin", "lose_weight")}, NOT_NOW),
    ("Q6", {"goal": U}, REVIEW),
    ("Q6", {"goal": ("hair",), "cause": Y}, CLEAR),
    ("Q6", {"goal": ("hair",), "cause": N}, REVIEW),
    ("Q6", {"goal": ("scars",), "cause": N}, REVIEW),
    ("Q6", {"goal": ("scars",), "cause": U}, REVIEW),
    ("Q6", {"near_eye": Y}, REVIEW),
    ("Q6", {"near_eye": U}, REVIEW),
    ("Q7", {"skin_today": ("infection",)}, NOT_NOW),
    ("Q7", {"skin_today": ("cold_sore",)}, NOT_NOW),
    ("Q7", {"skin_today": ("bad_acne",)}, NOT_NOW),
    ("Q7", {"skin_today": ("cut",)}, NOT_NOW),
    ("Q7", {"skin_today": ("rash",)}, NOT_NOW),
    ("Q7", {"skin_today": ("sunburn",)}, NOT_NOW),
    ("Q7", {"skin_today": ("disease",), "skin_disease_state": ("active",)}, NOT_NOW),
    ("Q7", {"skin_today": ("disease",), "skin_disease_state": ("quiet",)}, REVIEW),
    ("Q7", {"skin_today": ("disease",), "skin_disease_state": U}, NOT_NOW),
    ("Q7", {"skin_today": U}, NOT_NOW),
    ("Q7", {"skin_today": P}, REVIEW),
    ("Q8", {"ill_today": Y}, NOT_NOW),
    ("Q8", {"ill_today": U}, REVIEW),
    ("Q8", {"ill_today": Y, "skin_today": ("infection",)}, URGENT),
    ("Q9", {"allergies": ("ingredient",)}, NOT_NOW),
    ("Q9", {"allergies": ("severe",)}, NOT_NOW),
    ("Q9", {"allergies": ("other",)}, REVIEW),
    ("Q9", {"allergies": U}, NOT_NOW),
    ("Q9", {"allergies": P}, REVIEW),
    ("Q10", {"bleeding": ("disease",)}, NOT_NOW),
    ("Q10", {"bleeding": ("easy",)}, REVIEW),
    ("Q10", {"bleeding": U}, REVIEW),
    ("Q11", {"blood_thinner": ("thinner",)}, NOT_NOW),
    ("Q11", {"blood_thinner": U}, NOT_NOW),
    ("Q11", {"blood_thinner": P}, REVIEW),
    ("Q11", {"blood_thinner": ("other_pills",)}, REVIEW),
    ("Q12", {"diabetes": Y}, NOT_NOW),
    ("Q13", {"heart": Y}, NOT_NOW),
    ("Q14", {"liver_kidney": Y}, NOT_NOW),
    ("Q15", {"cancer": Y}, NOT_NOW),
    ("Q15", {"cancer_before": Y}, REVIEW),
    ("Q16", {"immunity": Y}, NOT_NOW),
    ("Q17", {"autoimmune": Y}, REVIEW),
    ("Q18", {"keloids": Y}, NOT_NOW),
    ("Q18", {"keloids": U}, REVIEW),
    ("Q19", {"other_medicines": Y}, REVIEW),
    ("Q20", {"past_reactions": ("reaction",)}, REVIEW),
    ("Q20", {"past_reactions": ("fainted",)}, REVIEW),
    ("Q20", {"past_reactions": ("recent",)}, REVIEW),
    ("Q21", {"other_illness": Y}, REVIEW),
    ("Q22", {"expectation": ("small",)}, CLEAR),
    ("Q22", {"expectation": ("big",)}, REVIEW),
    ("Q22", {"expectation": ("all_fat",)}, REVIEW),
    ("Q22", {"expectation": ("photo",)}, REVIEW),
    ("Q22", {"expectation": ("life",)}, REVIEW),
    ("Q22", {"expectation": U}, REVIEW),
    ("Q23", {"own_choice": N}, REVIEW),
    ("Q23", {"own_choice": U}, REVIEW),
    ("Q24", {"feel_hours": Y}, CLEAR),
    ("Q24", {"feel_stops": Y}, CLEAR),
    ("Q24", {"feel_hours": Y, "feel_stops": Y}, REVIEW),
    ("Q24", {"feel_no_better": Y}, REVIEW),
    ("Q24", {"feel_hours": S, "feel_stops": S, "feel_no_better": S}, CLEAR),
    ("Q25", {"provider": ("licensed",)}, CLEAR),
    ("Q25", {"provider": ("unknown",)}, CLEAR),
    ("Q25", {"provider": U}, CLEAR),
    ("Q25", {"provider": ("home",)}, NOT_NOW),
]
OPTIONAL = {"consent", "feel_hours", "feel_stops", "feel_no_better"}


@pytest.mark.parametrize(("row", "changed", "outcome"), ROWS, ids=[f"{n}-{c}" for n, c, _ in ROWS])
def test_a_row_of_the_table(
    protocol: Protocol, row: str, changed: dict[str, tuple[str, ...]], outcome: Outcome
) -> None:
    found = assess(protocol, clear_answers(protocol, **changed))
    assert found.outcome is outcome
    if outcome is not CLEAR:
        caused = {name for cause in found.deciding for name, _ in cause.answers}
        assert caused <= set(changed), "something else decided"
        assert {protocol.question(name).number.rstrip("abc") for name in caused} & {row}


def test_the_table_speaks_of_every_answer_of_every_question(protocol: Protocol) -> None:
    told = {(name, answer) for _, changed, _ in ROWS for name, given in changed.items() for answer in given}
    every = {(q.id, one.id) for q in protocol.questions[1:] for one in q.answers if one.id not in q.clear}
    assert every - told == set()


def test_all_clear_answers_find_no_barrier(protocol: Protocol) -> None:
    found = assess(protocol, clear_answers(protocol))
    assert (found.outcome, found.causes) == (CLEAR, ())


@pytest.mark.parametrize("answer", ["not_sure", "prefer_not", "skipped", "unanswered"])
def test_an_open_question_is_at_least_for_a_clinician(protocol: Protocol, answer: str) -> None:
    clear = clear_answers(protocol)
    for question in protocol.questions:
        if question.id in OPTIONAL or answer in question.clear or question.id not in clear:
            continue
        found = assess(protocol, {**clear, question.id: (answer,)})
        assert found.outcome.rank <= REVIEW.rank, question.id


def test_sources_of_the_page_are_named(protocol: Protocol) -> None:
    """Every rule that clinical.md gives a source for names one; three rows rest on general care alone."""
    without = {rule.id for rule in protocol.rules if not rule.sources}
    assert without == set()


def test_the_order_is_that_of_the_page(protocol: Protocol) -> None:
    places = {question.id: place for place, question in enumerate(protocol.questions)}
    order = ["consent", "signs_now", "recent_shots", "adult", "pregnancy", "goal", "skin_today", "allergies"]
    order += ["bleeding", "diabetes", "expectation", "feel_hours", "provider"]
    assert [places[name] for name in order] == sorted(places[name] for name in order)
