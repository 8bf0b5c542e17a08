"""Erases conversations when the time that patients were told is over."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from bot.store.store import Store

logger = logging.getLogger(__name__)

PAUSE_S = 3600.0
AT_ONCE = 200


async def erase_expired_forever(store: Store, retention_days: Callable[[], int]) -> None:
    """Once an hour, erase what nobody has touched for `retention_days`, which may change meanwhile."""
    while True:
        try:
            days = retention_days()
            before = datetime.now(timezone.utc) - timedelta(days=days)
            while erased := await asyncio.to_thread(store.expire, before=before, limit=AT_ONCE):
                logger.info("Erased %d conversations that were older than %d days.", erased, days)
        except Exception:
            logger.exception("Erasing expired conversations failed; trying again in an hour.")
        await asyncio.sleep(PAUSE_S)
