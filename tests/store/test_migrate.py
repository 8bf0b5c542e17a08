from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher
from bot.store import app_tables, desk_tables, staff_tables  # noqa: F401  (they add their tables)
from bot.store.migrate import downgrade, upgrade
from bot.store.store import Store
from bot.store.tables import metadata
from bot.types import Conversation
from tests.store.samples import accept

START = "import sys; from bot.store import engine, migrate; migrate.upgrade(engine.create_store_engine(sys.argv[1]))"
TABLES = {"alembic_version", *metadata.tables}


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_migrated_tables_are_the_ones_that_the_code_describes(engine: Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_names_of_constraints_and_indexes_match_too(engine: Engine) -> None:
    for table in metadata.sorted_tables:
        found = inspect(engine)
        names = {key["name"] for key in found.get_foreign_keys(table.name)}
        names |= {found.get_pk_constraint(table.name)["name"]}
        names |= {one["name"] for one in found.get_unique_constraints(table.name)}
        names |= {one["name"] for one in found.get_indexes(table.name) if not one.get("duplicates_constraint")}
        assert names == {str(one.name) for one in (*table.constraints, *table.indexes)}


def test_the_index_of_pending_messages_leaves_out_the_answered_ones(engine: Engine) -> None:
    catalogue = "sqlite_master WHERE name" if engine.dialect.name == "sqlite" else "pg_indexes WHERE indexname"
    column = "sql" if engine.dialect.name == "sqlite" else "indexdef"
    with engine.connect() as connection:
        definition = connection.execute(text(f"SELECT {column} FROM {catalogue} = 'ix_messages_pending'")).scalar_one()
    assert "WHERE" in definition
    assert "is_pending" in definition


def test_upgrading_twice_keeps_what_is_stored(engine: Engine, store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    upgrade(engine)
    assert [message.seq for message in store.messages(conversation.id)] == [1]


def test_going_down_leaves_nothing_and_up_again_works(engine: Engine, key: str) -> None:
    downgrade(engine, "base")
    assert _tables(engine) == {"alembic_version"}
    upgrade(engine)
    assert _tables(engine) == TABLES
    Store(engine, Cipher(key)).ping()


def test_several_processes_may_start_at_once_on_an_empty_database(database_url: str, empty_engine: Engine) -> None:
    with ExitStack() as stack:
        command = [sys.executable, "-W", "error", "-c", START, database_url]
        starts = [stack.enter_context(subprocess.Popen(command, stderr=subprocess.PIPE)) for _ in range(4)]
        errors = [start.communicate(timeout=60)[1].decode() for start in starts]
    assert errors == [""] * 4
    assert _tables(empty_engine) == TABLES


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    empty_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with empty_engine.begin() as connection:
        connection.execute(text("CREATE TABLE erasures (id INTEGER)"))
    with pytest.raises(Exception, match="erasures"):
        upgrade(empty_engine)
    assert _tables(empty_engine) == {"erasures"}
