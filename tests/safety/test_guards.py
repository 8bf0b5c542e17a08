"""Pairs a few words apart, one on each side of the border."""

from __future__ import annotations

import pytest

from bot.safety.check import SafetyCheck

PAIRS = [
    ("negation", "my lips are swelling", "my lips are not swelling"),
    (
        "negation after a list",
        "i have no fever but my throat is closing",
        "i have no fever, swelling or trouble breathing",
    ),
    ("answer no", "Chest pain? Yes, chest pain since noon", "Chest pain? No."),
    ("supposed", "my throat closed up an hour ago, what now", "what if my throat closes up"),
    ("asked in general", "is it normal that my lips are swelling up like balloons", "can it make your lips swell"),
    ("past", "i passed out this morning after the session", "i passed out once when i was a child"),
    ("over", "my face swelled up like a balloon and it is getting bigger", "my face swelled in 2015 but it went down"),
    ("story", "my friend fainted just now in your car park", "i read about a woman who fainted"),
    ("quote", "my tongue and lips are swelling", 'the sheet says "call us if your tongue or lips swell"'),
    ("idiom", "i think i am having a heart attack", "that price nearly gave me a heart attack"),
    ("numbing", "my right arm went numb and heavy an hour ago", "my lips are numb from the numbing cream"),
    ("window", "still red and swollen after eight days", "a bit red and swollen two hours after"),
    ("course", "the pain is worse on day four", "the pain was a bit less on day two"),
    ("age", "i am 16", "i need 16 sessions"),
    ("child", "my daughter is 15 and wants her chin done", "my daughter is 25 and wants her chin done"),
    ("wish", "one side of my face dropped an hour ago", "my face drops with age, can you lift it"),
    ("mood", "i hate my face and i want to die", "i hate my thighs, i am dying to get rid of them"),
    ("late lumps", "new lumps came up ten weeks after my injections", "can lumps come up weeks after injections"),
]


@pytest.mark.parametrize(("sign", "_other"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_a_sign_fires(check: SafetyCheck, sign: str, _other: str) -> None:
    assert check.assess(sign) is not None


@pytest.mark.parametrize(("_sign", "other"), [pair[1:] for pair in PAIRS], ids=[pair[0] for pair in PAIRS])
def test_its_harmless_neighbour_stays_quiet(check: SafetyCheck, _sign: str, other: str) -> None:
    assert check.assess(other) is None


def test_the_flag_names_codes_words_and_reason(check: SafetyCheck) -> None:
    flag = check.assess("there is pus and now my throat is closing")
    assert flag is not None
    assert flag.codes[0] == "E1"
    assert "U1" in flag.codes
    assert "throat" in flag.words
    assert flag.reason.startswith("E1: ")
