"""Read a message the way the signs expect it: plain words, mended spelling, and which groups of words it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from pydantic import BaseModel, Extra, Field

from bot.documents import load_document
from bot.errors import DocumentError
from bot.safety.normalise import Text, split_text
from bot.safety.phrases import Hit, Phrases
from bot.safety.shape import GROUPS as SHAPES
from bot.safety.shape import NEEDED as SHAPE_WORDS
from bot.safety.shape import find_shapes
from bot.safety.spelling import RUN_ALONE, RUN_TOGETHER, Speller
from bot.safety.times import TimeWords, find_times

TIME_FILE, SPELLINGS_FILE, KNOWN_FILE = "time.yml", "spellings.yml", "known.txt"
FEW_PIECES = 2
"""A message of so few may be typed without any space."""
IDIOM, NOT_IDIOM = "idiom", "not_idiom"
MOST_WORDS = 10_000
"""Of a longer message only both ends are read; 40,000 characters seldom hold so many."""


class WordFile(BaseModel):
    """Groups of phrases that mean the same. Files may add to one another's groups, one file for each language."""

    groups: dict[str, list[str]] = Field(..., min_items=1)

    class Config:
        extra = Extra.forbid


class Spellings(BaseModel):
    """Respelt words: as written, and as meant."""

    words: dict[str, str]

    class Config:
        extra = Extra.forbid


class Reader:
    """Turns messages into words and words into hits; holds no state between them."""

    def __init__(self, phrases: Phrases, speller: Speller, times: TimeWords) -> None:
        self._phrases = phrases
        self._speller = speller
        self._times = times

    def read(self, message: str) -> Text:
        """The words of `message` with mended spelling. Never raises."""
        plain = split_text(message)
        run_from = RUN_ALONE if len(plain.words) <= FEW_PIECES else RUN_TOGETHER
        pieces = [self._speller.correct(word, run_from) for word in plain.words]
        origin = [at for at, piece in enumerate(pieces) for _ in piece]
        starts = [0, *_running_total(pieces)]
        text = Text(
            words=tuple(chain.from_iterable(pieces)),
            sentences=tuple(plain.sentences[at] for at in origin),
            commas=frozenset(starts[at] for at in plain.commas),
            quoted=frozenset(new for new, at in enumerate(origin) if at in plain.quoted),
        )
        return _shorten(text)

    def find(self, text: Text) -> dict[str, list[Hit]]:
        """The hits of every group. Words inside an idiom count for the guards only."""
        hits = self._phrases.find(text.words)
        meant = _covered(hits.get(NOT_IDIOM, ()))
        hidden = _covered(hit for hit in hits.get(IDIOM, ()) if hit.start not in meant)
        if hidden:
            hits = {name: kept for name, found in hits.items() if (kept := _outside(name, found, hidden))}
        return hits | find_times(text, self._times) | find_shapes(text, hits)


def load_reader(folder: Path, needed: frozenset[str]) -> tuple[Reader, frozenset[str]]:
    """The reader for the word files under `folder`, and the names of their groups.

    Raises DocumentError when a file is wrong or a group of `needed` is missing.
    """
    groups = _load_groups(folder)
    missing = sorted((needed | SHAPE_WORDS | {IDIOM, NOT_IDIOM}) - groups.keys())
    if missing:
        raise DocumentError(f"{folder}: groups {', '.join(missing)} are missing; restore them.")
    phrases = Phrases(groups)
    times = load_document(folder / TIME_FILE, TimeWords)
    respelt = load_document(folder / SPELLINGS_FILE, Spellings).words
    vocabulary = phrases.words | times.words | {part for meant in respelt.values() for part in meant.split()}
    speller = Speller(vocabulary, _load_known(folder / KNOWN_FILE), respelt)
    return Reader(phrases, speller, times), phrases.names | SHAPES


def _load_groups(folder: Path) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for path in sorted(folder.glob("**/*.yml")):
        if path.name not in {TIME_FILE, SPELLINGS_FILE}:
            for name, phrases in load_document(path, WordFile).groups.items():
                groups.setdefault(name, []).extend(phrases)
    return groups


def _load_known(path: Path) -> frozenset[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise DocumentError(f"{path}: the list of real words can't be read; restore the file.") from None
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _running_total(pieces: Sequence[tuple[str, ...]]) -> list[int]:
    total, totals = 0, []
    for piece in pieces:
        total += len(piece)
        totals.append(total)
    return totals


def _shorten(text: Text) -> Text:
    if len(text.words) <= MOST_WORDS:
        return text
    half = MOST_WORDS // 2
    cut = len(text.words) - half
    return Text(text.words[:half] + text.words[cut:], text.sentences[:half] + text.sentences[cut:], frozenset())


def join(before: Text, after: Text) -> Text:
    """Two texts as one; sentences and positions of the second follow those of the first."""
    words, sentences = len(before.words), (before.sentences[-1] + 1) if before.sentences else 0
    return Text(
        before.words + after.words,
        before.sentences + tuple(sentences + number for number in after.sentences),
        before.commas | {words + at for at in after.commas},
        before.quoted | {words + at for at in after.quoted},
    )


def _covered(hits: Iterable[Hit]) -> set[int]:
    """The positions of all words of the hits."""
    return {at for hit in hits for at in range(hit.start, hit.end)}


def _outside(name: str, hits: Sequence[Hit], hidden: set[int]) -> list[Hit]:
    if name.startswith("guard_"):
        return list(hits)
    return [hit for hit in hits if not any(at in hidden for at in range(hit.start, hit.end))]
