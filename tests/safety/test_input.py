"""Bad input and noise must neither break the check nor hide a sign."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.check import SafetyCheck
from bot.safety.opinion import RANK
from bot.vocabulary import Level

SIGNS = {
    "my throat is closing": Level.EMERGENCY,
    "my lips are swelling and i can't breathe": Level.EMERGENCY,
    "the skin on my nose has gone black": Level.EMERGENCY,
    "chest pain since the injections": Level.EMERGENCY,
    "i want to kill myself": Level.CRISIS,
    "there is pus coming out of the injection site": Level.URGENT,
    "new lumps three months after my injections": Level.URGENT,
}
CHATTER = st.sampled_from(
    [
        "hi there, hope you are well.",
        "sorry to bother you.",
        "thanks so much!",
        "do you take cards?",
        "lol.",
        "🙏🙏",
        "ok.",
    ]
)
signs = st.sampled_from(sorted(SIGNS))
level_of = SIGNS.__getitem__


@pytest.fixture(scope="module", params=["plain signs", "with second opinion"])
def either(request: pytest.FixtureRequest, check: SafetyCheck, whole_check: SafetyCheck) -> SafetyCheck:
    return check if request.param == "plain signs" else whole_check


@pytest.mark.parametrize(
    "message",
    [
        "<p>my <b>thr</b>oat is<br/>closing</p>",
        "<!-- my throat is closing -->",
        "/my throat is closing",
        "my thr\u200boat is clo\u200bsing",
        "MY THROAT IS CLOSING!!!",
        "MyThroatIsClosingPleaseHelp",
        "m y  t h r o a t  i s  c l o s i n g",
        "my.throat.is.closing",
        "my_throat_is_closing",
        "мy thrоat is сlosing",
        "ｍｙ ｔｈｒｏａｔ ｉｓ ｃｌｏｓｉｎｇ",
        "my thröat is clósing",
        "my thr0at is cl0s1ng",
        "my throooaaaat is closiiing",
        "my &#116;hroat is closing",
        "ᴍʏ ᴛʜʀᴏᴀᴛ ɪs ᴄʟᴏsɪɴɢ",
        "my throat is ϹLΟSΙΝG",
        "ΜY ΤΗRΟΑΤ ΙS ϹLΟSΙΝG",
        "мy thrσat is closing",
    ],
)
def test_an_odd_spelling_hides_no_sign(either: SafetyCheck, message: str) -> None:
    flag = either.assess(message)
    assert flag is not None
    assert flag.level is Level.EMERGENCY


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("icantbreathe", Level.EMERGENCY),
        ("help icantbreathe", Level.EMERGENCY),
        ("mychesthurts", Level.EMERGENCY),
        ("IWANTTODIE", Level.CRISIS),
        ("killmyself", Level.CRISIS),
        ("i want to k*ll myself", Level.CRISIS),
    ],
)
def test_a_short_message_without_spaces_hides_no_sign(check: SafetyCheck, message: str, level: Level) -> None:
    flag = check.plain.assess(message)
    assert flag is not None
    assert flag.level is level


@pytest.mark.parametrize(
    "message", ["to get her", "found at i on", "together", "foundation", "dermatologist", "howmuch"]
)
def test_an_ordinary_word_is_no_sign(check: SafetyCheck, message: str) -> None:
    assert check.plain.assess(message) is None


@pytest.mark.parametrize("place", ["start", "middle", "end"])
def test_a_sign_among_five_thousand_words_is_found_in_good_time(either: SafetyCheck, place: str) -> None:
    filler = "the staff were nice and the room was warm and bright. " * 230
    before, after = {"start": ("", filler * 2), "middle": (filler, filler), "end": (filler * 2, "")}[place]
    started = time.process_time()
    flag = either.assess(f"{before} my throat is closing. {after}")
    assert flag is not None
    assert flag.level is Level.EMERGENCY
    assert time.process_time() - started < 2


@pytest.mark.parametrize("message", ["", " ", "\n\n", "?", "😀", "\x00\x01", "<", "\u202e\u200b", "1", "'", "...", "-"])
def test_a_message_without_words_raises_no_flag(either: SafetyCheck, message: str) -> None:
    assert either.assess(message) is None


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_breaks_the_check(either: SafetyCheck, message: str) -> None:
    either.assess(message, (message,))


@given(signs, CHATTER, CHATTER)
@settings(max_examples=60, deadline=None)
def test_chatter_around_a_sign_does_not_hide_it(either: SafetyCheck, sign: str, before: str, after: str) -> None:
    flag = either.assess(f"{before} {sign}. {after}")
    assert flag is not None
    assert RANK[flag.level] <= RANK[level_of(sign)]


@given(signs, st.data())
@settings(max_examples=80, deadline=None)
def test_casing_spaces_and_emoji_do_not_hide_a_sign(either: SafetyCheck, sign: str, data: st.DataObject) -> None:
    letters = [letter.upper() if data.draw(st.booleans()) else letter for letter in sign]
    gap = data.draw(st.sampled_from([" ", "  ", " \t", " 😭 ", "\u00a0", "\u200b "]))
    flag = either.assess("".join(letters).replace(" ", gap))
    assert flag is not None
    assert RANK[flag.level] <= RANK[level_of(sign)]


@given(signs, st.data())
@settings(max_examples=80, deadline=None)
def test_a_lookalike_letter_does_not_hide_a_sign(either: SafetyCheck, sign: str, data: st.DataObject) -> None:
    lookalikes = {"a": "а", "e": "е", "o": "о", "c": "с", "p": "р", "x": "х", "i": "і"}
    written = "".join(
        lookalikes[letter] if letter in lookalikes and data.draw(st.booleans()) else letter for letter in sign
    )
    flag = either.assess(written)
    assert flag is not None
    assert RANK[flag.level] <= RANK[level_of(sign)]


@given(st.sampled_from(["throat", "swelling", "breathe", "closing", "injection"]), st.data())
@settings(max_examples=60, deadline=None)
def test_two_neighbouring_letters_swapped_do_not_hide_a_sign(
    either: SafetyCheck, word: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(word) - 3))
    slip = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    sign = "my throat is swelling and closing and i can't breathe since the injection".replace(word, slip)
    flag = either.assess(sign)
    assert flag is not None
    assert flag.level is Level.EMERGENCY


def test_a_hundred_words_take_less_than_five_milliseconds(check: SafetyCheck) -> None:
    message = " ".join(["i had the injections in my cheeks on monday and they were lovely but a bit sore"] * 6)
    took = []
    for _ in range(21):
        started = time.process_time()
        check.assess(message)
        took.append(time.process_time() - started)
    assert sorted(took)[10] < 0.005
