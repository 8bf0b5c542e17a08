"""A patient's message as plain words in clauses, and where a phrase or a name of the protocol stands in it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

BREAKS = re.compile(r"[,.;:!?()\n—–]|\s-\s|\b(?:but|however|although|except|though)\b")
WORD = re.compile(r"[a-z0-9]+")
APOSTROPHES = re.compile(r"['’‘`´]")
NEGATIONS = frozenset({
    "no", "not", "never", "none", "without", "dont", "doesnt", "didnt", "havent", "hasnt", "isnt", "arent",
    "wasnt", "aint", "cant", "nor", "neither", "wont", "stopped", "negative",
})  # fmt: skip
NEGATION_REACH = 4
"""Words that may stand between a negation and what it denies: "I do not currently take any warfarin"."""
OTHERS = frozenset({
    "mum", "mom", "mother", "dad", "father", "sister", "brother", "husband", "wife", "partner", "friend",
    "daughter", "son", "boyfriend", "girlfriend", "aunt", "uncle", "cousin", "grandma", "gran", "nan",
    "grandad", "grandpa", "grandfather", "grandmother", "neighbour", "neighbor", "boss", "someone", "family",
    "she", "he", "her", "his", "they",
})  # fmt: skip
PAST = ("used to", "stopped", "years ago", "in the past", "last year", "previously", "no longer", "came off")
ASKING = frozenset({
    "what", "why", "how", "when", "where", "which", "who", "whose", "is", "are", "was", "does", "do", "did",
    "can", "could", "will", "would", "should", "may", "might", "if", "am",
})  # fmt: skip
SHORTEST_NAME = 5
LIKENESS = 0.8
"""How alike a word and a name must be (difflib's ratio): "xaralto" and "xarelto" are 0.86."""


@dataclass(frozen=True)
class Clause:
    """Some words without a break. A question is one that asks; it states nothing."""

    words: tuple[str, ...]
    is_question: bool

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def is_of_another(self) -> bool:
        """Whether it speaks of somebody else."""
        return bool(OTHERS & set(self.words))

    @property
    def is_past(self) -> bool:
        return any(find(self.words, phrase) is not None for phrase in PAST)

    def denies(self, place: int) -> bool:
        """Whether a negation stands at or shortly before the word at `place`."""
        return bool(NEGATIONS & set(self.words[max(0, place - NEGATION_REACH) : place]))


@dataclass(frozen=True)
class Named:
    """A name of the protocol found in a clause. `is_exact` is False for a misspelt one."""

    name: str
    place: int
    is_exact: bool


def plain(text: str) -> str:
    """Lower case, without accents and apostrophes: "Can’t" and "cant" are one word."""
    unmarked = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return APOSTROPHES.sub("", unmarked.lower())


def clauses(text: str) -> list[Clause]:
    """The message in pieces between commas, stops and words like "but"."""
    found: list[Clause] = []
    start = 0
    flat = plain(text)
    for stop in [*BREAKS.finditer(flat), None]:
        piece = flat[start : stop.start()] if stop else flat[start:]
        words = tuple(WORD.findall(piece))
        if words:
            ends_asking = stop is not None and stop.group() == "?"
            found.append(Clause(words, ends_asking or (words[0] in ASKING and len(words) > 2)))
        start = stop.end() if stop else len(flat)
    return found


def find(words: Collection[str], phrase: str) -> int | None:
    """Where the words of `phrase` stand together; a word that ends in * stands for all that begin so."""
    wanted = _wanted(phrase)
    present = tuple(words)
    if not wanted[0].endswith("*") and wanted[0] not in present:
        return None
    for place in range(len(present) - len(wanted) + 1):
        if all(_fits(word, want) for word, want in zip(present[place:], wanted, strict=False)):
            return place
    return None


def find_name(words: Collection[str], name: str) -> Named | None:
    """`name` in the words, exactly or misspelt by about one letter in five."""
    place = find(words, name)
    if place is not None:
        return Named(name, place, is_exact=True)
    return next(_alike(tuple(words), name), None)


def _alike(words: tuple[str, ...], name: str) -> Iterator[Named]:
    wanted = _wanted(name)
    size = len(wanted)
    letters = "".join(wanted)
    if len(letters) < SHORTEST_NAME:
        return
    for place in range(len(words) - size + 1):
        said = "".join(words[place : place + size])
        near = len(said) >= SHORTEST_NAME and said[0] == letters[0] and abs(len(said) - len(letters)) <= 2
        if near and difflib.SequenceMatcher(None, said, letters).ratio() >= _needed(len(letters)):
            yield Named(name, place, is_exact=False)


def _needed(length: int) -> float:
    """Short names have near neighbours that are other words, so they must fit better."""
    return LIKENESS if length >= 7 else 0.88


def _fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@lru_cache(maxsize=4096)
def _wanted(phrase: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z0-9]+\*?", plain(phrase)))
