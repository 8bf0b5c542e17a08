"""Words that somebody looks for: whether a text has them all, and where."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LONGEST = 200
MOST_TERMS = 8
AROUND = 90
"""Characters shown before the first hit; three times as many after it."""
TERM = re.compile(r'"([^"]*)"?|(\S+)')
WORD = re.compile(r"\w+")
APOSTROPHES = str.maketrans("’ʼ‘", "'''")


@dataclass(frozen=True)
class Finder:
    """Every one of the `terms` has to be there; each is a pattern for folded text."""

    terms: tuple[re.Pattern[str], ...]

    @classmethod
    def read(cls, words: str) -> Finder | None:
        """From what was typed: words, and phrases in quotes. None when there is no word in it."""
        found = [WORD.findall(folded(phrase or word)) for phrase, word in TERM.findall(words[:LONGEST])]
        terms = list(dict.fromkeys(tuple(term) for term in found if term))[:MOST_TERMS]
        return cls(tuple(_pattern(term) for term in terms)) if terms else None

    def fits(self, text: str) -> bool:
        """Whether all terms are in the text, each from the beginning of a word, whatever the case and the accents."""
        plain = folded(text)
        return all(term.search(plain) for term in self.terms)

    def excerpt(self, text: str) -> list[tuple[str, bool]]:
        """The part of the text around the first hit, cut up: each piece, and whether it is a hit."""
        text = " ".join(text.split())
        spans = list(_merged(sorted(self._spans(text))))
        first = spans[0][0] if spans else 0
        start, end = max(0, first - AROUND), min(len(text), first + 3 * AROUND)
        pieces: list[tuple[str, bool]] = [("…", False)] if start else []
        place = start
        for begin, stop in spans:
            if begin >= end:
                break
            pieces += [(text[place:begin], False), (text[begin : min(stop, end)], True)]
            place = min(stop, end)
        pieces += [(text[place:end], False), ("…" if end < len(text) else "", False)]
        return [piece for piece in pieces if piece[0]]

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        plain, places = _folded_with_places(text)
        for term in self.terms:
            for found in term.finditer(plain):
                yield places[found.start()], places[found.end() - 1] + 1


def folded(text: str) -> str:
    """Small letters without accents. Texts in plain ASCII, nearly all of them, take the short way."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.translate(APOSTROPHES))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()


def _folded_with_places(text: str) -> tuple[str, Sequence[int]]:
    """As `folded`, and for each of its characters where it stands in `text`."""
    if text.isascii():
        return text.lower(), range(len(text))
    pieces = [folded(sign) for sign in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def _pattern(term: Sequence[str]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)" + r"\W{1,9}".join(re.escape(word) for word in term))


def _merged(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The spans without overlap. They come in order."""
    held: tuple[int, int] | None = None
    for begin, end in spans:
        if held is None or begin > held[1]:
            if held is not None:
                yield held
            held = (begin, end)
        else:
            held = (held[0], max(held[1], end))
    if held is not None:
        yield held
