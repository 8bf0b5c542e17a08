from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.fakes.platform import running
from tests.channels.fakes.telegram import Telegram


@pytest.fixture
def telegram() -> Iterator[Telegram]:
    with running(Telegram()) as server:
        yield server
