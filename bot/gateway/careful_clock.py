"""A clock that doesn't believe everything, for what can't be taken back."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

logger = logging.getLogger(__name__)

JUMP = timedelta(hours=1)
"""More than clocks drift apart in an hour."""
BELIEVED_AFTER = timedelta(days=1)
"""A clock that was put forward and stays so for this long was put right."""


class CarefulClock:
    """The time by which is erased: never ahead of what has really passed since the start, for what is erased is gone.

    A clock that jumps a day ahead is believed only a day later. One that jumps back is believed at once: then
    everything merely stays a little longer.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._elapsed_s = elapsed_s
        self._set(wall())

    def _set(self, now: datetime) -> None:
        self._start, self._start_s = now, self._elapsed_s()
        self._jumped_s: float | None = None

    def now(self) -> datetime:
        """The wall's time, or what it should be while it is ahead of that."""
        wall = self._wall()
        expected = self._start + timedelta(seconds=self._elapsed_s() - self._start_s)
        if wall - expected <= JUMP:
            # Anchored anew each time, so that small drifts never add up to a jump.
            self._set(wall)
            return wall
        if self._jumped_s is None:
            self._jumped_s = self._elapsed_s()
            logger.error("The clock jumped ahead; nothing is erased by the new time for a day.")
        if self._elapsed_s() - self._jumped_s >= BELIEVED_AFTER.total_seconds():
            self._set(wall)
            return wall
        return expected
