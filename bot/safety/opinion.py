"""A learnt second opinion beside the exact signs: what a message that may need a doctor is like.

It weighs three things together: the signs that the rules found, the meaning of the message (its vector by a sentence
encoder) and its wording. A small encoder looks first; what isn't surely quiet then, the large one reads too, which
takes five times as long. `make tune` learns it (`bot/tuning/opinion.py`). The check works without it; with it, an
unusual wording is still found and a harmless one that holds a sign's words is let pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError  # type: ignore[attr-defined]  # missing from its stubs
from safetensors.numpy import load_file

from bot.errors import SettingsError
from bot.perceptron.network import Floats, Perceptron, softmax
from bot.safety.clues import LEAST, LEVELS, NONE, Joint, Meaning, clues, wider
from bot.safety.wording import Wording
from bot.settings import ROOT
from bot.types import Flag
from bot.vocabulary import Level

OPINION_FOLDER = ROOT / "data" / "safety" / "second_opinion"
NUMBERS, WORDS = "weights.safetensors", "words.json"
RANK = {Level.EMERGENCY: 0, Level.CRISIS: 1, Level.URGENT: 2, Level.MINOR: 3}
WINDOW_WORDS = 40
"""Longer messages are also read in parts of about this many words: a sign may hide among much else."""
LONG_WORDS = 300
"""Of a still longer message only the parts are read: it would take seconds else."""
HIDDEN = {Level.EMERGENCY: 0.3, Level.URGENT: 0.3, Level.CRISIS: 0.1, Level.MINOR: 0.3}
"""What the odds of a sign in a part of a message are multiplied with: a part alone lacks what the rest says, and of
many parts one will sound odd, most often like despair. Only a part that is nearly sure speaks against the whole."""
DOUBTED = 0.3
"""The same, where it is asked whether an exact sign may be overruled: whatever the part is like, it is no reason to."""
SURELY_QUIET = 0.98
"""From here on the first look is enough. On unseen writers, one sign in two hundred is as quiet as that."""

MOST_SECOND_LOOKS = 8
"""Of an endless message only the loudest parts are read twice."""

_AS_PART = np.array([*(HIDDEN[Level(level)] for level in LEVELS[:-1]), 1.0], dtype=np.float32)

Encode = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True)
class Weights:
    """All that was learnt. `codes` are labels, one of them `none`; levels are in the order of LEVELS."""

    codes: tuple[str, ...]
    small: Meaning
    """From the small encoder's vector of 384 numbers."""
    both: Meaning
    """From the small encoder's vector and, behind it, the large one's of 768 numbers."""
    wording: Wording
    first: Joint
    """Weighs `clues` into chances of the levels, at the first look."""
    second: Joint
    """Weighs `wider` clues, when the large encoder has read the message too."""
    favour: Mapping[str, float]
    """What the chance of a level is multiplied with: a missed emergency harms more than a false alarm.
    `together` is the least chance of any sign when the words stem from several messages."""
    veto: Mapping[str, float]
    """How likely it must be that there is no sign before a rule of that level is overruled."""


@dataclass(frozen=True)
class Opinion:
    """The chances of the levels and of no sign, in the order of LEVELS, and how a sign divides among the codes."""

    chances: Floats
    shares: Mapping[str, float]
    least_quiet: float = 1.0
    """How likely its least quiet part is quiet, where it was read in parts: whatever sign that part is like."""

    @property
    def quiet(self) -> float:
        return float(self.chances[-1])


@dataclass(frozen=True)
class _Look:
    """What was found at the first look at some words, what it comes to, and the vector that was seen."""

    vector: Floats
    found: Floats
    opinion: Opinion


class SecondOpinion:
    """Holds no state between messages, so threads may share it."""

    def __init__(self, encode: Encode, encode_large: Encode, weights: Weights) -> None:
        """`encode` gives the small encoder's vectors, (texts, 384), `encode_large` the large one's, (texts, 768)."""
        self._encode = encode
        self._encode_large = encode_large
        self._weights = weights
        self._favour = np.array([weights.favour.get(level, 1.0) for level in LEVELS], dtype=np.float32)

    def judge(self, words: Sequence[str], ruled: Flag | None) -> Opinion:
        """What the message is like. `words` have mended spelling; `ruled` is what the rules found in them."""
        first, *others = self.each([part.split() for part in windows(words)], ruled)
        if not others:
            return first
        # Of a very long message the first is a part like the others.
        heard = [first if len(words) <= LONG_WORDS else _as_part(first), *map(_as_part, others)]
        return replace(max(heard, key=self._loudness), least_quiet=min(one.least_quiet for one in heard))

    def _loudness(self, opinion: Opinion) -> float:
        """How the signs in it, each favoured as it is, stand against its being quiet."""
        return float((opinion.chances * self._favour)[:-1].sum() / max(opinion.quiet, LEAST))

    def each(self, parts: Sequence[Sequence[str]], ruled: Flag | None) -> list[Opinion]:
        """What each part of a message is like by itself; of very many, only the loudest are read twice."""
        return self._second_looks(parts, self._first_looks(parts, ruled), ruled) if parts else []

    def level(self, opinion: Opinion, *, together: bool = False, without: Level | None = None) -> Level | None:
        """The level that it comes to, or None. `together` asks for more: the words stem from several messages.
        `without` is a level that it can't be.
        """
        if together and 1.0 - opinion.quiet < self._weights.favour["together"]:
            return None
        weighed = opinion.chances * self._favour
        if without is not None:
            weighed[LEVELS.index(without.value)] = 0
        # All signs speak together for there being one, whichever it is.
        return None if weighed[:-1].sum() <= weighed[-1] else Level(LEVELS[int(np.argmax(weighed[:-1]))])

    def overrules(self, opinion: Opinion, ruled: Flag) -> bool:
        """Whether the message is so surely quiet that what the rules found in it doesn't count."""
        quiet = min(opinion.quiet, opinion.least_quiet)
        return quiet >= self._weights.veto.get(ruled.level.value, 1.0)

    def _first_looks(self, parts: Sequence[Sequence[str]], ruled: Flag | None) -> list[_Look]:
        known, looks = self._weights, []
        for words, vector in zip(parts, self._encode([" ".join(words) for words in parts]), strict=True):
            by_code = known.small.chances(vector)
            found = clues(known.codes, by_code, softmax(known.wording.scores(words)), ruled)
            looks.append(_Look(vector, found, Opinion(known.first.chances(found), _shares(known.codes, by_code))))
        return looks

    def _second_looks(
        self, parts: Sequence[Sequence[str]], looks: Sequence[_Look], ruled: Flag | None
    ) -> list[Opinion]:
        """The opinions of the first looks, or of second ones where the first left a doubt."""
        opinions = [look.opinion for look in looks]
        doubtful = [at for at, one in enumerate(opinions) if ruled is not None or one.quiet < SURELY_QUIET]
        doubtful = sorted(doubtful, key=lambda at: opinions[at].quiet)[:MOST_SECOND_LOOKS]
        if not doubtful:
            return opinions
        known = self._weights
        for at, vector in zip(doubtful, self._encode_large([" ".join(parts[at]) for at in doubtful]), strict=True):
            by_code = known.both.chances(np.concatenate([looks[at].vector, vector]))
            chances = known.second.chances(wider(known.codes, looks[at].found, by_code))
            opinions[at] = Opinion(chances, _shares(known.codes, by_code))
        return opinions


def _as_part(opinion: Opinion) -> Opinion:
    """What it counts for in the message of which it is a part."""
    weighed = opinion.chances * _AS_PART
    least_quiet = opinion.quiet / (opinion.quiet + DOUBTED * (1.0 - opinion.quiet))
    return Opinion(weighed / weighed.sum(), opinion.shares, least_quiet)


def _shares(codes: Sequence[str], by_code: Floats) -> dict[str, float]:
    sign = max(1.0 - float(by_code[codes.index(NONE)]), 1e-9)
    return {code: float(chance) / sign for code, chance in zip(codes, by_code, strict=True) if code != NONE}


def is_long(words: Sequence[str]) -> bool:
    """Whether a message is read in parts as well."""
    return len(words) > WINDOW_WORDS * 3 // 2


def windows(words: Sequence[str]) -> list[str]:
    """The whole text, and for a long one its parts, which overlap by half; of a very long one only its parts."""
    if not is_long(words):
        return [" ".join(words)]
    is_very_long = len(words) > LONG_WORDS
    parts = range(0, len(words), WINDOW_WORDS if is_very_long else WINDOW_WORDS // 2)
    whole = [] if is_very_long else [" ".join(words)]
    return [*whole, *(" ".join(words[at : at + WINDOW_WORDS]) for at in parts)]


def load_weights(folder: Path = OPINION_FOLDER) -> Weights:
    """Raises SettingsError when the files are missing or damaged."""
    try:
        words = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        arrays = load_file(str(folder / NUMBERS))
        wording = Wording(*(_read(arrays, name) for name in ("rarity", "wording", "wording_bias")))
        small, both = (
            Meaning(Perceptron.of(arrays, f"{name}_"), arrays[f"{name}_codes"].astype(np.int64))
            for name in ("small", "both")
        )
        first, second = (Joint(_read(arrays, name), _read(arrays, f"{name}_bias")) for name in ("first", "second"))
        return Weights(tuple(words["codes"]), small, both, wording, first, second, words["favour"], words["veto"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        raise SettingsError(
            f"The safety check's second opinion in {folder.name}/ can't be read; restore it or run `make tune`."
        ) from None


def _read(arrays: Mapping[str, Any], name: str) -> Floats:
    read: Floats = arrays[name].astype(np.float32)
    return read
