"""What a message is like beside its words: how short its sentences are, and which numbers are a fever."""

from __future__ import annotations

from itertools import groupby

from bot.safety.normalise import Text
from bot.safety.phrases import Hit

FEW_WORDS, FEVER_NUMBER = "few_words", "fever_number"
GROUPS = frozenset({FEW_WORDS, FEVER_NUMBER})
FEW = 6
"""Words that a sentence may have to be no more than the name of a sign."""
CELSIUS, FAHRENHEIT = (38.0, 43.0), (100.4, 109.5)
"""From fever to the hottest that a body gets."""


def find_shapes(text: Text) -> dict[str, list[Hit]]:
    """The groups of `GROUPS` in a message."""
    found = {FEW_WORDS: _short_sentences(text), FEVER_NUMBER: _fevers(text.words)}
    return {name: hits for name, hits in found.items() if hits}


def _short_sentences(text: Text) -> list[Hit]:
    sentences = (list(at) for _, at in groupby(range(len(text.words)), key=text.sentences.__getitem__))
    return [Hit(at[0], at[-1] + 1, FEW_WORDS) for at in sentences if len(at) <= FEW]


def _fevers(words: tuple[str, ...]) -> list[Hit]:
    return [Hit(at, at + 1, FEVER_NUMBER) for at, word in enumerate(words) if _is_fever(word)]


def _is_fever(word: str) -> bool:
    try:
        number = float(word)
    except ValueError:
        return False
    return any(least <= number <= most for least, most in (CELSIUS, FAHRENHEIT))
