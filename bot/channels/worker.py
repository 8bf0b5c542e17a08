"""Deals with what waits in a queue, a few things at once: when woken, when one of them ends, and every second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Generic, TypeVar

logger = logging.getLogger(__name__)

PAUSE_S = 1.0
SOON_S = 0.05
"""While nothing may be started for a moment."""

Thing = TypeVar("Thing")


def _all(most: int) -> int:
    return most


class Worker(Generic[Thing]):
    """`take(n)` leases at most `n` things from the queue called `name`, `do` deals with one of them and never raises.

    At most `most` are under way at once; `room(most)` may say fewer for the moment.
    """

    def __init__(
        self,
        name: str,
        take: Callable[[int], Coroutine[Any, Any, Sequence[Thing]]],
        do: Callable[[Thing], Coroutine[Any, Any, None]],
        *,
        most: int,
        room: Callable[[int], int] = _all,
    ) -> None:
        self._name = name
        self._take = take
        self._do = do
        self._most = most
        self._room = room
        self._running: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._is_finishing = False

    def wake(self) -> None:
        """Something may have been queued: look at once."""
        self._news.set()

    async def work_forever(self) -> None:
        """Look for what is due every second and when woken."""
        while not self._is_finishing:
            self._news.clear()
            room = self._room(self._most)
            try:
                await self._start_due(room)
            except Exception:
                logger.exception("Looking into the %s failed; trying again in %g s.", self._name, PAUSE_S)
            await self._wait(PAUSE_S if room else SOON_S)

    async def work_due(self) -> None:
        """Deal with all that is due now, and with what becomes due by it, and return."""
        while await self._start_due(self._most):
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, limit_s: float) -> None:
        """Start nothing more, let what is under way end for at most `limit_s`, and cancel the rest."""
        self._is_finishing = True
        running = list(self._running)
        if running:
            await asyncio.wait(running, timeout=limit_s)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _start_due(self, room: int) -> bool:
        """Start as many as there is room for. Returns whether any is under way."""
        free = room - len(self._running)
        if free > 0 and not self._is_finishing:
            for thing in await self._take(free):
                task = asyncio.create_task(self._do(thing))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        return bool(self._running)

    async def _wait(self, seconds: float) -> None:
        """Return when there is news, when one that is under way ends, or after so many seconds."""
        news = asyncio.create_task(self._news.wait())
        try:
            await asyncio.wait([news, *self._running], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
