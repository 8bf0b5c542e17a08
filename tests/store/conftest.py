"""Every test of the store runs on SQLite and on PostgreSQL, each time on a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher, new_key
from bot.privacy.tokens import hash_token
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.types import Conversation
from tests.postgres import PostgresServer, running_server
from tests.store.samples import NOW, TOKEN


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_server() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'private' / 'log.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database() as url:
        yield url


@pytest.fixture
def empty_engine(database_url: str) -> Iterator[Engine]:
    engine = create_store_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def engine(empty_engine: Engine) -> Engine:
    upgrade(empty_engine)
    return empty_engine


@pytest.fixture
def key() -> str:
    return new_key()


@pytest.fixture
def store(engine: Engine, key: str) -> Store:
    return Store(engine, Cipher(key))


@pytest.fixture
def conversation(store: Store) -> Conversation:
    return store.open_conversation(channel="web", locale="en", token_hash=hash_token(TOKEN), now=NOW)
