"""Tells when so many knock at once that letting them in comes before dealing with any of them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

RUSH, RUSH_S = 10, 0.5
"""So many events in so many seconds are a rush."""
MOMENT_S = 0.05
"""After each event, to see whether a rush begins: what was begun can't be stopped when the others knock."""
LONGEST_S = 2.0
"""However many still come, nobody waits longer for being heard."""


class Rush:
    """`clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._came_at: deque[float] = deque(maxlen=RUSH)
        self._since: float | None = None

    def note(self) -> None:
        """Somebody knocks."""
        self._came_at.append(self._clock())

    def room(self, most: int) -> int:
        """How many of `most` may be dealt with at once now: none for a moment, then one while the rush goes on."""
        now = self._clock()
        if not self._is_on(now):
            self._since = None
            return most
        if self._since is None:
            self._since = now
        return 0 if now - self._since < LONGEST_S else 1

    def _is_on(self, now: float) -> bool:
        if not self._came_at:
            return False
        many = len(self._came_at) == RUSH and now - self._came_at[0] < RUSH_S
        return many or now - self._came_at[-1] < MOMENT_S
