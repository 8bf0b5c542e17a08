"""Erases conversations when the time that patients were told is over, and whatever else has served its time."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from bot.store.store import Store

logger = logging.getLogger(__name__)

PAUSE_S = 3600.0
AT_ONCE = 200
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


async def erase_expired_forever(store: Store, retention_days: Callable[[], int]) -> None:
    """Once an hour, erase what nobody has touched for `retention_days`, asked for anew each time."""
    clock = CarefulClock()
    while True:
        try:
            await asyncio.to_thread(erase_expired, store, timedelta(days=retention_days()), clock.now())
        except Exception:
            logger.exception("Erasing what has expired failed; trying again in an hour.")
        await asyncio.sleep(PAUSE_S)


def erase_expired(store: Store, retention: timedelta, now: datetime) -> int:
    """Everything whose time is over at `now`, in portions; returns how many conversations.

    May be stopped between any two of them, and run beside other gateways: each erases what it finds left.
    """
    total = 0
    while erased := store.expire(now=now, retention=retention, limit=AT_ONCE):
        total += erased
        logger.info("Erased %d conversations that were older than %d days.", erased, retention.days)
    store.tidy(now=now, retention=retention)
    return total
