"""The desk on the same databases as the store: SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from bot.handoff.desk import Desk
from bot.people import Staff
from bot.store.store import Store
from bot.types import Conversation, Handoff
from tests.handoff.samples import desk_at, employ, opened
from tests.store.conftest import (  # noqa: F401  (fixtures)
    conversation,
    database_url,
    empty_engine,
    engine,
    key,
    postgres_server,
    store,
)


@pytest.fixture
def desk(store: Store) -> Desk:  # noqa: F811  (the fixture)
    return desk_at(store)


@pytest.fixture
def nora(store: Store) -> Staff:  # noqa: F811  (the fixture)
    return employ(store, "nora")


@pytest.fixture
def dan(store: Store) -> Staff:  # noqa: F811  (the fixture)
    return employ(store, "dan")


@pytest.fixture
def handoff(store: Store, conversation: Conversation) -> Handoff:  # noqa: F811  (the fixtures)
    """A patient has asked for a person."""
    return opened(store, conversation.id)
