"""Mend misspelt words towards the words that the signs use; split words that were run together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

SUFFIXES = ("ingly", "edly", "ings", "ness", "ing", "ies", "ed", "es", "ly", "s", "y")
SHORT = 4
LONG = 8
SOUND_EDITS = 2
RUN_TOGETHER = 14
"""Letters from which on an unknown word may be several words without spaces."""
RUN_ALONE = 8
"""The same for a message that is hardly more than this word: nothing beside it shows where words begin and end."""
VOWELS = frozenset("aeiouwy")
SLIP, VOWEL = 0.5, 0.8


def stem(word: str) -> str:
    """The word without a common English ending. Rough, but the same for signs and messages."""
    if len(word) <= 3 or not word.isalpha():
        return word
    for suffix in SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 + (suffix == "y") and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    word = word.rstrip("e") if len(word) > 3 else word
    if len(word) > 4 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] == "i" else word


class Speller:
    """Knows the words that matter (`vocabulary`), real words that merely look like them (`known`) and text speak."""

    def __init__(self, vocabulary: Iterable[str], known: Iterable[str], respelt: Mapping[str, str]) -> None:
        self._words = frozenset(vocabulary)
        self._stems = frozenset(map(stem, self._words))
        self._known = frozenset(known)
        self._respelt = dict(respelt)
        self._near: dict[str, list[str]] = defaultdict(list)
        self._sounds: dict[str, list[str]] = defaultdict(list)
        self._longest = max(map(len, self._words), default=0)
        for word in sorted({form for plain in self._words for form in _forms(plain)}):
            if len(word) < SHORT:
                continue
            for shorter in _deletions(word):
                self._near[shorter].append(word)
            if len(word) > SHORT:
                self._sounds[_sound(word)].append(word)

    def is_known(self, word: str) -> bool:
        """Whether the word is to be taken as it stands."""
        return word in self._words or word in self._known or stem(word) in self._stems

    def correct(self, word: str, run_from: int = RUN_TOGETHER) -> tuple[str, ...]:
        """The words that `word` stands for: itself, its mended spelling, or the words run together in it.

        An unknown word is cut when it has at least `run_from` letters; a short one only into words that are known.
        """
        if word in self._respelt:
            return (self._respelt[word],)
        if len(word) < SHORT or not word.isalpha() or self.is_known(word):
            return (word,)
        mended = self._closest(word)
        if mended:
            return (mended,)
        if len(word) < run_from:
            return (word,)
        cut = self._split(word)
        return cut if len(word) >= RUN_TOGETHER or all(map(self._is_piece, cut)) else (word,)

    def _closest(self, word: str) -> str | None:
        found = {near for shorter in (word, *_deletions(word)) for near in self._near.get(shorter, ())}
        found.update(self._near.get(word, ()))
        best = min(((_distance(word, near), near) for near in found), default=None)
        if best and best[0] <= _tolerance(min(len(word), len(best[1]))) and _starts_alike(word, best[1]):
            return best[1]
        if len(word) <= SHORT:
            return None
        alike = [near for near in self._sounds.get(_sound(word), ()) if _distance(word, near) <= SOUND_EDITS]
        return alike[0] if alike else None

    def _split(self, run: str) -> tuple[str, ...]:
        """The cheapest cut of `run` into words: unknown letters cost most, many short words cost more than few."""
        best: list[tuple[float, int]] = [(0.0, 0)] + [(float("inf"), 0)] * len(run)
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - max(self._longest, 1)), end):
                piece = run[start:end]
                cost = best[start][0] + (1.0 if self._is_piece(piece) else 1.5 * len(piece) + 1.0)
                if cost < best[end][0]:
                    best[end] = (cost, start)
        pieces: list[str] = []
        end = len(run)
        while end:
            start = best[end][1]
            pieces.append(run[start:end])
            end = start
        return tuple(reversed(pieces))

    def _is_piece(self, piece: str) -> bool:
        if len(piece) == 1:
            return piece in {"i", "a"}
        return piece in self._words or piece in self._known or (len(piece) > 4 and stem(piece) in self._stems)


def _forms(word: str) -> Iterator[str]:
    yield word
    if len(word) > 4 and word.isalpha():
        base = word[:-1] if word.endswith("e") else word
        yield from (word + "s", base + "ed", base + "ing")


def _tolerance(length: int) -> int:
    return 1 if length < LONG else 2


def _starts_alike(word: str, near: str) -> bool:
    return word[0] == near[0] or (len(near) > 5 and word[1:2] == near[:1]) or sorted(word[:2]) == sorted(near[:2])


def _deletions(word: str) -> set[str]:
    once = {word[:i] + word[i + 1 :] for i in range(len(word))} | {word}
    if len(word) < LONG:
        return once
    return once | {shorter[:i] + shorter[i + 1 :] for shorter in once for i in range(len(shorter))}


def _sound(word: str) -> str:
    """Consonants in order, with spellings of one sound made equal."""
    text = word.replace("ph", "f").replace("ck", "k").replace("c", "k").replace("z", "s").replace("gh", "")
    return "".join(
        letter for i, letter in enumerate(text) if i == 0 or (letter not in VOWELS and letter != text[i - 1])
    )


def _distance(a: str, b: str) -> float:
    """Edits between two words; a slip that fingers often make (a doubled letter, a swap, another vowel) costs less."""
    rows = [[float(j) for j in range(len(b) + 1)]]
    for i, x in enumerate(a, 1):
        row = [float(i)]
        for j, y in enumerate(b, 1):
            drop = SLIP if i > 1 and x == a[i - 2] else 1.0
            add = SLIP if j > 1 and y == b[j - 2] else 1.0
            change = 0.0 if x == y else VOWEL if x in VOWELS and y in VOWELS else 1.0
            cost = min(rows[-1][j] + drop, row[-1] + add, rows[-1][j - 1] + change)
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, rows[-2][j - 2] + SLIP)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
