"""That a patient is writing, for staff who look; and how often that is written down."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from datetime import datetime, timezone

from bot.conversation.bulletin import Bulletin
from bot.store.store import Store
from bot.vocabulary import PATIENT

EVERY_S = 2.0
"""A page that tells of each key pressed costs no more than one that tells seldom."""
KNOWN = 10_000


class PatientTyping:
    """Throttled in this process; what it notes is forgotten after seconds."""

    def __init__(self, store: Store, bulletin: Bulletin) -> None:
        self._store = store
        self._bulletin = bulletin
        self._noted: OrderedDict[str, float] = OrderedDict()

    async def note(self, conversation_id: str) -> None:
        """The patient writes; kept for 6 s, and noted again at most every 2 s."""
        now = time.monotonic()
        if now - self._noted.get(conversation_id, -EVERY_S) < EVERY_S:
            return
        self._noted[conversation_id] = now
        self._noted.move_to_end(conversation_id)
        if len(self._noted) > KNOWN:
            self._noted.popitem(last=False)
        at = datetime.now(timezone.utc)
        await asyncio.to_thread(self._store.look, conversation_id, PATIENT, "", typing=True, now=at)
        self._bulletin.ring(conversation_id)

    def forget(self, conversation_id: str) -> None:
        """What was being written has been sent: the next word is news again."""
        self._noted.pop(conversation_id, None)
