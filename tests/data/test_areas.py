"""Words for parts of the body: pattern, synonym and vocabulary agree."""

from __future__ import annotations

import re

import pytest

from bot.vocabulary import AREAS
from tests.training_lines import FOLDER, blocks, entries

PATTERNS = [entry for path, block in blocks() if block.get("regex") == "area" for entry in entries(block)]
SYNONYMS = {block["synonym"]: entries(block) for path, block in blocks() if "synonym" in block}


def words(pattern: str) -> list[str]:
    """The words between the brackets of `\\b(one|two)\\b`."""
    found = re.fullmatch(r"\\b\(([^()]+)\)\\b", pattern)
    assert found is not None, pattern
    return found[1].split("|")


def area_of(word: str) -> str:
    """The area that a word stands for; a word without a synonym is its own area."""
    return next((area for area, others in SYNONYMS.items() if word in others), word)


def test_synonyms_are_named_like_the_areas() -> None:
    assert set(SYNONYMS) == set(AREAS)


def first_area(text: str) -> str | None:
    """The area of the first pattern that finds a word, as Rasa's extractor goes through them."""
    found = (re.search(pattern, text) for pattern in PATTERNS)
    return next((area_of(match[1]) for match in found if match), None)


def test_each_area_has_a_pattern_in_their_order_and_then_places_that_stand_for_one() -> None:
    areas = [{area_of(word) for word in words(pattern)} for pattern in PATTERNS]
    assert areas[: len(AREAS)] == [{area} for area in AREAS]
    assert all(len(area) == 1 for area in areas)


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("and for my arms?", "body_fat"),
        ("how many for the chin", "body_fat"),
        ("what about thighs", "cellulite"),
        ("my knee is the problem", "pain_relief"),
        ("lines under my eyes", "face"),
        ("patches in my beard", "hair"),
        ("the fat on my thighs", "body_fat"),
        ("old scars on my chin", "scars"),
        ("cellulite on my legs", "cellulite"),
        ("when can i come back", None),
    ],
)
def test_a_concern_that_is_said_counts_before_the_place(text: str, area: str | None) -> None:
    assert first_area(text) == area


def test_every_synonym_is_found_by_a_pattern() -> None:
    in_patterns = {word for pattern in PATTERNS for word in words(pattern)}
    assert {word for others in SYNONYMS.values() for word in others} <= in_patterns


def test_no_word_stands_for_two_areas() -> None:
    everything = [word for others in SYNONYMS.values() for word in others]
    assert len(everything) == len(set(everything))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_longer_word_is_tried_before_a_shorter_one_that_it_holds(pattern: str) -> None:
    tried = words(pattern)
    hidden = [
        (long, short)
        for place, short in enumerate(tried)
        for long in tried[place + 1 :]
        if re.match(rf"{re.escape(short)}\b", long)
    ]
    assert hidden == []


def test_some_line_marks_an_area_or_rasa_would_use_no_pattern() -> None:
    assert any("](area)" in path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yml"))
