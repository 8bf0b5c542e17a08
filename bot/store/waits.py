"""How long patients have waited for a person: measured, for the sentence that tells the next one."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import select

from bot.store.base import Base
from bot.store.tables import handoffs
from bot.vocabulary import Reason

LOOK_BACK = timedelta(days=30)
FEWEST = 5
"""Of fewer waits the middle one tells little."""
STEPS = (1, 2, 5, 10, 15, 30, 60)

Minutes = Callable[[datetime, datetime], float]
"""How many minutes of the time between two moments count."""


class Waits(Base):
    """Read from the handoffs themselves, so that nothing has to be counted on the way."""

    def usual_wait_minutes(self, now: datetime, minutes: Minutes | None = None) -> int | None:
        """How long somebody who asked for a person in the last 30 days usually waited, rounded up.

        `minutes` counts opening hours only (`Hours.open_minutes`); without it every minute counts. None while there
        are fewer than five such waits.
        """
        query = select(handoffs.c.opened_at, handoffs.c.first_claimed_at).where(
            handoffs.c.first_claimed_at > now - LOOK_BACK,
            handoffs.c.first_claimed_at <= now,
            # Whom staff wrote to of their own accord didn't wait.
            handoffs.c.reason != Reason.STAFF.value,
        )
        with self._read() as connection:
            rows = connection.execute(query).all()
        count = minutes or _all_minutes
        waits = [count(row.opened_at, row.first_claimed_at) for row in rows]
        return rounded_up(median(waits)) if len(waits) >= FEWEST else None


def rounded_up(minutes: float) -> int:
    """To 1, 2, 5, 10, 15, 30 or 60 minutes, and then to whole hours: a wait that ends early disappoints nobody."""
    return next((step for step in STEPS if minutes <= step), math.ceil(minutes / 60) * 60)


def _all_minutes(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start) / timedelta(minutes=1))
