"""Erases conversations when the time that patients were told is over, and whatever else has served its time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.gateway.careful_clock import CarefulClock
from bot.store.store import Store

logger = logging.getLogger(__name__)

PAUSE_S = 3600.0
AT_ONCE = 200


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
