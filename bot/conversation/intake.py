"""Takes what messaging apps send: stored first, acknowledged then, dealt with after that, in order for each patient."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Protocol

from bot.channels.delivery import first_of
from bot.channels.events import Batch, Inbound, Receipt
from bot.conversation.reception import without_words
from bot.errors import PutOff
from bot.privacy.tokens import new_id
from bot.store.inbox import Arrived, Kept, Taken
from bot.store.store import Store

logger = logging.getLogger(__name__)

LEASE_S = 30.0
"""Longer than dealing with one takes on a slow database; after a crash another worker waits this long."""
AT_ONCE = 4
RUSH, RUSH_S = 10, 0.5
"""So many events in so many seconds are a rush."""
LONGEST_RUSH_S = 2.0
"""However many still come, nobody waits longer for being heard."""
PAUSE_S = 1.0
MOST_ATTEMPTS = 8
"""Four minutes of them. Everything else that the patient writes waits behind an event that fails."""
MOST_UNSAID = 5_000


class Deals(Protocol):
    """Deals with one event, or says that it can't; see `bot.conversation.reception`."""

    async def deal(self, taken: Taken, event: Inbound) -> None: ...

    async def apologize(self, taken: Taken, event: Inbound) -> None: ...


class Intake:
    """One for each process; any number of them may share the inbox."""

    def __init__(self, store: Store, reception: Deals, *, clock: Callable[[], datetime] | None = None) -> None:
        self._store = store
        self._reception = reception
        self._now = clock or _now
        self._owner = new_id()
        self._arriving: list[tuple[list[Arrived], list[Inbound], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        self._unsaid: dict[int, Inbound] = {}
        self._put_off_here: set[int] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._came_at: deque[float] = deque(maxlen=RUSH)
        self._rush_since: float | None = None
        self._is_finishing = False

    async def keep(self, channel: str, batch: Batch) -> None:
        """Return once every event of it is on the disk; a second copy changes nothing. Raises the database's errors.

        What arrives while others are being stored is stored with the next ones, in one transaction: a burst waits for
        the disk a few times and not once for each message.
        """
        if batch.events:
            self._came_at.append(time.monotonic())
            arrived = [
                Arrived(channel, one.key, one.chat, one.to_json(), without_words(one).to_json()) for one in batch.events
            ]
            stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._arriving.append((arrived, list(batch.events), stored))
            if self._storing is None or self._storing.done():
                self._storing = asyncio.create_task(self._store_arriving())
            await stored
        for receipt in batch.receipts:
            await asyncio.to_thread(self._note_failure, channel, receipt)

    async def _store_arriving(self) -> None:
        while self._arriving:
            taken, self._arriving = self._arriving, []
            rows = [one for arrived, _, _ in taken for one in arrived]
            events = [one for _, those, _ in taken for one in those]
            try:
                kept = await asyncio.to_thread(
                    self._store.keep_inbound, rows, owner=self._owner, now=self._now(), seconds=LEASE_S
                )
            except Exception as error:
                for _, _, stored in taken:
                    if not stored.done():
                        stored.set_exception(error)
                continue
            self._remember(events, kept)
            for _, _, stored in taken:
                if not stored.done():
                    stored.set_result(None)
            self._news.set()

    def _remember(self, events: Sequence[Inbound], kept: Sequence[Kept]) -> None:
        """The words of patients who haven't agreed to storing them: here only, and only until they are dealt with."""
        for event, one in zip(events, kept, strict=True):
            if one.id is not None and not one.is_whole:
                self._unsaid[one.id] = event
        while len(self._unsaid) > MOST_UNSAID:
            # The oldest: another process may have dealt with it long ago.
            self._put_off_here.discard(oldest := next(iter(self._unsaid)))
            del self._unsaid[oldest]

    def _note_failure(self, channel: str, receipt: Receipt) -> None:
        conversation_id = self._store.fail_remote(channel, receipt.remote, receipt.code, now=self._now())
        chat = None if conversation_id is None else self._store.chat_of(conversation_id)
        if chat is not None and receipt.is_blocked:
            self._store.stop_chat(chat.id, now=self._now())

    def _room(self) -> int:
        """How many may be dealt with at once. While many knock, letting them in comes first, for a moment."""
        now = time.monotonic()
        if len(self._came_at) < RUSH or now - self._came_at[0] >= RUSH_S:
            self._rush_since = None
            return AT_ONCE
        self._rush_since = self._rush_since or now
        return 0 if now - self._rush_since < LONGEST_RUSH_S else 1

    async def work_forever(self) -> None:
        """Deal with what comes, at most a few at once; looks by itself every second for what others left."""
        while not self._is_finishing:
            self._news.clear()
            try:
                await self._start_due()
            except Exception:
                logger.exception("Looking into the inbox failed; trying again in %g s.", PAUSE_S)
            await first_of(self._news, self._running, PAUSE_S)

    async def work_due(self) -> None:
        """Deal with all that is due now, and return."""
        while await self._start_due():
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, limit_s: float) -> None:
        """Start nothing more and let what is under way end; what is cut off is done again later."""
        self._is_finishing = True
        running = list(self._running)
        if running:
            await asyncio.wait(running, timeout=limit_s)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _start_due(self) -> bool:
        room = self._room() - len(self._running)
        if room > 0 and not self._is_finishing:
            due = await asyncio.to_thread(
                self._store.take_inbound,
                self._owner,
                now=self._now(),
                seconds=LEASE_S,
                limit=room,
                again=tuple(self._put_off_here),
            )
            self._put_off_here.difference_update(taken.id for taken in due)
            for taken in due:
                task = asyncio.create_task(self._deal_safely(taken))
                self._running.add(task)
                task.add_done_callback(self._running.discard)
        return bool(self._running)

    async def _deal_safely(self, taken: Taken) -> None:
        try:
            await self._deal(taken)
        except Exception:
            logger.exception("What became of event %d can't be stored.", taken.id)

    async def _deal(self, taken: Taken) -> None:
        if taken.attempts > MOST_ATTEMPTS:
            # Each attempt ended the whole process.
            await self._give_up(taken)
            return
        try:
            await self._reception.deal(taken, self._event(taken))
        except PutOff as later:
            await self._put_off(taken, later.seconds, is_tried=False)
        except Exception:
            # No patient's word is in it: the errors of this project and of the database carry none.
            logger.exception("Event %d of %s failed for the %d. time.", taken.id, taken.channel, taken.attempts)
            if taken.attempts == MOST_ATTEMPTS:
                await self._give_up(taken)
            else:
                await self._put_off(taken, 2.0**taken.attempts, is_tried=True)
        else:
            await self._finish(taken)

    def _event(self, taken: Taken) -> Inbound:
        return self._unsaid.get(taken.id) or Inbound.from_json(taken.body)

    async def _give_up(self, taken: Taken) -> None:
        logger.error("Event %d of %s is given up.", taken.id, taken.channel)
        try:
            await self._reception.apologize(taken, self._event(taken))
        except Exception:
            logger.exception("Nobody could be told that event %d was given up.", taken.id)
        await self._finish(taken)

    async def _finish(self, taken: Taken) -> None:
        await asyncio.to_thread(self._store.finish_inbound, taken.id, now=self._now())
        self._unsaid.pop(taken.id, None)
        self._news.set()

    async def _put_off(self, taken: Taken, seconds: float, *, is_tried: bool) -> None:
        due_at = self._now() + timedelta(seconds=seconds)
        keep_until = None
        if taken.id in self._unsaid:
            # Whoever else took it would see that there was something, and not what.
            keep_until = due_at + timedelta(seconds=LEASE_S)
        await asyncio.to_thread(
            self._store.put_off_inbound,
            taken.id,
            self._owner,
            due_at=due_at,
            is_tried=is_tried,
            keep_until=keep_until,
        )
        if keep_until is not None:
            self._put_off_here.add(taken.id)


def _now() -> datetime:
    return datetime.now(timezone.utc)
