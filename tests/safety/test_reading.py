"""Stems, spelling, times and phrases: the small parts under the check."""

from __future__ import annotations

import pytest

from bot.safety.normalise import split_text
from bot.safety.phrases import Hit, Phrases
from bot.safety.reading import Reader, load_reader
from bot.safety.report import lower_bound
from bot.safety.spelling import Speller, stem
from bot.settings import ROOT


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader(ROOT / "knowledge" / "safety" / "words", frozenset())[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [("swelling", "swell"), ("breathing", "breathe"), ("bruises", "bruising"), ("stopped", "stop"), ("itchy", "itch")],
)
def test_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("they", "the"), ("butt", "but"), ("puss", "pus")])
def test_different_words_keep_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_a_slip_is_mended_and_a_real_word_is_not() -> None:
    speller = Speller(["throat", "swelling"], ["threat"], {"thrt": "throat"})
    assert speller.correct("thraot") == ("throat",)
    assert speller.correct("sweeling") == ("swelling",)
    assert speller.correct("threat") == ("threat",)
    assert speller.correct("thrt") == ("throat",)
    assert speller.correct("carrot") == ("carrot",)


def test_words_run_together_are_cut() -> None:
    speller = Speller(["my", "throat", "is", "closing"], [], {})
    assert speller.correct("mythroatisclosing") == ("my", "throat", "is", "closing")


def test_phrases_know_gaps_choices_and_exact_words() -> None:
    phrases = Phrases({"a": ["cant .. breathe"], "b": ["left/right arm"], "c": ["=hives"]})
    found = phrases.find(("cant", "really", "breathe", "right", "arms", "hive", "hives"))
    assert found == {"a": [Hit(0, 3, "a")], "b": [Hit(3, 5, "b")], "c": [Hit(6, 7, "c")]}


@pytest.mark.parametrize(
    ("message", "group", "is_found"),
    [
        ("three weeks later", "after_2w", True),
        ("a couple of days ago", "after_2d", True),
        ("day 6", "after_5d", True),
        ("2 hours after", "after_1d", False),
        ("in three weeks", "after_2w", False),
        ("every 2 weeks", "after_2w", False),
        ("three weeks in", "after_2w", True),
        ("back in 2014", "year_named", True),
        ("last month", "after_2w", True),
        ("10 days", "after_2w", False),
    ],
)
def test_times_are_understood(reader: Reader, message: str, group: str, is_found: bool) -> None:
    assert (group in reader.find(reader.read(message))) is is_found


def test_an_idiom_hides_its_words_from_signs(reader: Reader) -> None:
    assert "chest_pain" in reader.find(reader.read("is this a heart attack"))
    assert "chest_pain" not in reader.find(reader.read("the price gave me a heart attack"))


def test_long_quotations_are_marked_and_short_ones_are_not() -> None:
    assert split_text('it says "call if you faint" there').quoted == {2, 3, 4, 5}
    assert split_text('my tongue feels "thick" today').quoted == frozenset()


def test_the_lower_bound_is_wilsons() -> None:
    assert lower_bound(0, 0) == 0
    assert lower_bound(50, 50) == pytest.approx(0.9286, abs=1e-3)
    assert lower_bound(9, 10) == pytest.approx(0.5958, abs=1e-3)
