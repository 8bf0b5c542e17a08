"""Words of patients who haven't agreed to storing them: in memory, and only until they are dealt with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.events import Inbound

MOST = 5_000
LONGEST = timedelta(minutes=30)
"""Seven times what all attempts at one event take: it may wait behind others. Who else had it has dealt with it."""


@dataclass
class _Heard:
    event: Inbound = field(repr=False)
    at: datetime
    put_off: int | None = None
    """The row's id while it waits for another attempt here."""


class Unsaid:
    """By the key under which the event is stored. Not thread-safe: for the event loop only."""

    def __init__(self) -> None:
        self._heard: dict[str, _Heard] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._heard

    def __iter__(self) -> Iterator[str]:
        return iter(self._heard)

    def hear(self, key: str, event: Inbound, *, at: datetime) -> None:
        """Keep its words. They go by themselves later, the oldest first when there are too many."""
        self._heard[key] = _Heard(event, at)
        self.forget_old(at)

    def event(self, key: str) -> Inbound | None:
        """With its words; None when they aren't here."""
        heard = self._heard.get(key)
        return None if heard is None else heard.event

    def forget(self, key: str) -> None:
        self._heard.pop(key, None)

    def forget_old(self, now: datetime) -> None:
        """Those that another process must have dealt with by now."""
        for key, heard in list(self._heard.items()):
            if len(self._heard) <= MOST and now - heard.at < LONGEST:
                break
            del self._heard[key]

    def put_off(self, key: str, row_id: int | None) -> None:
        """Another attempt at it follows here, or (None) has begun."""
        if key in self._heard:
            self._heard[key].put_off = row_id

    def put_off_here(self) -> tuple[int, ...]:
        """The ids of all that wait for another attempt."""
        return tuple(heard.put_off for heard in self._heard.values() if heard.put_off is not None)
