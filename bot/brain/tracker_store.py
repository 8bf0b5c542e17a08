"""Rasa's trackers in our own store: encrypted, erased with the conversation, shared by several brains."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timezone

from rasa.core.tracker_store import SerializedTrackerAsText, TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted
from rasa.shared.core.trackers import DialogueStateTracker

from bot.store.store import Store

KEPT_EVENTS = 300
"""Rasa copies the tracker for each action, so its cost grows with the square of its length."""


class EncryptedTrackerStore(TrackerStore, SerializedTrackerAsText):
    """One row for each conversation. Errors are raised: an answer from a forgotten talk would be worse than none."""

    def __init__(self, domain: Domain, store: Store) -> None:
        super().__init__(domain)
        self._store = store

    async def create_tracker(self, sender_id: str, append_action_listen: bool = True) -> DialogueStateTracker:
        """A new tracker, not yet stored: the turn that needs it saves it at its end."""
        tracker = self.init_tracker(sender_id)
        if append_action_listen:
            tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        state = json.loads(self.serialise_tracker(tracker))
        state["events"] = state["events"][-KEPT_EVENTS:]
        now = datetime.now(timezone.utc)
        await asyncio.to_thread(self._store.save_tracker, tracker.sender_id, json.dumps(state), now=now)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        body = await asyncio.to_thread(self._store.load_tracker, sender_id)
        return None if body is None else self.deserialise_tracker(sender_id, body)
