"""Carries what is in the outbox to whoever should get it, again and again until it arrives or is given up."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Protocol

from bot.channels.reasons import BAD_TOKEN, CRASHED, NO_CONNECTION, NOT_SET_UP, TIMEOUT
from bot.channels.worker import Worker
from bot.errors import DeliveryError, NotNeeded, PutOff
from bot.privacy.tokens import new_id
from bot.store.outbox import Leased
from bot.store.store import Store
from bot.vocabulary import APPS

logger = logging.getLogger(__name__)

LIMIT_S = 20.0
"""For one attempt."""
LEASE_S = 60.0
"""Well above the limit: after a crash another worker waits this long and sends it again."""
AT_ONCE = 8
"""Patients in apps don't wait behind a mail server that hangs."""
PAUSES_S = (5.0, 30.0, 120.0, 600.0, 1800.0)
HOUR_S = 3600.0
MOST_ATTEMPTS = len(PAUSES_S) + 72
"""Hourly for three days after the first five: a weekend without a mail server loses nothing."""
MOST_OF_A_REPLY = len(PAUSES_S) + 6
"""Six hours for a message to a patient's app: nobody waits longer for it, and staff see that it hasn't arrived."""
MOST_WITH_OTHERS = len(PAUSES_S) + 1
"""Three quarters of an hour when others wait behind it: one that the app can't take must not silence the whole talk."""
WHOLE_WAY = frozenset({NO_CONNECTION, NOT_SET_UP, BAD_TOKEN})
"""What lies in no message: the others would fail like it, and all of them arrive once it is mended."""
LONGEST_PAUSE_S = 24 * HOUR_S
JITTER = 0.2
KEEP = timedelta(days=30)


class Transport(Protocol):
    """Sends one kind of thing."""

    async def send(self, leased: Leased) -> None:
        """Return when the receiver has it. Raises DeliveryError, PutOff, or NotNeeded when nobody wants it any more.

        After a crash it is called again for what may have arrived: `leased.stable_id` goes along, so that the
        receiver can tell.
        """


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Courier:
    """One for each process; any number of them may share the outbox. `transports` by kind."""

    def __init__(
        self,
        store: Store,
        transports: Mapping[str, Transport],
        *,
        limit_s: float = LIMIT_S,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._store = store
        self._transports = transports
        self._limit_s = limit_s
        self._clock = clock
        self._owner = new_id()
        self._cleared_at: datetime | None = None
        self._worker = Worker("outbox", self._take, self._deliver_safely, most=AT_ONCE)

    def wake(self) -> None:
        """Something may have been queued: look at once."""
        self._worker.wake()

    async def deliver_forever(self) -> None:
        """Look for what is due every second and when woken; at most `AT_ONCE` are under way at once."""
        await self._worker.work_forever()

    async def deliver_due(self) -> None:
        """Send all that is due now, and what becomes due by it, and return."""
        await self._worker.work_due()

    async def finish(self, limit_s: float) -> None:
        """Start nothing more, let what is under way end for at most `limit_s`, and give the rest back."""
        await self._worker.finish(limit_s)

    async def _take(self, most: int) -> list[Leased]:
        now = self._clock()
        if self._cleared_at is None or now - self._cleared_at > timedelta(seconds=HOUR_S):
            self._cleared_at = now
            await asyncio.to_thread(self._store.clear_outbox, before=now - KEEP)
        return await self._lease(most)

    async def _lease(self, room: int) -> list[Leased]:
        leasing = asyncio.create_task(
            asyncio.to_thread(self._store.lease_due, self._owner, now=self._clock(), seconds=LEASE_S, limit=room)
        )
        try:
            return await asyncio.shield(leasing)
        except asyncio.CancelledError:
            # Stopped just now: what the thread still leases would wait until the lease has run out.
            for leased in await leasing:
                await asyncio.to_thread(self._store.give_back, leased.id, self._owner)
            raise

    async def _deliver_safely(self, leased: Leased) -> None:
        try:
            await self._deliver(leased)
        except asyncio.CancelledError:
            await asyncio.to_thread(self._store.give_back, leased.id, self._owner)
            raise
        except Exception:
            # The database failed: the lease runs out, and another attempt follows.
            logger.exception("What became of delivery %d can't be stored.", leased.id)

    async def _deliver(self, leased: Leased) -> None:
        if leased.attempts > MOST_ATTEMPTS:
            # Each attempt ended the whole process.
            await self._settle_failure(leased, DeliveryError(CRASHED, is_permanent=True))
            return
        try:
            await self._send(leased)
        except NotNeeded:
            await asyncio.to_thread(self._store.mark_dropped, leased.id, self._owner, now=self._clock())
        except PutOff as later:
            due_at = self._clock() + timedelta(seconds=later.seconds)
            await asyncio.to_thread(self._store.put_off, leased.id, self._owner, due_at=due_at)
        except DeliveryError as error:
            await self._settle_failure(leased, error)
        else:
            await asyncio.to_thread(self._store.mark_sent, leased.id, self._owner, now=self._clock())

    async def _send(self, leased: Leased) -> None:
        """Raises DeliveryError for whatever goes wrong, PutOff, or NotNeeded."""
        transport = self._transports.get(leased.outgoing.kind)
        if transport is None:
            raise DeliveryError(NOT_SET_UP)
        try:
            await asyncio.wait_for(transport.send(leased), self._limit_s)
        except asyncio.TimeoutError:
            raise DeliveryError(TIMEOUT) from None
        except (DeliveryError, NotNeeded, PutOff):
            raise
        except Exception:
            logger.exception("Delivery %d (%s) met an error that nobody expects.", leased.id, leased.outgoing.kind)
            raise DeliveryError(CRASHED) from None

    async def _settle_failure(self, leased: Leased, error: DeliveryError) -> None:
        row_id, kind, now = leased.id, leased.outgoing.kind, self._clock()
        if error.is_permanent or leased.attempts >= await self._most_attempts(leased, error):
            logger.error("Delivery %d (%s) is given up: %s.", row_id, kind, error.code)
            await asyncio.to_thread(self._store.mark_failed, row_id, self._owner, error.code, now=now)
            return
        wait_s = pause_s(leased.attempts, error.retry_after_s)
        logger.warning("Delivery %d (%s) failed: %s; again in %.0f s.", row_id, kind, error.code, wait_s)
        due_at = now + timedelta(seconds=wait_s)
        await asyncio.to_thread(self._store.retry_at, row_id, self._owner, error.code, due_at=due_at)

    async def _most_attempts(self, leased: Leased, error: DeliveryError) -> int:
        if leased.outgoing.kind not in APPS or {error.code, leased.error} & WHOLE_WAY:
            return MOST_ATTEMPTS
        is_in_the_way = await asyncio.to_thread(self._store.holds_up, leased.id)
        return MOST_WITH_OTHERS if is_in_the_way else MOST_OF_A_REPLY


def pause_s(attempts: int, retry_after_s: float | None = None) -> float:
    """Seconds until the next try after so many; never shorter than the receiver asks for, up to a day."""
    usual = PAUSES_S[attempts - 1] if attempts <= len(PAUSES_S) else HOUR_S
    # Spread, so that what failed together doesn't come back together.
    spread = usual * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  (no secret)
    return max(spread, min(retry_after_s or 0.0, LONGEST_PAUSE_S))
