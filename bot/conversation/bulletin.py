"""Wakes the readers of a conversation when something new is in its log."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable


class Bulletin:
    """Only an accelerator within one process: readers look into the log by themselves every second."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._listeners: list[Callable[[], None]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call it whenever anything was stored, in whichever conversation."""
        self._listeners.append(listener)

    def ring(self, conversation_id: str) -> None:
        """Call after a message was stored."""
        for event in self._waiting.get(conversation_id, ()):
            event.set()
        for listener in self._listeners:
            listener()

    async def wait(self, conversation_id: str, timeout_s: float) -> None:
        """Return when it rings, or after `timeout_s`."""
        event = asyncio.Event()
        self._waiting[conversation_id].add(event)
        try:
            await asyncio.wait_for(event.wait(), timeout_s)
        except asyncio.TimeoutError:
            pass
        finally:
            self._waiting[conversation_id].discard(event)
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]
