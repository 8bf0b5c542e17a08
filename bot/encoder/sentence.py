"""Sentence vectors from the tuned MiniLM encoder."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from bot.encoder.adapter import adapter_hash
from bot.encoder.convert import ensure_encoder

DIMENSION = 384
MAX_TOKENS = 128
BATCH = 64
FOLDER_VARIABLE = "MESOGUIDE_ENCODER_DIR"
DEFAULT_FOLDER = Path(__file__).resolve().parent.parent.parent / "var" / "encoder"

Vectors = npt.NDArray[np.float32]


def encoder_folder() -> Path:
    """Where the converted model lies. No setting of config.yml: a path there would be baked into trained models."""
    return Path(os.environ.get(FOLDER_VARIABLE) or DEFAULT_FOLDER)


class SentenceEncoder:
    """Text to unit-length vectors of 384 numbers. About 2 ms for a short sentence on one core."""

    def __init__(self, folder: Path) -> None:
        # One thread is fastest for one short sentence, and leaves the other core to the gateway.
        self._model = ctranslate2.Encoder(str(folder), intra_threads=1)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Mean-pooled vectors, shape (len(texts), 384), in the order given. A text without tokens gives zeros."""
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        read = self._tokenizer.encode_batch(list(texts))
        # The marks for start and end are always there; alone they say nothing.
        ids = [encoding.ids if 0 in encoding.special_tokens_mask else [] for encoding in read]
        for rows in _batches(ids):
            hidden = np.array(self._model.forward_batch([ids[row] for row in rows]).last_hidden_state)
            for place, row in enumerate(rows):
                mean = hidden[place, : len(ids[row])].mean(axis=0)
                vectors[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return vectors


def load_encoder() -> SentenceEncoder:
    """The tuned encoder, converted first when this machine has not got it yet. One for each process.

    Raises SettingsError when it can't be converted.
    """
    return _load(ensure_encoder(encoder_folder()), adapter_hash())


def load_plain_encoder() -> SentenceEncoder:
    """The packaged encoder without our correction: to tell how alike two texts are, whatever they ask."""
    folder = encoder_folder()
    return _load(ensure_encoder(folder.with_name(f"{folder.name}-plain"), corrected=False), "")


@lru_cache(maxsize=2)
def _load(folder: Path, made_of: str) -> SentenceEncoder:
    return SentenceEncoder(folder)


def _batches(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Row numbers in batches of similar length, so that little is spent on padding."""
    rows = sorted((row for row in range(len(ids)) if ids[row]), key=lambda row: len(ids[row]))
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]
