"""Rasa's trackers in our own store: encrypted, erased with the conversation, shared by several brains."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timezone
from typing import Any

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
        state["events"] = _latest(state["events"])
        now = datetime.now(timezone.utc)
        await asyncio.to_thread(self._store.save_tracker, tracker.sender_id, json.dumps(state), now=now)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        body = await asyncio.to_thread(self._store.load_tracker, sender_id)
        return None if body is None else self.deserialise_tracker(sender_id, body)


def _latest(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last events, led by what older ones have set and none of these sets anew: slots, and the loop that runs.

    A tracker is its events played again, so a form or an area that only an older event knows would be forgotten.
    """
    old, kept = events[:-KEPT_EVENTS], events[-KEPT_EVENTS:]
    set_before = {(event["event"], event.get("name") if event["event"] == "slot" else None): event for event in old}
    return [event for (kind, _), event in set_before.items() if kind in {"slot", "active_loop"}] + kept
