"""Emoji instead of words are read as words, but only those that leave no doubt."""

from __future__ import annotations

import pytest

from bot.emoji import spoken


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("👋", "hello"),
        ("👍🏽", "yes ok"),
        ("❤️", "thank you"),
        ("❤\ufe0e", "thank you"),
        ("🤦🏽\u200d♂️", "you are useless"),
        ("👎", "no"),
        ("👋 😊", "hello, thank you"),
        ("🙏🙏🙏", "thank you"),
        ("🤖??", "are you a robot"),
        ("😂😂 !", "haha"),
    ],
)
def test_signs_alone_are_read_as_what_they_say(written: str, read: str) -> None:
    assert spoken(written) == read


@pytest.mark.parametrize(
    "written",
    ["", " ", "???", "👍 how much", "does it hurt 😊", "😭", "👍😭", "💊", "5", "🤷‍♀️", "🙏🥹", "👨‍👩‍👧", "🙂🪫", "♀"],
)
def test_all_else_stays_as_it_was_written(written: str) -> None:
    assert spoken(written) == written
