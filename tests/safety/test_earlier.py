"""Signs that come in pieces, over two or three messages."""

from __future__ import annotations

import pytest

from bot.safety.check import SafetyCheck
from bot.vocabulary import Level


@pytest.mark.parametrize(
    ("earlier", "text", "level"),
    [
        (("my lips feel weird", "since the injections"), "they are swelling so much now", Level.EMERGENCY),
        (("there are some lumps on my belly",), "the injections were three months ago", Level.URGENT),
        (("covered in hives",), "and now i feel faint and i am being sick", Level.EMERGENCY),
        (("how much for thighs",), "i am 15 by the way", Level.MINOR),
    ],
)
def test_pieces_make_a_sign(check: SafetyCheck, earlier: tuple[str, ...], text: str, level: Level) -> None:
    flag = check.assess(text, earlier)
    assert flag is not None
    assert flag.level is level


@pytest.mark.parametrize(
    ("earlier", "text"),
    [
        (("my throat is closing",), "do you take visa"),
        (("i want to die",), "what time do you open"),
        (("the spot is full of pus", "and it smells"), "thank you"),
        (("im 16",), "ok bye"),
        (("can it make your lips swell",), "and how much is it"),
    ],
)
def test_an_earlier_sign_does_not_fire_again_by_itself(check: SafetyCheck, earlier: tuple[str, ...], text: str) -> None:
    assert check.assess(text, earlier) is None


def test_only_the_last_three_messages_count(check: SafetyCheck) -> None:
    text = "the injections were three months ago"
    assert check.assess(text, ("there are some lumps on my belly", "a", "b")) is not None
    assert check.assess(text, ("there are some lumps on my belly", "a", "b", "c")) is None
