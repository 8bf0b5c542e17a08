"""Noise around and in a sample of the bank's signs must not hide them from the plain rules."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from bot.safety.check import SafetyCheck
from bot.safety.opinion import RANK
from bot.safety.report import Labelled
from bot.types import Flag

EVERY = 12
"""Every so manieth sign that fires by the rules is tried."""
BEFORE = [
    "hi do you take cards",
    "sorry to bother you",
    "ok thanks",
    "how much is a session",
    "hello there its me again",
]
AFTER = ["do you take cards", "is parking free", "thanks so much", "how much is it", "sorry for asking"]
JOINED = 0.99
"""Of cuts: a few part words that only mean something as one phrase ("blood" and "thinners")."""
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
SHORTEST = 5
"""Letters from which on the mender promises to mend one slip."""
MENDED = 0.94
"""Of slips: a few make another real word ("tablets", "tables") or meet a word that only stands in one phrase."""
Sample = list[tuple[str, Flag]]


@pytest.fixture(scope="module")
def sample(check: SafetyCheck, bank: list[Labelled]) -> Sample:
    lines = [line.text for line in bank if line.expect != "none" and not line.earlier and not line.held_out]
    fired = [(text, flag) for text in lines if (flag := check.plain.assess(text)) is not None]
    return fired[::EVERY]


def is_hidden(before: Flag, after: Flag | None) -> bool:
    return after is None or RANK[after.level] > RANK[before.level]


@pytest.mark.parametrize("chatter", BEFORE)
def test_chatter_before_without_a_full_stop_hides_no_sign(check: SafetyCheck, sample: Sample, chatter: str) -> None:
    assert [text for text, flag in sample if is_hidden(flag, check.plain.assess(f"{chatter} {text}"))] == []


@pytest.mark.parametrize("chatter", AFTER)
def test_chatter_after_without_a_full_stop_hides_no_sign(check: SafetyCheck, sample: Sample, chatter: str) -> None:
    messages = [(f"{text.rstrip('.!? ')} {chatter}", flag) for text, flag in sample]
    assert [text for text, flag in messages if is_hidden(flag, check.plain.assess(text))] == []


def test_a_sign_cut_in_two_messages_is_hardly_ever_lost(check: SafetyCheck, sample: Sample) -> None:
    tried, lost = 0, []
    for text, flag in sample:
        words = text.split()
        tried += len(words) - 1
        for at in range(1, len(words)):
            first, second = " ".join(words[:at]), " ".join(words[at:])
            answers = (check.plain.assess(first), check.plain.assess(second, (first,)))
            if all(is_hidden(flag, answer) for answer in answers):
                lost.append((first, second))
    assert len(lost) <= (1 - JOINED) * tried, lost


@pytest.mark.parametrize("kind", ["swap", "drop", "double", "neighbour"])
def test_a_slip_in_any_word_hardly_ever_hides_a_sign(check: SafetyCheck, sample: Sample, kind: str) -> None:
    chance = random.Random(7)
    tried, lost = 0, []
    for text, flag in sample:
        for slipped in slips(text.lower(), kind, chance):
            tried += 1
            if is_hidden(flag, check.plain.assess(slipped)):
                lost.append(slipped)
    assert tried > 100
    assert len(lost) <= (1 - MENDED) * tried, lost


def slips(text: str, kind: str, chance: random.Random) -> Iterator[str]:
    """The text with one slip in each word that is long enough, one at a time."""
    words = text.split()
    for at, word in enumerate(words):
        if len(word) >= SHORTEST and word.isascii() and word.isalpha():
            yield " ".join([*words[:at], slip(word, kind, chance.randrange(1, len(word) - 1)), *words[at + 1 :]])


def slip(word: str, kind: str, at: int) -> str:
    before, letter, after = word[:at], word[at], word[at + 1 :]
    if kind == "swap":
        return before + after[0] + letter + after[1:]
    if kind == "double":
        return before + letter * 2 + after
    return before + (neighbour(letter) if kind == "neighbour" else "") + after


def neighbour(letter: str) -> str:
    row = next(row for row in ROWS if letter in row)
    at = row.index(letter)
    return row[at + 1] if at + 1 < len(row) else row[at - 1]
