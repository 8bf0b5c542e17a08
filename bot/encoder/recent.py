"""What was made of the texts read last: within one turn safety check and pipeline read the same words several times."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock

import numpy as np
import numpy.typing as npt

KEPT = 32

States = npt.NDArray[np.float32]
"""What a model makes of each token of a text: (tokens, numbers)."""


class RecentStates:
    """At most `KEPT` of them, in memory alone; threads may share it. What a text said can't be told from its mark."""

    def __init__(self) -> None:
        # No text serves as a key: patients' words are not left lying about.
        self._key = secrets.token_bytes(16)
        self._states: OrderedDict[bytes, States] = OrderedDict()
        self._lock = Lock()

    def mark(self, ids: Sequence[int]) -> bytes:
        """What a text of these tokens is known by, in this process alone."""
        return blake2b(np.asarray(ids, dtype=np.int32).tobytes(), key=self._key, digest_size=16).digest()

    def get(self, mark: bytes) -> States | None:
        with self._lock:
            if mark in self._states:
                self._states.move_to_end(mark)
            return self._states.get(mark)

    def keep(self, mark: bytes, states: States) -> None:
        with self._lock:
            self._states[mark] = states
            if len(self._states) > KEPT:
                self._states.popitem(last=False)
