"""Training lines that are read beside others."""

from __future__ import annotations

import pytest

from bot.nlu.company import SHARE, in_company

TEXTS = [f"is it {number} visits" for number in range(600)] + ["does it hurt"] * 600 + ["thank you"] * 300
INTENTS = ["ask_session_count"] * 600 + ["ask_pain"] * 600 + ["thank"] * 300


def test_each_line_is_read_alone_or_stands_where_it_is_said_to() -> None:
    for text, (read, place) in zip(TEXTS, in_company(TEXTS, INTENTS), strict=True):
        assert (read[slice(*place)] if place else read) == text
        assert (place is None) == (read == text)


def test_a_share_of_the_questions_stands_beside_one_of_another_intent_before_or_after() -> None:
    beside = [(read, place) for read, place in list(in_company(TEXTS, INTENTS))[:1200] if place]
    # Every second partner would be of the same intent: then the line stays alone.
    assert len(beside) == pytest.approx(1200 * SHARE / 2, rel=0.2)
    assert all(("visits" in read) and ("hurt" in read) for read, _ in beside)
    assert 0.35 < sum(place[0] == 0 for _, place in beside) / len(beside) < 0.65


def test_what_asks_nothing_stays_alone() -> None:
    assert [read for read, _ in in_company(TEXTS, INTENTS)][1200:] == TEXTS[1200:]


def test_it_is_the_same_each_time() -> None:
    assert list(in_company(TEXTS, INTENTS)) == list(in_company(TEXTS, INTENTS))


def test_nothing_to_read_is_no_error() -> None:
    assert list(in_company([], [])) == []
    assert list(in_company(["hello"], ["greet"])) == [("hello", None)]
