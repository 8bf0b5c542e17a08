"""Both encoders as the product loads them, converted once for all tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.encoder.sentence import SentenceEncoder, load_encoder, load_large_encoder


@pytest.fixture(scope="session", params=[load_encoder, load_large_encoder], ids=["small", "large"])
def encoder(request: pytest.FixtureRequest) -> SentenceEncoder:
    load: Callable[[], SentenceEncoder] = request.param
    return load()
