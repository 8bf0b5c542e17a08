"""Notices that nobody claims a handoff: tells staff again, then others, and then the patient too."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timezone

from bot.clinic import Clinic
from bot.handoff.patience import escalate_after, remind_after, waited_minutes
from bot.privacy.logs import safe_id
from bot.store.reminders import Unclaimed
from bot.store.store import Store
from bot.types import Envelope
from bot.vocabulary import Act

logger = logging.getLogger(__name__)

PAUSE_S = 10.0


class Watch:
    """One for each process; of several, one reminds.

    `clinic` gives the facts as they are now, `sorry` what the patient is told when nobody came; `ring` tells this
    process's readers of that conversation.
    """

    def __init__(
        self, store: Store, clinic: Callable[[], Clinic], *, sorry: Callable[[], Envelope], ring: Callable[[str], None]
    ) -> None:
        self._store = store
        self._clinic = clinic
        self._sorry = sorry
        self._ring = ring

    async def watch_forever(self) -> None:
        """Look every ten seconds."""
        while True:
            try:
                for conversation_id in await asyncio.to_thread(self.look, now=datetime.now(timezone.utc)):
                    self._ring(conversation_id)
            except Exception:
                logger.exception("Looking for unclaimed conversations failed; trying again in %g s.", PAUSE_S)
            await asyncio.sleep(PAUSE_S)

    def look(self, *, now: datetime) -> list[str]:
        """Remind of and escalate whatever is due. Returns the conversations in which the patient was told."""
        clinic = self._clinic()
        told = []
        for seen in self._store.unclaimed_handoffs():
            act, minutes = _due(seen, clinic, now)
            if act is None:
                continue
            notice = self._sorry() if act is Act.ESCALATE else None
            why = f"unclaimed for {minutes:.0f} minutes"
            if not self._store.remind(seen, act, why=why, notice=notice, now=now):
                continue
            logger.warning("Conversation %s: unclaimed for %.0f minutes.", safe_id(seen.conversation_id), minutes)
            if notice is not None:
                told.append(seen.conversation_id)
        return told


def _due(seen: Unclaimed, clinic: Clinic, now: datetime) -> tuple[Act | None, float]:
    """What is due, and for how many minutes it has waited."""
    minutes = waited_minutes(seen.priority, seen.waiting_since, clinic, now=now)
    if minutes >= escalate_after(seen.priority, clinic):
        return Act.ESCALATE, minutes
    is_due = minutes >= remind_after(seen.priority, clinic) and not seen.reminders
    return (Act.REMIND if is_due else None), minutes
