"""Asks once a second what has changed, for all live pages of this process together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from bot.store.pulse import Pulse
from bot.store.store import Store

logger = logging.getLogger(__name__)

EVERY_S = 1.0
MOST_UNREAD = 100
ANY: frozenset[str | None] = frozenset({None})


@dataclass(frozen=True)
class Beat:
    """The conversations that changed (None: perhaps any), and how the queue and the deliveries stand now."""

    changed: frozenset[str | None]
    waiting: int
    urgent: tuple[str, ...]
    failing: int


Beats = asyncio.Queue[Beat]


class Heart:
    """Beats while somebody listens. Each process has its own, and all of them read the same database."""

    def __init__(self, store: Store, *, every_s: float = EVERY_S) -> None:
        self._store = store
        self._every_s = every_s
        self._listeners: set[Beats] = set()
        self._beating: asyncio.Task[None] | None = None

    @contextlib.asynccontextmanager
    async def listen(self) -> AsyncIterator[Beats]:
        """A queue of beats; the first one, at once, says how things stand."""
        heard: Beats = asyncio.Queue(MOST_UNREAD)
        felt = await self._feel()
        heard.put_nowait(_beat(felt, ANY))
        self._listeners.add(heard)
        if self._beating is None:
            # What changes from here on is compared with what the first listener was told.
            self._beating = asyncio.create_task(self._beat_forever(felt))
        try:
            yield heard
        finally:
            self._listeners.discard(heard)
            if not self._listeners and self._beating is not None:
                self._beating.cancel()
                self._beating = None

    async def _beat_forever(self, before: Pulse) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                now = await self._feel()
            except Exception as error:
                # The database may be away for a moment; live pages wait and then hear of everything at once.
                logger.error("Live pages can't be told what changed: %s", type(error).__name__)
                continue
            changed = frozenset(now.changed_since(before))
            beat = _beat(now, changed)
            if changed or beat != _beat(before, changed):
                self._tell(beat)
            before = now

    def _tell(self, beat: Beat) -> None:
        for heard in self._listeners:
            if heard.full():
                # Whoever reads this slowly looks at everything once instead.
                while not heard.empty():
                    heard.get_nowait()
                beat = replace(beat, changed=ANY)
            heard.put_nowait(beat)

    async def _feel(self) -> Pulse:
        return await asyncio.to_thread(self._store.pulse, datetime.now(timezone.utc))


def _beat(pulse: Pulse, changed: frozenset[str | None]) -> Beat:
    return Beat(changed, pulse.waiting, pulse.urgent, pulse.failing)
