"""Mends misspelt words towards the words of the training messages, so that the encoder reads what was meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files

from symspellpy import SymSpell, Verbosity

DICTIONARY = "frequency_dictionary_en_82_765.txt"
"""Of symspellpy: English words, each with how often it is written."""
SHORTEST = 5
"""Letters. A shorter unknown word is more often another language's, or short for something, than a slip."""
LONG = 7
"""From so many letters on, two slips are mended; below, one."""
FEWEST_LINES = 4
"""A word that no dictionary has, such as a drug's name, is one when so many training messages say it."""

_WORD = re.compile(r"(?<![^\W_])[a-z]+(?![^\W_]|['’][a-z])", re.IGNORECASE)
_SENTENCE_START = re.compile(r"(?:^|[.?!\n])\W*$")


class Corrector:
    """Knows real words, and which of them patients use. Holds no state between messages, so threads may share it."""

    def __init__(self, said: Mapping[str, int]) -> None:
        """`said`: the words that a misspelt one may stand for, each with how many training messages say it."""
        self._said = said
        self._near = SymSpell(max_dictionary_edit_distance=2)
        for word, lines in said.items():
            self._near.create_dictionary_entry(word, lines)

    def correct(self, text: str) -> str:
        """`text` with its misspelt words mended. All else stays, also what isn't English."""
        return _WORD.sub(lambda found: self._meant(found.group(), text[: found.start()]), text)

    def _meant(self, word: str, before: str) -> str:
        plain = word.lower()
        if len(plain) < SHORTEST or plain in self._said or _is_english(plain) or _is_name(word, before):
            return word
        slips = 2 if len(plain) >= LONG else 1
        near = self._near.lookup(plain, Verbosity.CLOSEST, max_edit_distance=slips)
        # The first letter is seldom wrong; with a second slip beside it, any word would do.
        likely = [one for one in near if one.distance == 1 or one.term[0] == plain[0]]
        return str(max(likely, key=lambda one: one.count).term) if likely else word


def learn_words(texts: Iterable[str]) -> dict[str, int]:
    """The real words in `texts`, each with how many of them say it: those of a dictionary, and what many say."""
    lines = Counter(word for text in texts for word in {found.lower() for found in _WORD.findall(text)})
    return {word: count for word, count in lines.items() if count >= FEWEST_LINES or (count > 1 and _is_english(word))}


def _is_english(word: str) -> bool:
    words = _english()
    return word in words or (word.endswith("s") and word[:-1] in words)


def _is_name(word: str, before: str) -> bool:
    """Whether it is written like a name: with a capital where no sentence begins."""
    return word[0].isupper() and not word.isupper() and not _SENTENCE_START.search(before)


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    lines = (files("symspellpy") / DICTIONARY).read_text(encoding="utf-8-sig").splitlines()
    return frozenset(line.split(" ")[0] for line in lines)
