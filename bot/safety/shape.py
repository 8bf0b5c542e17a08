"""What a message tells beside its words: how short its sentences are, which numbers are a fever or a grown-up's age."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from bot.safety.normalise import Text
from bot.safety.phrases import Hit

FEW_WORDS, FEVER_NUMBER, GROWN_UP = "few_words", "fever_number", "grown_up"
GROUPS = frozenset({FEW_WORDS, FEVER_NUMBER, GROWN_UP})
AGE_LEAD, AGE_DOUBT, AGE_UNIT = "age_lead", "age_doubt", "age_unit"
YOUNG_AGE = "young_age"
NEEDED = frozenset({AGE_LEAD, AGE_DOUBT, AGE_UNIT, YOUNG_AGE})
"""Groups of words that tell a grown-up's age from another number, from one that isn't so (yet), and from a child's."""
GROWN = (18, 99)
DOUBT_REACH = 5
FEW = 6
"""Words that a sentence may have to be no more than the name of a sign."""
CELSIUS, FAHRENHEIT = (38.0, 43.0), (100.4, 109.5)
"""From fever to the hottest that a body gets."""


def find_shapes(text: Text, hits: Mapping[str, Sequence[Hit]]) -> dict[str, list[Hit]]:
    """The groups of `GROUPS` in a message; `hits` are those of its words."""
    found = {FEW_WORDS: _short_sentences(text), FEVER_NUMBER: _fevers(text.words), GROWN_UP: _grown(text, hits)}
    return {name: hits for name, hits in found.items() if hits}


def _short_sentences(text: Text) -> list[Hit]:
    sentences = (list(at) for _, at in groupby(range(len(text.words)), key=text.sentences.__getitem__))
    return [Hit(at[0], at[-1] + 1, FEW_WORDS) for at in sentences if len(at) <= FEW]


def _fevers(words: tuple[str, ...]) -> list[Hit]:
    return [Hit(at, at + 1, FEVER_NUMBER) for at, word in enumerate(words) if _is_fever(word)]


def _grown(text: Text, hits: Mapping[str, Sequence[Hit]]) -> list[Hit]:
    """Where the writer tells an age of 18 or more that is so: not "I look like I'm 20" and not "till I'm 18"."""
    units = {hit.start for hit in hits.get(AGE_UNIT, ())}
    doubts = [hit.end for hit in hits.get(AGE_DOUBT, ())]
    return [
        Hit(lead.start, lead.end + 1, GROWN_UP)
        for lead in hits.get(AGE_LEAD, ())
        if lead.end < len(text.words) and _is_grown(text.words[lead.end]) and lead.end + 1 not in units
        if not any(lead.start - DOUBT_REACH <= doubt <= lead.start for doubt in doubts)
    ]


def _is_grown(word: str) -> bool:
    return word.isdigit() and GROWN[0] <= int(word) <= GROWN[1]


def _is_fever(word: str) -> bool:
    try:
        number = float(word)
    except ValueError:
        return False
    return any(least <= number <= most for least, most in (CELSIUS, FAHRENHEIT))
