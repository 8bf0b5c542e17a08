"""How often one network address may do something, without keeping the address."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict, deque

WINDOW_S = 60.0
KNOWN_ADDRESSES = 10_000


class Throttle:
    """At most `per_minute` in any 60 s for each address, in this process. Addresses are kept as salted hashes only."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._salt = secrets.token_bytes(16)
        self._seen: OrderedDict[bytes, deque[float]] = OrderedDict()

    def take(self, address: str) -> int:
        """Count one. 0, or for how many seconds to wait when it is one too many and wasn't counted."""
        now = time.monotonic()
        key = hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        if len(self._seen) > KNOWN_ADDRESSES:
            self._seen.popitem(last=False)
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if len(times) >= self._per_minute:
            return int(times[0] + WINDOW_S - now) + 1
        times.append(now)
        return 0
