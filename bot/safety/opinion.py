"""A learnt second opinion beside the exact signs: how much a message is like others that did or didn't need a doctor.

`make tune` learns it (`bot/tuning/opinion.py`). The check works without it; with it, rules and likeness are weighed
together, so that an unusual wording is still found and a harmless one that holds a sign's words is let pass.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError  # type: ignore[attr-defined]  # missing from its stubs
from safetensors.numpy import load_file

from bot.errors import SettingsError
from bot.settings import ROOT
from bot.vocabulary import Level

OPINION_FOLDER = ROOT / "data" / "safety" / "second_opinion"
NUMBERS, WORDS = "weights.safetensors", "words.json"
NONE = "none"
WINDOW_WORDS = 40
"""Longer messages are also read in parts of about this many words: a sign may hide among much else."""
LONG_WORDS = 300
"""Of a still longer message only the parts are read, and only with mended spelling: it would take seconds else."""
HIDDEN = 0.8
"""What a part of a message counts against the whole: a part alone lacks what the rest says."""

Floats = npt.NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]


def level_of(code: str) -> Level:
    """The level that a code of the clinical page belongs to."""
    named = {"4D": Level.CRISIS, "4E": Level.MINOR}
    return named.get(code) or (Level.EMERGENCY if code.startswith("E") else Level.URGENT)


@dataclass(frozen=True)
class Weights:
    """`codes` (labels, one of them `none`) with `weights` (384, labels) and `bias` (labels,)."""

    codes: tuple[str, ...]
    weights: Floats
    bias: Floats
    limits: Mapping[str, float]
    """Least chance of a sign, for each level, when no rule found one; `veto`: below it a rule doesn't count;
    `together`: when the words stem from several messages; `emergency_share`: what lifts a sign to an emergency."""


@dataclass(frozen=True)
class Opinion:
    """What the message is like: the chance that it carries a sign, and how that divides among the codes."""

    chance: float
    shares: Mapping[str, float]

    def level_shares(self) -> dict[Level, float]:
        """How the chance divides among the levels; sums to 1."""
        shares = dict.fromkeys(Level, 0.0)
        for code, share in self.shares.items():
            shares[level_of(code)] += share
        return shares


class SecondOpinion:
    """Holds no state between messages, so threads may share it."""

    def __init__(self, encode: Encode, weights: Weights) -> None:
        self._encode = encode
        self._weights = weights
        self._quiet = weights.codes.index(NONE)

    def judge(self, text: str, words: Sequence[str]) -> Opinion:
        """What `text` is like. `words` are its words with mended spelling: it is read both ways."""
        if len(words) > LONG_WORDS:
            return self._opinion(self._loudest(self._chances(windows(words))), HIDDEN)
        written, mended = windows(text.split()), windows(words)
        chances = self._chances([*written, *mended])
        whole = (chances[0] + chances[len(written)]) / 2
        parts = [*chances[1 : len(written)], *chances[len(written) + 1 :]]
        loudest = self._loudest([whole, *parts])
        if HIDDEN * (1.0 - loudest[self._quiet]) > 1.0 - whole[self._quiet]:
            return self._opinion(loudest, HIDDEN)
        return self._opinion(whole, 1.0)

    def level(self, opinion: Opinion, rule: Level | None, *, together: bool = False) -> Level | None:
        """The level that opinion and rule come to, or None. Between two, the higher.

        `together` asks for more: the words stem from several messages and may not belong to one another.
        """
        limits, shares = self._weights.limits, opinion.level_shares()
        if rule is not None and opinion.chance < limits["veto"]:
            return None
        likely = max(shares, key=lambda level: shares[level])
        if shares[Level.EMERGENCY] >= limits["emergency_share"]:
            likely = Level.EMERGENCY
        # Crisis and minor are each one code: only what speaks for that very code counts.
        chance = opinion.chance * (shares[likely] if likely in OWN_SHARE else 1.0)
        if chance < (limits["together"] if together else limits[likely.value]):
            return rule
        return likely if rule is None or RANK[likely] <= RANK[rule] else rule

    def _chances(self, parts: Sequence[str]) -> Floats:
        """Chances of the codes, shape (parts, labels)."""
        scores = self._encode(parts) @ self._weights.weights + self._weights.bias
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))

    def _loudest(self, chances: Iterable[Floats]) -> Floats:
        return min(chances, key=lambda part: float(part[self._quiet]))

    def _opinion(self, chances: Floats, weight: float) -> Opinion:
        sign = max(1.0 - float(chances[self._quiet]), 1e-9)
        shares = {
            code: float(share) / sign for code, share in zip(self._weights.codes, chances, strict=True) if code != NONE
        }
        return Opinion(weight * sign, shares)


OWN_SHARE = frozenset({Level.CRISIS, Level.MINOR})
RANK = {Level.EMERGENCY: 0, Level.CRISIS: 1, Level.URGENT: 2, Level.MINOR: 3}


def windows(words: Sequence[str]) -> list[str]:
    """The whole text, and for a long one its parts, which overlap by half; of a very long one only its parts."""
    if len(words) <= WINDOW_WORDS * 3 // 2:
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
        return Weights(tuple(words["codes"]), arrays["weights"], arrays["bias"], words["limits"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        raise SettingsError(
            f"The safety check's second opinion in {folder.name}/ can't be read; restore it or run `make tune`."
        ) from None
