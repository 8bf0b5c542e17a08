"""Vectors of the texts read last: within one turn safety check and pipeline read the same words several times."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock

import numpy as np
import numpy.typing as npt

KEPT = 128

Vector = npt.NDArray[np.float32]


class RecentVectors:
    """At most `KEPT` of them; threads may share it. What a text said can't be told from what is kept to know it by."""

    def __init__(self) -> None:
        # Patients' words are not left lying about in memory either.
        self._key = secrets.token_bytes(16)
        self._vectors: OrderedDict[bytes, Vector] = OrderedDict()
        self._lock = Lock()

    def mark(self, ids: Sequence[int]) -> bytes:
        """What a text of these tokens is known by, in this process alone."""
        return blake2b(np.asarray(ids, dtype=np.int32).tobytes(), key=self._key, digest_size=16).digest()

    def get(self, mark: bytes) -> Vector | None:
        with self._lock:
            if mark in self._vectors:
                self._vectors.move_to_end(mark)
            return self._vectors.get(mark)

    def keep(self, mark: bytes, vector: Vector) -> None:
        with self._lock:
            self._vectors[mark] = vector
            if len(self._vectors) > KEPT:
                self._vectors.popitem(last=False)
