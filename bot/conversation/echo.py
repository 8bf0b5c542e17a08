"""Who was told lately where help is, so that a machine that answers us by itself isn't answered for ever."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from bot.types import Flag

HOUR = timedelta(hours=1)
MOST_REPEATS = 6
"""So often in an hour somebody is told again at once what they were told before."""
MINUTE = timedelta(minutes=1)
"""After that, so long after the last time: a machine costs little then, and nobody in danger is met with silence."""
MOST_CHATS = 5_000


class Form(Enum):
    """How much is said to a sign."""

    FULL = "full"
    SHORT = "short"
    NOTHING = "nothing"


@dataclass
class _Told:
    since: datetime
    last: datetime
    signs: set[tuple[str, str]] = field(default_factory=set)
    repeats: int = 0


class Echo:
    """In memory alone: signs say something about somebody's health, and nobody has agreed to keeping that. After a
    start everybody is told once more. Not for several threads."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._now = clock
        self._told: dict[str, _Told] = {}

    def form(self, chat_id: str, flag: Flag) -> Form:
        """What that sign still needs; a new one always everything."""
        told = self._lately(chat_id)
        if not _signs(flag) <= told.signs:
            return Form.FULL
        is_soon = self._now() - told.last < MINUTE
        return Form.NOTHING if told.repeats >= MOST_REPEATS and is_soon else Form.SHORT

    def note(self, chat_id: str, flag: Flag) -> None:
        """It is on its way."""
        told = self._lately(chat_id)
        if _signs(flag) <= told.signs:
            told.repeats += 1
        told.signs |= _signs(flag)
        told.last = self._now()
        self._told.pop(chat_id, None)
        self._told[chat_id] = told
        while len(self._told) > MOST_CHATS or self._is_over(next(iter(self._told.values()))):
            del self._told[next(iter(self._told))]

    def _lately(self, chat_id: str) -> _Told:
        told = self._told.get(chat_id)
        now = self._now()
        return _Told(now, now) if told is None or self._is_over(told) else told

    def _is_over(self, told: _Told) -> bool:
        return self._now() - told.since >= HOUR


def _signs(flag: Flag) -> set[tuple[str, str]]:
    return {(flag.level.value, code) for code in flag.codes or ("",)}
