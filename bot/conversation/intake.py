"""Takes what messaging apps send: stored first, acknowledged then, dealt with after that, in order for each patient."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Protocol

from bot.channels.events import Batch, Inbound, Receipt
from bot.channels.worker import Worker
from bot.conversation.app_words import without_words
from bot.conversation.rush import Rush
from bot.conversation.unsaid import Unsaid
from bot.errors import PutOff
from bot.privacy.tokens import new_id
from bot.store.inbox import Arrived, Kept, Taken
from bot.store.store import Store

logger = logging.getLogger(__name__)

LEASE_S = 30.0
"""Longer than dealing with one takes on a slow database; after a crash another worker waits this long."""
AT_ONCE = 4
MOST_ATTEMPTS = 8
"""Four minutes of them. Everything else that the patient writes waits behind an event that fails."""


class Deals(Protocol):
    """Deals with one event, or says that it can't; see `bot.conversation.reception`."""

    async def deal(self, taken: Taken, event: Inbound) -> None: ...

    async def apologize(self, taken: Taken, event: Inbound) -> None: ...


@dataclass(frozen=True)
class _Arriving:
    """What waits to be stored; `stored` ends when it is."""

    rows: list[Arrived]
    events: tuple[Inbound, ...]
    stored: asyncio.Future[None]


class Intake:
    """One for each process; any number of them may share the inbox."""

    def __init__(self, store: Store, reception: Deals, *, clock: Callable[[], datetime] | None = None) -> None:
        self._store = store
        self._reception = reception
        self._now = clock or _now
        self._owner = new_id()
        self._arriving: list[_Arriving] = []
        self._storing: asyncio.Task[None] | None = None
        # A thread of its own: whoever knocks waits behind no patient who is being dealt with.
        self._door = ThreadPoolExecutor(1, thread_name_prefix="door")
        self._unsaid = Unsaid()
        self._rush = Rush()
        self._worker = Worker("inbox", self._take, self._deal_safely, most=AT_ONCE, room=self._rush.room)

    async def keep(self, channel: str, batch: Batch) -> None:
        """Return once every event of it is on the disk; a second copy changes nothing. Raises the database's errors.

        What arrives while others are being stored is stored with the next ones, in one transaction: a burst waits for
        the disk a few times and not once for each message.
        """
        if batch.events:
            self._rush.note()
            rows = [
                Arrived(channel, one.key, one.chat, one.to_json(), without_words(one).to_json()) for one in batch.events
            ]
            arriving = _Arriving(rows, batch.events, asyncio.get_running_loop().create_future())
            self._arriving.append(arriving)
            if self._storing is None or self._storing.done():
                self._storing = asyncio.create_task(self._store_arriving())
            await arriving.stored
        for receipt in batch.receipts:
            await asyncio.to_thread(self._note_failure, channel, receipt)

    async def _store_arriving(self) -> None:
        while self._arriving:
            arriving, self._arriving = self._arriving, []
            rows = [row for one in arriving for row in one.rows]
            events = [event for one in arriving for event in one.events]
            try:
                await self._store_together(rows, events)
            except Exception as error:
                for one in arriving:
                    if not one.stored.done():
                        one.stored.set_exception(error)
                continue
            for one in arriving:
                if not one.stored.done():
                    one.stored.set_result(None)
            self._worker.wake()

    async def _store_together(self, rows: list[Arrived], events: list[Inbound]) -> None:
        now, heard = self._now(), set()
        for row, event in zip(rows, events, strict=True):
            if row.row_key not in self._unsaid and row.whole != row.bare:
                # Before it is stored: from then on a worker may deal with it.
                self._unsaid.hear(row.row_key, event, at=now)
                heard.add(row.row_key)
        try:
            kept = await asyncio.get_running_loop().run_in_executor(self._door, self._keep, rows, now)
            heard -= {
                row.row_key for row, one in zip(rows, kept, strict=True) if one.id is not None and not one.is_whole
            }
        finally:
            # Those whose words were stored, or that are known from before, or that failed and will come again.
            for key in heard:
                self._unsaid.forget(key)

    def _keep(self, rows: list[Arrived], now: datetime) -> list[Kept]:
        return self._store.keep_inbound(rows, owner=self._owner, now=now, seconds=LEASE_S)

    def _note_failure(self, channel: str, receipt: Receipt) -> None:
        conversation_id = self._store.fail_remote(channel, receipt.remote, receipt.code, now=self._now())
        chat = None if conversation_id is None else self._store.chat_of(conversation_id)
        if chat is not None and receipt.is_blocked:
            self._store.stop_chat(chat.id, now=self._now())

    async def work_forever(self) -> None:
        """Deal with what comes, at most a few at once; looks by itself every second for what others left."""
        await self._worker.work_forever()

    async def work_due(self) -> None:
        """Deal with all that is due now, and return."""
        await self._worker.work_due()

    async def finish(self, limit_s: float) -> None:
        """Start nothing more and let what is under way end; what is cut off is done again later."""
        await self._worker.finish(limit_s)

    async def _take(self, most: int) -> list[Taken]:
        self._unsaid.forget_old(self._now())
        due = await asyncio.to_thread(
            self._store.take_inbound,
            self._owner,
            now=self._now(),
            seconds=LEASE_S,
            limit=most,
            again=self._unsaid.put_off_here(),
        )
        for taken in due:
            self._unsaid.put_off(taken.key, None)
        return due

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
        return self._unsaid.event(taken.key) or Inbound.from_json(taken.body)

    async def _give_up(self, taken: Taken) -> None:
        logger.error("Event %d of %s is given up.", taken.id, taken.channel)
        try:
            await self._reception.apologize(taken, self._event(taken))
        except Exception:
            logger.exception("Nobody could be told that event %d was given up.", taken.id)
        await self._finish(taken)

    async def _finish(self, taken: Taken) -> None:
        await asyncio.to_thread(self._store.finish_inbound, taken.id, now=self._now())
        self._unsaid.forget(taken.key)
        self._worker.wake()

    async def _put_off(self, taken: Taken, seconds: float, *, is_tried: bool) -> None:
        due_at = self._now() + timedelta(seconds=seconds)
        keep_until = None
        if taken.key in self._unsaid:
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
        self._unsaid.put_off(taken.key, taken.id)


def _now() -> datetime:
    return datetime.now(timezone.utc)
