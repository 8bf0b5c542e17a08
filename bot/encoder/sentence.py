"""Sentence vectors: what a text means, as numbers that lie near each other for texts of one meaning."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
from tokenizers import Encoding, Tokenizer

from bot.encoder.adapter import LARGE_ADAPTER_FILE, adapter_hash, load_adapter
from bot.encoder.convert import READING, ensure_encoder
from bot.encoder.recent import RecentStates
from bot.encoder.sources import LARGE, SMALL, TOKENIZER

MAX_TOKENS = 128
BATCH = 64
LIVE_WORKERS = 2
"""Cores on which several texts are read at once: sentences of a message for the red-flag check, say."""
FOLDER_VARIABLE = "MESOGUIDE_ENCODER_DIR"
DEFAULT_FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "encoder"

Vectors = npt.NDArray[np.float32]
Place = tuple[int, int]
"""Where a stretch of a text begins and ends, in characters."""


def encoder_folder() -> Path:
    """Where the converted models lie. No setting of config.yml: a path there would be baked into trained models."""
    return Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)


class SentenceEncoder:
    """Text to unit-length vectors of `dimension` numbers. Several texts are read on `workers` cores at once."""

    def __init__(self, folder: Path, *, workers: int = 1) -> None:
        # A short sentence gains nothing from a second thread; several do, each on a core of its own.
        self._model = ctranslate2.Encoder(str(folder), inter_threads=workers, intra_threads=1)
        self._workers = workers
        self._pool = ThreadPoolExecutor(workers)
        self._recent = RecentStates()
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        reading = json.loads((folder / READING).read_text(encoding="utf-8"))
        self.dimension: int = reading["dimension"]
        self._wants_places: bool = reading["places"]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Mean-pooled vectors, shape (len(texts), dimension), in the order given. A text without tokens gives zeros."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, found in enumerate(self.encode_within(texts, [()] * len(texts))):
            vectors[row] = found[0]
        return vectors

    def encode_within(self, texts: Sequence[str], places: Sequence[Sequence[Place]]) -> list[Vectors]:
        """Of each text the vector and those of its stretches at `places`, read where they stand: (1 + places, numbers).

        Stretches cost nothing beside the text itself, and what stands around them tells what they mean. A stretch gets
        zeros when no token lies in it, or when not all of it is read: of a text, `MAX_TOKENS` are.
        """
        read = self._tokenizer.encode_batch(list(texts))
        # The marks for start and end are always there; alone they say nothing.
        ids = [encoding.ids if 0 in encoding.special_tokens_mask else [] for encoding in read]
        marks = [self._recent.mark(row) for row in ids]
        rows_of: dict[bytes, list[int]] = {}
        for row, mark in enumerate(marks):
            rows_of.setdefault(mark, []).append(row)
        found = [np.zeros((1 + len(at), self.dimension), dtype=np.float32) for at in places]
        for mark, hidden in self._hidden({mark: ids[rows[0]] for mark, rows in rows_of.items() if ids[rows[0]]}):
            for row in rows_of[mark]:
                found[row] = _pooled(hidden, read[row], places[row])
        return found

    def _hidden(self, ids: Mapping[bytes, list[int]]) -> Iterator[tuple[bytes, Vectors]]:
        """What the model makes of each token of texts that are known by marks: (tokens, dimension)."""
        new = {}
        for mark, row in ids.items():
            known = self._recent.get(mark)
            if known is None:
                new[mark] = row
            else:
                yield mark, known
        batches = _batches({mark: len(row) for mark, row in new.items()}, self._workers)
        read = self._each([[new[mark] for mark in batch] for batch in batches])
        for batch, states in zip(batches, read, strict=True):
            for mark, state in zip(batch, states, strict=True):
                self._recent.keep(mark, state)
                yield mark, state

    def _each(self, batches: Sequence[list[list[int]]]) -> Iterable[list[Vectors]]:
        is_one_by_one = len(batches) == 1 or self._workers == 1
        return map(self._states, batches) if is_one_by_one else self._pool.map(self._states, batches)

    def _states(self, ids: list[list[int]]) -> list[Vectors]:
        """Of each text's tokens."""
        places = [list(range(len(row))) for row in ids] if self._wants_places else None
        hidden = np.array(self._model.forward_batch(ids, token_type_ids=places).last_hidden_state)
        # Copies: a part of the array would keep the whole batch in memory.
        return [hidden[place, : len(row)].copy() for place, row in enumerate(ids)]


def load_encoder() -> SentenceEncoder:
    """The small encoder, tuned to signs of danger; 3 ms for a short sentence on one core. One for each process.

    Converted first when this machine has not got it yet. Raises SettingsError when it can't be converted.
    """
    made_of = adapter_hash()
    return _load(ensure_encoder(encoder_folder() / "tuned", SMALL, made_of, load_adapter()), made_of)


def load_plain_encoder() -> SentenceEncoder:
    """The small encoder without our correction: to tell how alike two texts are, whatever they ask."""
    return _load(ensure_encoder(encoder_folder() / "plain", SMALL, SMALL.made_of), "")


def load_large_encoder() -> SentenceEncoder:
    """The large encoder, tuned to what is asked; 10 to 15 ms for a short sentence on one core."""
    return _load(large_folder(), _made_of_large())


def large_folder() -> Path:
    """Where the large encoder lies, converted first when it isn't there. Raises SettingsError when it can't be."""
    return ensure_encoder(encoder_folder() / "large", LARGE, _made_of_large(), load_adapter(LARGE_ADAPTER_FILE))


def _made_of_large() -> str:
    return f"{LARGE.made_of} {adapter_hash(LARGE_ADAPTER_FILE)}"


@lru_cache(maxsize=3)
def _load(folder: Path, made_of: str) -> SentenceEncoder:
    return SentenceEncoder(folder, workers=min(LIVE_WORKERS, os.cpu_count() or 1))


def _pooled(hidden: Vectors, read: Encoding, places: Sequence[Place]) -> Vectors:
    """The mean over all tokens, marks among them, and over those of each place, at unit length; zeros for a place
    without tokens, or with some that aren't read.
    """
    words = [None if is_mark else at for at, is_mark in zip(read.offsets, read.special_tokens_mask, strict=True)]
    read_to = max(end for _, end in filter(None, words)) if read.overflowing else math.inf
    within = [
        [token for token, at in enumerate(words) if at and start <= at[0] and at[1] <= end <= read_to]
        for start, end in places
    ]
    means = [hidden.mean(axis=0), *(hidden[tokens].sum(axis=0) for tokens in within)]
    return np.stack([mean / max(float(np.linalg.norm(mean)), 1e-9) for mean in means])


def _batches(lengths: Mapping[bytes, int], workers: int) -> list[list[bytes]]:
    """Marks of texts: many texts in batches of similar length, so that little is spent on padding; few ones shared out
    so that each worker has about as much to read. `lengths` says for each text of how many tokens it is.
    """
    marks = sorted(lengths, key=lengths.__getitem__)
    if len(marks) > BATCH:
        return [marks[start : start + BATCH] for start in range(0, len(marks), BATCH)]
    # Few texts: whoever has least to read takes the next longest.
    shares: list[list[bytes]] = [[] for _ in range(workers)]
    for mark in reversed(marks):
        min(shares, key=lambda share: sum(lengths[one] for one in share)).append(mark)
    return [share for share in shares if share]
