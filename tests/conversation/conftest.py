"""The conversation service as the gateway has it: real log on SQLite, real safety check, real texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.store.store import Store
from bot.talk import Talk, connect
from bot.wiring import open_store
from tests.conversation.samples import talk_settings
from tests.conversation.scripted_brain import ScriptedBrain


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return talk_settings(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Store:
    return open_store(settings)


@pytest.fixture
def brain() -> ScriptedBrain:
    return ScriptedBrain()


@pytest.fixture
def talk(store: Store, brain: ScriptedBrain, settings: Settings) -> Talk:
    return connect(store, brain, settings)
