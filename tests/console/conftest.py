"""The console inside the real application: its own database, a scripted brain, and staff who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from bot.gateway.app import create_app
from bot.settings import Settings
from bot.staff import passwords
from bot.store.store import Store
from bot.talk import connect
from bot.types import Handoff
from bot.vocabulary import Role
from bot.wiring import content, open_store
from tests.console.colleague import ADDRESS, Colleague, add_colleague
from tests.console.patients import new_talk, say
from tests.conversation.samples import talk_settings
from tests.conversation.scripted_brain import ScriptedBrain
from tests.handoff.samples import ASKED

ClientAs = Callable[..., Colleague]


@dataclass(frozen=True)
class Talked:
    """A conversation in which the bot answered once and the patient then asked for a person."""

    id: str
    handoff: Handoff


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with the fewest rounds: what real ones cost is shown in tests/staff."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: cheap)
    monkeypatch.setattr(passwords, "_nobodys_hash", lambda: cheap.hash("nobody"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return talk_settings(tmp_path)


@pytest.fixture
def store(settings: Settings) -> Store:
    """The store that the application works with."""
    return open_store(settings)


@pytest.fixture
def app(store: Store, settings: Settings) -> ASGIApp:
    return create_app(connect(store, ScriptedBrain(), settings), content().clinic, starters=())


@pytest.fixture
def anonymous(app: ASGIApp) -> Iterator[Colleague]:
    """A browser in which nobody is signed in. While it is open, the application runs."""
    with Colleague(app, base_url=ADDRESS) as client:
        yield client


@pytest.fixture
def browser(anonymous: TestClient) -> TestClient:
    """The same, for tests in which people sign in themselves."""
    return anonymous


@pytest.fixture
def client_as(anonymous: Colleague, app: ASGIApp, store: Store) -> Iterator[ClientAs]:
    """`client_as(Role.AGENT)` is a test client signed in as a new colleague; `name="Nora"` names them.

    It has `staff`, `csrf`, and `submit(path, **fields)`, which sends a form as the page would.
    """
    with ExitStack() as stack:

        def make(role: Role, name: str = "") -> Colleague:
            staff, cookies, csrf = add_colleague(store, role, name or role.value.title())
            client = Colleague(app, base_url=ADDRESS, cookies=cookies)
            stack.callback(client.close)
            # One event loop for all clients, as there is one for all browsers.
            client.portal, client.staff, client.csrf = anonymous.portal, staff, csrf
            return client

        yield make


@pytest.fixture
def admin(client_as: ClientAs) -> Colleague:
    return client_as(Role.ADMIN, "Ann")


@pytest.fixture
def talked(store: Store) -> Talked:
    now = datetime.now(timezone.utc)
    conversation_id = new_talk(store, now - timedelta(minutes=20))
    say(store, conversation_id, "Does it hurt?", now - timedelta(minutes=19))
    say(store, conversation_id, "Can I talk to a person?", now - timedelta(minutes=14), ASKED)
    return Talked(conversation_id, store.open_handoffs(limit=1)[0])
