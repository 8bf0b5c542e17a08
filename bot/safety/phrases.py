"""Groups of phrases that mean the same for the check, and finding them in a message.

A phrase is words in a row. `=word` must be written just so (other words match by their stem), `a/b` is either word,
`..` is a gap of at most three words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from bot.safety.spelling import stem

GAP = ".."
GAP_WORDS = 3
END = ""


@dataclass(frozen=True, order=True)
class Hit:
    """Words `start` to `end` (exclusive) of a message say what `group` stands for."""

    start: int
    end: int
    group: str = field(compare=False)


class Phrases:
    """All groups, kept as one tree of words so that a message is read once."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._tree: dict[str, Any] = {}
        self.names = frozenset(groups)
        self.words: set[str] = set()
        for name, phrases in groups.items():
            for phrase in phrases:
                self._add(name, phrase.lower().split())

    def _add(self, name: str, pieces: list[str]) -> None:
        choices = [piece.split("/") for piece in pieces]
        for words in product(*choices):
            node = self._tree
            for word in words:
                node = node.setdefault(_key(word), {})
                if word != GAP:
                    self.words.add(word.removeprefix("="))
            node.setdefault(END, set()).add(name)

    def find(self, words: tuple[str, ...]) -> dict[str, list[Hit]]:
        """Every place of every group, in order of start; of hits of one group at one start, the longest."""
        keys = [(f"={word}", stem(word)) for word in words]
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for start in range(len(words)):
            for name, end in self._ends(self._tree, keys, start):
                found[name][start] = max(end, found[name].get(start, 0))
        return {
            name: [Hit(start, end, name) for start, end in sorted(places.items())] for name, places in found.items()
        }

    def _ends(self, node: dict[str, Any], keys: list[tuple[str, str]], at: int) -> list[tuple[str, int]]:
        ends = [(name, at) for name in node.get(END, ())]
        if at < len(keys):
            for key in keys[at]:
                if key in node:
                    ends += self._ends(node[key], keys, at + 1)
        if GAP in node:
            for skipped in range(min(GAP_WORDS, len(keys) - at) + 1):
                ends += self._ends(node[GAP], keys, at + skipped)
        return ends


def _key(word: str) -> str:
    if word == GAP or word.startswith("="):
        return word
    return stem(word)
