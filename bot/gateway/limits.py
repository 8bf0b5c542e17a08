"""How many new conversations one address may open."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict, deque

from bot.errors import ConversationError

WINDOW_S = 60.0
KNOWN_ADDRESSES = 10_000


class AddressLimit:
    """At most `per_minute` in any 60 s for each address, in this process. Addresses are kept as salted hashes only."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._salt = secrets.token_bytes(16)
        self._seen: OrderedDict[bytes, deque[float]] = OrderedDict()

    def take(self, address: str) -> None:
        """Count one. Raises ConversationError (429) when it is one too many."""
        now = time.monotonic()
        key = hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        if len(self._seen) > KNOWN_ADDRESSES:
            self._seen.popitem(last=False)
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if len(times) >= self._per_minute:
            wait_s = int(times[0] + WINDOW_S - now) + 1
            raise ConversationError(
                "too_many_conversations",
                f"Too many new chats from your network. Please wait {wait_s} seconds and try again.",
                status=429,
                retry_after_s=wait_s,
            )
        times.append(now)
