"""Answers pending messages: those of one conversation one at a time and in order, whichever process they came to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timezone

from bot.conversation.brain import Brain
from bot.conversation.bulletin import Bulletin
from bot.conversation.learning import Learning
from bot.conversation.promise import Promise
from bot.conversation.rights import Rights
from bot.errors import BrainUnavailable
from bot.privacy.logs import safe_id
from bot.privacy.tokens import new_id
from bot.store.store import Store
from bot.types import Envelope, PatientTurn, Pending
from bot.vocabulary import QUIET_TURNS

logger = logging.getLogger(__name__)

LEASE_S = 30.0
"""Longer than the brain's time limit and a slow database together; after a crash another process waits this long."""
SWEEP_S = 2.0
AT_ONCE = 8


class Turns:
    """Asks the brain about each pending message and stores what it says. `sorry` is said when the brain is down.

    `promise` says how long staff usually take, where the brain leaves a gap for that.
    """

    def __init__(
        self,
        store: Store,
        brain: Brain,
        bulletin: Bulletin,
        *,
        sorry: Envelope,
        promise: Promise,
        learning: Learning | None = None,
        rights: Rights | None = None,
    ) -> None:
        self._store = store
        self._brain = brain
        self._bulletin = bulletin
        self._sorry = sorry
        self._promise = promise
        self._learning = learning
        self._rights = rights
        self._owner = new_id()
        self._running: dict[str, asyncio.Task[None]] = {}
        self._woken_again: set[str] = set()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._is_finishing = False

    def wake(self, conversation_id: str) -> None:
        """Answer what is pending there, soon. Call after a message was stored; needs a running event loop."""
        if self._is_finishing:
            # Whoever is there next finds it in the log.
            return
        if conversation_id in self._running:
            # Its last look may be behind it; it looks once more before it ends.
            self._woken_again.add(conversation_id)
        else:
            self._running[conversation_id] = asyncio.create_task(self._run_safely(conversation_id))

    async def settle(self, conversation_id: str) -> None:
        """Return when nothing is running for a conversation in this process."""
        while task := self._running.get(conversation_id):
            await asyncio.wait([task])

    async def finish(self, limit_s: float) -> None:
        """Start nothing more, let running turns end for at most `limit_s`, and give back what is left of them."""
        self._is_finishing = True
        running = list(self._running.values())
        if running:
            await asyncio.wait(running, timeout=limit_s)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def sweep_forever(self) -> None:
        """Pick up what a dead process, or a race with the end of a run, has left unanswered."""
        while True:
            try:
                now = datetime.now(timezone.utc)
                for conversation_id in await asyncio.to_thread(
                    self._store.conversations_with_pending, now=now, limit=100
                ):
                    self.wake(conversation_id)
            except Exception:
                logger.exception("Looking for unanswered messages failed; trying again in %g s.", SWEEP_S)
            await asyncio.sleep(SWEEP_S)

    async def run(self, conversation_id: str) -> None:
        """Answer everything that is pending in one conversation, unless another process is at it."""
        has_more = True
        while has_more and not self._is_finishing and (pending := await self._take(conversation_id)):
            try:
                has_more = await self._answer(pending)
            except BaseException:
                # The sweep may come back to it at once, instead of when the lease has run out.
                await asyncio.to_thread(self._store.release, conversation_id, self._owner)
                raise

    async def _run_safely(self, conversation_id: str) -> None:
        try:
            async with self._room:
                await self.run(conversation_id)
        except Exception:
            # The message stays pending, so the sweep comes back to it.
            logger.exception("Conversation %s: a turn failed.", safe_id(conversation_id))
        finally:
            del self._running[conversation_id]
        if conversation_id in self._woken_again:
            self._woken_again.discard(conversation_id)
            self.wake(conversation_id)

    async def _take(self, conversation_id: str) -> Pending | None:
        now = datetime.now(timezone.utc)
        return await asyncio.to_thread(self._store.take, conversation_id, owner=self._owner, now=now, seconds=LEASE_S)

    async def _answer(self, pending: Pending) -> bool:
        """Whether another message waits."""
        said = await self._ask(pending)
        now = datetime.now(timezone.utc)
        envelopes = await asyncio.to_thread(self._promise, said, now)
        answered = await asyncio.to_thread(
            self._store.answer, pending.conversation_id, pending.seq, envelopes, owner=self._owner, now=now
        )
        self._bulletin.ring(pending.conversation_id)
        if self._learning is not None:
            await asyncio.to_thread(self._learning.note, pending, envelopes, answered.seqs)
        return answered.has_more

    async def _ask(self, pending: Pending) -> Sequence[Envelope]:
        turn = PatientTurn(
            pending.conversation_id,
            str(pending.seq),
            pending.text,
            pending.payload,
            pending.after_flag,
            pending.is_waiting,
            pending.after_others,
        )
        try:
            envelopes = await self._brain.answer(turn)
        except BrainUnavailable as error:
            logger.error("Conversation %s: %s", safe_id(pending.conversation_id), error)
            # Nobody has asked anything: what was left open comes again with the next message.
            return [] if pending.payload in QUIET_TURNS else [await self._without_brain(pending)]
        if self._rights is None:
            return envelopes
        return await asyncio.to_thread(self._rights.carry_out, pending, envelopes)

    async def _without_brain(self, pending: Pending) -> Envelope:
        """Rights wait for no one; for everything else the patient reads where to call."""
        if self._rights is None:
            return self._sorry
        found = await asyncio.to_thread(self._rights.find, pending.conversation_id, pending.text, pending.payload)
        return found or self._sorry
