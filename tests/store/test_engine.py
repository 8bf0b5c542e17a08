from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.errors import SettingsError
from bot.settings import ROOT
from bot.store.engine import create_store_engine, relaxed
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.store.tables import messages
from tests.store.samples import NOW


def _setting(engine: Engine, statement: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(statement)).scalar_one()


def test_sqlite_makes_a_folder_and_files_that_only_their_owner_can_read(tmp_path: Path) -> None:
    engine = create_store_engine(f"sqlite:///{tmp_path / 'deep' / 'private' / 'log.db'}")
    upgrade(engine)
    folder = tmp_path / "deep" / "private"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    # The write-ahead log and its index hold the same data as the file.
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {
        "log.db": 0o600,
        "log.db-wal": 0o600,
        "log.db-shm": 0o600,
    }
    engine.dispose()


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("busy_timeout", 5000)],
)
def test_sqlite_connections_are_durable_strict_and_patient(pragma: str, value: object, tmp_path: Path) -> None:
    engine = create_store_engine(f"sqlite:///{tmp_path / 'log.db'}")
    assert _setting(engine, f"PRAGMA {pragma}") == value
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_statements_have_a_time_limit(engine: Engine) -> None:
    assert _setting(engine, "SHOW statement_timeout") == "10s"
    assert _setting(engine, "SHOW synchronous_commit") == "on"


@pytest.mark.parametrize("url", ["mysql://user:hunter2@host/db", "no url", "sqlite://", "sqlite:///:memory:"])
def test_other_databases_are_refused_with_a_way_out_and_without_the_password(url: str) -> None:
    with pytest.raises(SettingsError, match=r"MESOGUIDE_DATABASE_URL is .* write sqlite:///PATH") as caught:
        create_store_engine(url)
    assert "hunter2" not in str(caught.value)


def test_the_error_of_a_failed_statement_does_not_show_what_was_to_be_stored(engine: Engine) -> None:
    row = {"conversation_id": "none", "seq": 1, "author": "patient", "at": NOW, "body": b"lips", "is_pending": True}
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(insert(messages).values(**row))
    assert "lips" not in str(caught.value)
    assert "hide_parameters" in str(caught.value)


def test_a_relaxed_transaction_waits_for_no_disk_and_the_next_plain_one_does_again(engine: Engine) -> None:
    setting, kept, lax = {
        "sqlite": ("PRAGMA synchronous", 2, 1),
        "postgresql": ("SHOW synchronous_commit", "on", "off"),
    }[engine.dialect.name]
    found = []
    for one in (engine, relaxed(engine), engine, relaxed(engine)):
        with one.begin() as connection:
            found.append(connection.exec_driver_sql(setting).scalar_one())
    assert found == [kept, lax, kept, lax]


SAVE_AND_DIE = """
import os, signal, sys
from datetime import datetime, timezone
from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store

store, now = Store(create_store_engine(sys.argv[1]), Cipher(sys.argv[2])), datetime.now(timezone.utc)
store.save_tracker("talk", "kept", now=now)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_relaxed_transaction_wrote_survives_kill_9(database_url: str, store: Store, key: str) -> None:
    done = subprocess.run([sys.executable, "-c", SAVE_AND_DIE, database_url, key], cwd=ROOT, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert store.load_tracker("talk") == "kept"
