"""Find how long something has been going on: "three weeks later", "day 4", "since last month"."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel, Extra, PrivateAttr

from bot.safety.normalise import Text
from bot.safety.phrases import Hit

THRESHOLDS_DAYS = {"after_1d": 1.4, "after_2d": 2.0, "after_5d": 5.0, "after_2w": 14.0, "after_1y": 330.0}
"""Groups that a time makes true when it is at least so many days long."""
YEAR_NAMED = "year_named"
"""The group of years in figures, like 2014."""
YEAR = re.compile(r"(19|20)\d\d")
GROUPS = frozenset({*THRESHOLDS_DAYS, YEAR_NAMED})


class TimeWords(BaseModel):
    """The words for times of one language (`knowledge/safety/words/time.yml`). Lengths are in days."""

    units: dict[str, float]
    numbers: dict[str, float]
    ahead: list[str]
    """Words before a time that put it in the future or make it a rhythm ("in 3 weeks", "every 2 weeks")."""
    behind: list[str]
    """Words after a time that put it in the past all the same ("in 3 weeks" but "3 weeks in", "2 weeks later")."""
    counted: list[str]
    """Words before a number without unit that count units ("day 3", "week 2")."""
    phrases: dict[str, float]

    _by_first_word: dict[str, list[tuple[tuple[str, ...], float]]] = PrivateAttr(default_factory=dict)

    def __init__(self, **data: Any) -> None:
        super().__init__(**data)
        for phrase, days in self.phrases.items():
            wanted = tuple(phrase.split())
            self._by_first_word.setdefault(wanted[0], []).append((wanted, days))

    @property
    def by_first_word(self) -> dict[str, list[tuple[tuple[str, ...], float]]]:
        """The phrases, each as its words, by their first word."""
        return self._by_first_word

    @property
    def words(self) -> frozenset[str]:
        """Every single word of the file."""
        return (
            frozenset(self.units)
            | frozenset(self.numbers)
            | {word for phrase in self.phrases for word in phrase.split()}
        )

    class Config:
        extra = Extra.forbid


def find_times(text: Text, times: TimeWords) -> dict[str, list[Hit]]:
    """The groups of `THRESHOLDS_DAYS`, each with the places where the message names a time so long."""
    spans = [*_numbered(text.words, times), *_phrased(text.words, times)]
    groups = {
        name: [Hit(start, end, name) for start, end, days in sorted(spans) if days >= least]
        for name, least in THRESHOLDS_DAYS.items()
    }
    groups[YEAR_NAMED] = [Hit(at, at + 1, YEAR_NAMED) for at, word in enumerate(text.words) if YEAR.fullmatch(word)]
    return {name: hits for name, hits in groups.items() if hits}


def _numbered(words: tuple[str, ...], times: TimeWords) -> list[tuple[int, int, float]]:
    spans = []
    for at, word in enumerate(words):
        days = times.units.get(word)
        if days is None:
            continue
        if _number(words, at + 1, times) and word in times.counted:
            amount, start, end = _number(words, at + 1, times), at, at + 2
        else:
            amount, start = _amount(words, at, times)
            end = at + 1
        if amount and not _is_ahead(words, start, end, times):
            spans.append((start, end, amount * days))
    return spans


def _amount(words: tuple[str, ...], unit_at: int, times: TimeWords) -> tuple[float, int]:
    """The number before a unit, over at most two small words ("couple of weeks"); 0 when there is none."""
    for back in (1, 2, 3):
        at = unit_at - back
        if at < 0:
            break
        amount = _number(words, at, times)
        if amount:
            return amount, at
        if words[at] not in {
            "of",
            "full",
            "whole",
            "good",
            "more",
            "solid",
            "long",
            "th",
            "nd",
            "rd",
            "st",
            "and",
            "half",
        }:
            break
    return 0.0, unit_at


def _number(words: tuple[str, ...], at: int, times: TimeWords) -> float:
    if at >= len(words):
        return 0.0
    word = words[at]
    if word in times.numbers:
        return times.numbers[word]
    try:
        return float(word) if float(word) < 1000 else 0.0
    except ValueError:
        return 0.0


def _is_ahead(words: tuple[str, ...], start: int, end: int, times: TimeWords) -> bool:
    if end < len(words) and words[end] in times.behind:
        return False
    return any(word in times.ahead for word in words[max(0, start - 2) : start])


def _phrased(words: tuple[str, ...], times: TimeWords) -> list[tuple[int, int, float]]:
    spans = []
    for at in range(len(words)):
        for wanted, days in times.by_first_word.get(words[at], ()):
            if words[at : at + len(wanted)] == wanted:
                spans.append((at, at + len(wanted), days))
    return spans
