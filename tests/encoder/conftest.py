"""The encoder as the product loads it, converted once for all tests."""

from __future__ import annotations

import pytest

from bot.encoder.sentence import SentenceEncoder, load_encoder


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    return load_encoder()
