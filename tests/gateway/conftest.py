"""The whole ASGI application in process: real log on SQLite, real safety check, a scripted brain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.gateway.app import create_app
from bot.talk import connect
from bot.wiring import content, open_store, starter_questions
from tests.conversation.samples import talk_settings
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.patient import Patient

MakeClient = Callable[..., TestClient]


@pytest.fixture
def brain() -> ScriptedBrain:
    return ScriptedBrain()


@contextmanager
def running_app(folder: Path, brain: ScriptedBrain, **others: Any) -> Iterator[TestClient]:
    """A client of an application whose database is in `folder`; `others` are settings that differ."""
    settings = talk_settings(folder, **others)
    app = create_app(
        connect(open_store(settings), brain, settings),
        content().clinic,
        starters=starter_questions(),
        sites=settings.allowed_sites,
        new_conversations_per_minute=settings.new_conversations_per_minute,
    )
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def make_client(tmp_path: Path, brain: ScriptedBrain) -> Iterator[MakeClient]:
    """Start applications on one database, with other settings than the usual ones."""
    with ExitStack() as stack:
        yield lambda **others: stack.enter_context(running_app(tmp_path, brain, **others))


@pytest.fixture
def client(make_client: MakeClient) -> TestClient:
    return make_client()


@pytest.fixture(scope="session")
def shared_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """For the many tests that look at answers only; spares each an application of its own."""
    with running_app(tmp_path_factory.mktemp("shared"), ScriptedBrain()) as client:
        yield client


@pytest.fixture
def patient(client: TestClient) -> Patient:
    return Patient(client)
