"""Telling that a writer is grown."""

from __future__ import annotations

import pytest

from bot.safety.ages import says_grown


@pytest.mark.parametrize(
    "message",
    [
        "im 18 can i book",
        "i am 45",
        "34 yo and tired of my chin",
        "a woman of 52 years old",
        "turned 60 in may",
        "age 29",
    ],
)
def test_an_age_of_eighteen_or_more_is_a_grown_one(message: str) -> None:
    assert says_grown(message.split())


@pytest.mark.parametrize(
    "message",
    [
        "im 17",
        "im 18 next week",
        "not 18 yet",
        "turning 18 in june",
        "im 44 and my daughter of 15 wants it",
        "it costs 45",
        "45 sessions",
        "",
    ],
)
def test_other_numbers_and_younger_ones_are_not(message: str) -> None:
    assert not says_grown(message.split())
