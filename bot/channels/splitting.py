"""Long texts in pieces that an app takes: cut at sections, paragraphs and lines, else after a sentence, else a word."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import regex  # type: ignore[import-untyped]  # ships no types

from bot.channels.markup import WORD, Word, length, unlinked, written
from bot.channels.parts import Markup

LEAST = 20
"""Characters that any sign needs at most, with its tags."""
DANGLING = re.compile(r"(?<=\w) (?:and|&|or|the|an?|of)$")
FULL_ENOUGH = 0.5
"""How full a piece has to be to end at a better place than it could."""


@dataclass(frozen=True)
class Room:
    """How long a piece may be, and how long the last one, below which the choices stand."""

    markup: Markup
    each: int
    last: int

    def __post_init__(self) -> None:
        if not LEAST <= self.last <= self.each:
            raise ValueError(f"Nothing fits into {self.each} and {self.last} characters; check the app's limits.")

    def size(self, text: Sequence[Word]) -> int:
        return length(written(text, self.markup))


def pieces(text: Sequence[Word], room: Room) -> Iterator[list[Word]]:
    """The words in as few pieces as fit, in their order; none is lost."""
    rest = list(text)
    while rest and room.size(rest) > room.last:
        most = _most(rest, room, room.each)
        if most == 0 or len(rest) == 1:
            rest = [*_broken(rest[0], room), *rest[1:]]
            continue
        cut = _cut(rest, min(most, len(rest) - 1), room)
        yield rest[:cut]
        rest = rest[cut:]
    if rest:
        yield rest


def shortened(text: str, most: int) -> str:
    """At most `most` characters, with … where something is left out: a word if possible, never part of a sign."""
    if length(text) <= most:
        return text
    kept = ""
    for sign in regex.findall(r"\X", text):
        if length(kept + sign) > most - 1:
            break
        kept += sign
    words, _, _ = kept.rpartition(" ")
    is_cut_within = not text[len(kept) :].startswith(" ")
    if is_cut_within and length(words) >= most * FULL_ENOUGH:
        kept = words
    return DANGLING.sub("", kept).rstrip(" ,;:–-(") + "…"


def _cut(rest: Sequence[Word], most: int, room: Room) -> int:
    """After how many of the first `most` words, which fit, to cut: at least one."""
    if room.size(rest) <= room.each:
        # One cut is enough if the last piece gets no more than fits above the choices.
        first = _first(most, lambda n: room.size(rest[n:]) <= room.last)
        if first is not None:
            return max(range(first, most + 1), key=lambda n: (rest[n].level, -n))
    half = math.ceil(room.each * FULL_ENOUGH)
    full = _first(most, lambda n: room.size(rest[:n]) >= half) or most
    best = max(range(full, most + 1), key=lambda n: (rest[n].level, n))
    if rest[best].level >= WORD:
        return best
    return max(range(1, most + 1), key=lambda n: (rest[n].level, n))


def _most(rest: Sequence[Word], room: Room, limit: int) -> int:
    """How many of the first words fit."""
    # No word has less than one character.
    low, high = 0, min(len(rest), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if room.size(rest[:middle]) <= limit:
            low = middle
        else:
            high = middle - 1
    # A star more or less for a bold end may make a shorter text the longer one.
    while low and room.size(rest[:low]) > limit:
        low -= 1
    return low


def _first(most: int, holds: Callable[[int], bool]) -> int | None:
    """The first of 1 … `most` for which it holds, given that it holds for all after it; None when for none."""
    if not holds(most):
        return None
    low, high = 1, most
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _broken(word: Word, room: Room) -> list[Word]:
    """A word that doesn't fit into a piece, in parts that do: a link as words, a word in what eyes see as one sign."""
    if word.address is not None:
        return unlinked(word)
    signs = regex.findall(r"\X", word.text)
    if len(signs) == 1:
        # A letter under a thousand accents.
        signs = list(word.text)
    rest = [Word(sign, is_bold=word.is_bold) for sign in signs]
    limit = min(room.each, room.last)
    parts = []
    while rest:
        fitting = max(_most(rest, room, limit), 1)
        parts.append(Word("".join(sign.text for sign in rest[:fitting]), is_bold=word.is_bold))
        rest = rest[fitting:]
    return [replace(parts[0], before=word.before, level=word.level), *parts[1:]]
