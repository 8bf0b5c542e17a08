"""What the tests of the courier share: a clock, and short ways to see how a delivery stands."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from bot.store.outbox import Delivery, Leased
from bot.store.store import Store
from tests.store.samples import NOW


@dataclass
class Clock:
    """Stands still unless a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class Refusing:
    """Fails each time in the same way."""

    error: Exception
    calls: int = 0

    async def send(self, _leased: Leased) -> None:
        self.calls += 1
        raise self.error


def state(store: Store) -> Delivery:
    """How the only row stands."""
    (found,) = store.deliveries(limit=9)
    return found


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(1000):
        if is_so():
            return
        await asyncio.sleep(0.02)
    pytest.fail("It never came to that.")
