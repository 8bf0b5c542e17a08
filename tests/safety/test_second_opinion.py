"""What the second opinion adds to the plain signs, and where it must keep out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bot.encoder.sentence import load_encoder, load_large_encoder
from bot.perceptron.network import Floats, Perceptron
from bot.safety.check import SafetyCheck, load_safety
from bot.safety.clues import LEVELS, NONE, Meaning
from bot.safety.opinion import HIDDEN, Opinion, SecondOpinion, load_weights, windows
from bot.settings import ROOT
from bot.types import Flag
from bot.vocabulary import Level
from bot.wiring import content, versions


@pytest.mark.parametrize(
    ("message", "level"),
    [
        ("My skin turned white after the injection and is very painful", Level.EMERGENCY),
        ("He is having a fit after the numbing cream", Level.EMERGENCY),
        ("there is something sour and yellow leaking where she put the needle, day 5", Level.URGENT),
    ],
)
def test_what_no_plain_sign_names_is_found(whole_check: SafetyCheck, message: str, level: Level) -> None:
    flag = whole_check.assess(message)
    assert flag is not None
    assert flag.level is level
    assert flag.codes
    assert flag.reason.startswith(flag.codes[0])


@pytest.mark.parametrize(
    "message",
    [
        "how much is it",
        "does it hurt",
        "I'd rather not say",
        "thanks, see you on Monday",
        "I don't want to go back to the bot",
        "i dont want u to have my data anymore",
        "I had injections in my face yesterday",
        "skin, and I'm in my second trimester",
        "Forty years of shifts, a husband buried in May, and my neck looks like a plucked hen. What do you charge?",
    ],
)
def test_ordinary_words_stay_quiet(whole_check: SafetyCheck, message: str) -> None:
    assert whole_check.assess(message) is None


@pytest.mark.parametrize("number", ["9", "12", "16", "17", " 15 ", "16, 17", "+16"])
@pytest.mark.parametrize("asked", ["", "Which phone number should we call? Please type it here."])
def test_a_number_alone_is_no_age(number: str, asked: str, whole_check: SafetyCheck) -> None:
    assert whole_check.assess(number, ["hi", "I want to talk to a person", "By phone"], asked) is None
    assert whole_check.assess(number, ["how much is it?"], asked) is None


@pytest.mark.parametrize(
    ("earlier", "asked"),
    [
        ([], "Are you 18 or older?"),
        ([], "How old are you?"),
        (["can I have it at my age"], ""),
        (["is there an age limit", "ok"], "I can't say that."),
    ],
)
@pytest.mark.parametrize("number", ["15", "16", "17"])
def test_a_number_alone_is_an_age_where_ages_are_spoken_of(
    number: str, earlier: list[str], asked: str, whole_check: SafetyCheck
) -> None:
    flag = whole_check.assess(number, earlier, asked)
    assert flag is not None
    assert flag.level is Level.MINOR


@pytest.mark.parametrize("message", ["I'm 12", "im 16", "16 years old", "16 yo", "i am 17 can i book"])
def test_a_number_with_words_stays_an_age(message: str, whole_check: SafetyCheck) -> None:
    flag = whole_check.assess(message)
    assert flag is not None
    assert flag.level is Level.MINOR


def test_no_button_of_the_bot_is_taken_for_a_sign(whole_check: SafetyCheck) -> None:
    protocol = versions().current
    answers = [protocol.title(question, (answer.id,)) for question in protocol.questions for answer in question.answers]
    titles = [*answers, *(card.title for card in content().library.cards.values())]
    assert len(titles) > 200
    assert [title for title in titles if whole_check.plain.assess(title)] == []


def test_a_sign_hidden_in_a_long_message_is_read_in_parts() -> None:
    words = [f"word{place}" for place in range(100)]
    parts = windows(words)
    assert parts[0] == " ".join(words)
    assert all(any(word in part.split() for part in parts[1:]) for word in words)


def test_a_failing_encoder_leaves_the_plain_signs(caplog: pytest.LogCaptureFixture) -> None:
    def broken(texts: object) -> Floats:
        raise RuntimeError("no encoder")

    check = load_safety(ROOT / "knowledge", SecondOpinion(broken, broken, load_weights()))
    with caplog.at_level(logging.ERROR):
        flag = check.assess("my throat is closing")
    assert flag is not None
    assert flag.level is Level.EMERGENCY
    assert "throat" not in caplog.text.split("Traceback")[0]


def test_a_failing_large_encoder_leaves_the_plain_signs() -> None:
    def broken(texts: object) -> Floats:
        raise RuntimeError("no encoder")

    check = load_safety(ROOT / "knowledge", SecondOpinion(load_encoder().encode, broken, load_weights()))
    assert check.assess("how much is it") is None
    flag = check.assess("my throat is closing")
    assert flag is not None
    assert flag.level is Level.EMERGENCY


def test_only_what_is_not_surely_quiet_is_read_by_the_large_encoder() -> None:
    read: list[str] = []

    def large(texts: Sequence[str]) -> Floats:
        read.extend(texts)
        return load_large_encoder().encode(texts)

    check = load_safety(ROOT / "knowledge", SecondOpinion(load_encoder().encode, large, load_weights()))
    check.assess("how much is one session for the neck")
    assert read == []
    check.assess("there is something sour and yellow leaking where she put the needle, day 5")
    assert read


def saying(numbers: int, scores: Floats) -> Perceptron:
    """A network that says the same of whatever it is given."""
    hidden, output = np.zeros((numbers, 1), dtype=np.float32), np.zeros((1, len(scores)), dtype=np.float32)
    return Perceptron(hidden, hidden[0], output, scores)


def test_words_about_wanting_to_die_are_never_overruled() -> None:
    weights = load_weights()
    none = weights.codes.index(NONE)
    places = np.arange(len(weights.codes))
    small, both = (
        Meaning(saying(numbers, np.eye(len(places), dtype=np.float32)[none] * 50), places) for numbers in (1, 2)
    )
    blind = replace(weights, small=small, both=both)
    quiet = SecondOpinion(*[lambda texts: np.zeros((len(texts), 1), dtype=np.float32)] * 2, blind)
    check = load_safety(ROOT / "knowledge", quiet)
    flag = check.assess("do you take cards? i want to kill myself. hi there, hope you are well.")
    assert flag is not None
    assert flag.level is Level.CRISIS


@pytest.mark.parametrize("level", list(Level))
def test_a_part_of_a_long_message_can_raise_every_level(level: Level) -> None:
    weights = load_weights()
    sure = 0.9 / 0.1 * HIDDEN[level]
    assert weights.favour[level.value] * sure > 1
    if level.value in weights.veto:
        # Nor is an exact sign in it overruled then.
        assert weights.veto[level.value] > 1 / (1 + sure)


def told(*found: Opinion) -> SecondOpinion:
    """A second opinion that thinks this of a long message as a whole, and of its parts."""
    opinion = SecondOpinion(load_encoder().encode, load_encoder().encode, load_weights())
    opinion.each = lambda parts, ruled: list(found)  # type: ignore[method-assign]
    return opinion


def like(level: Level, chance: float) -> Opinion:
    rest = {level.value: chance, NONE: 1 - chance}
    return Opinion(np.array([rest.get(name, 0) for name in LEVELS], dtype=np.float32), {})


LONG = ["word"] * 100
QUIET = like(Level.EMERGENCY, 0.01)


def test_a_part_that_sounds_like_despair_hides_no_other() -> None:
    opinion = told(QUIET, like(Level.CRISIS, 0.7), like(Level.EMERGENCY, 0.65))
    assert opinion.level(opinion.judge(LONG, None)) is Level.EMERGENCY
    alone = told(QUIET, like(Level.CRISIS, 0.6))
    assert alone.level(alone.judge(LONG, None)) is None
    sure = told(QUIET, like(Level.CRISIS, 0.9))
    assert sure.level(sure.judge(LONG, None)) is Level.CRISIS


def test_the_whole_counts_where_it_is_louder() -> None:
    opinion = told(like(Level.URGENT, 0.6), like(Level.CRISIS, 0.6))
    assert opinion.level(opinion.judge(LONG, None)) is Level.URGENT
    endless = told(like(Level.CRISIS, 0.6), QUIET)
    assert endless.level(endless.judge(LONG, None)) is Level.CRISIS
    assert endless.level(endless.judge(LONG * 4, None)) is None


def test_a_doubtful_part_keeps_an_exact_sign_from_being_overruled() -> None:
    sign = Flag(Level.EMERGENCY, ("E7",), ("seizure",), "E7")
    doubtful, calm = told(QUIET, like(Level.CRISIS, 0.5)), told(QUIET, like(Level.CRISIS, 0.05))
    assert not doubtful.overrules(doubtful.judge(LONG, sign), sign)
    assert calm.overrules(calm.judge(LONG, sign), sign)


STORY = (
    "My late wife always did the booking, the dentist and the holidays and the lot, so forgive me if I get it wrong. I "
    "manage nicely, mind, I've learnt the washing machine and the bins. Our eldest gave me a voucher for you and "
    "it has sat on the fridge since, under a magnet from Whitby where we went each June."
)


def test_a_long_story_is_no_despair_and_hides_none(whole_check: SafetyCheck) -> None:
    assert whole_check.assess(f"{STORY} What does a first visit cost?") is None
    for said, level in [("My tongue is swelling up right now.", "emergency"), ("I want to end my life.", "crisis")]:
        flag = whole_check.assess(f"{STORY} {said} What does a first visit cost?")
        assert flag is not None
        assert flag.level.value == level


def test_a_level_that_it_cannot_be_leaves_the_others() -> None:
    opinion = SecondOpinion(load_encoder().encode, load_encoder().encode, load_weights())
    chances = {Level.EMERGENCY.value: 0.22, Level.MINOR.value: 0.2, NONE: 0.58}
    found = Opinion(np.array([chances.get(level, 0) for level in LEVELS], dtype=np.float32), {})
    assert opinion.level(found) is Level.MINOR
    assert opinion.level(found, without=Level.MINOR) is Level.EMERGENCY


def test_all_kinds_of_quiet_messages_count_as_one() -> None:
    """Three kinds of which two are quiet: together they outweigh the sign that is likelier than either."""
    sign, quiet = 0, 1
    meaning = Meaning(saying(1, np.log([4, 3, 3], dtype=np.float32)), np.array([sign, quiet, quiet]))
    assert meaning.chances(np.ones(1, dtype=np.float32)) == pytest.approx([0.4, 0.6])


def test_what_was_learnt_tells_many_kinds_of_quiet_messages_apart() -> None:
    weights = load_weights()
    for meaning in (weights.small, weights.both):
        kinds = np.bincount(meaning.codes, minlength=len(weights.codes))
        assert kinds[weights.codes.index(NONE)] > 50
        assert (np.delete(kinds, weights.codes.index(NONE)) == 1).all()
