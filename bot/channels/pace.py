"""Keeps to an app's rates, so that it needn't tell us."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from bot.errors import PutOff

LONGEST_WAIT_S = 2.0
"""Waited here; for more the delivery is put off, so that nobody else waits behind it."""
MOST_CHATS = 10_000


class Pace:
    """At most one message in `chat_s` seconds to one chat, and `per_second` to all together, in this process."""

    def __init__(self, *, chat_s: float, per_second: float) -> None:
        self._chat_s = chat_s
        self._all_s = 1.0 / per_second
        self._free_at = 0.0
        self._chats: OrderedDict[str, float] = OrderedDict()

    async def take(self, chat: str) -> None:
        """Return when the next message may go to `chat`. Raises PutOff when that is long from now."""
        now = time.monotonic()
        at = max(now, self._free_at, self._chats.get(chat, 0.0))
        if at - now > LONGEST_WAIT_S:
            raise PutOff(at - now)
        self._free_at = at + self._all_s
        self._chats[chat] = at + self._chat_s
        self._chats.move_to_end(chat)
        while len(self._chats) > MOST_CHATS:
            self._chats.popitem(last=False)
        await asyncio.sleep(at - now)
