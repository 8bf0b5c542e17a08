"""The connection to the database: SQLite unless a URL names PostgreSQL."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from bot.errors import SettingsError

BUSY_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 10
POOL = {"poolclass": QueuePool, "pool_size": 8, "max_overflow": 8, "pool_timeout": 10}

READS_ONLY = "mesoguide_reads_only"
MAY_WAIT = "mesoguide_may_wait"

# FULL: in WAL mode the default writes the log to disk only at checkpoints, so a power cut may take back messages
# that were acknowledged. One fsync a message is the price of "stored before acknowledged".
# secure_delete: what is erased is overwritten, not merely unlinked from its page.
SQLITE_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
)

# A network that fails in the middle of a transaction must not keep a conversation locked for ever.
POSTGRESQL_OPTIONS = (
    f"-c statement_timeout={STATEMENT_TIMEOUT_S * 1000} -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)


def create_store_engine(url: str) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://…`. Creates SQLite's folder (0700) and file (0600).

    Raises SettingsError for any other URL.
    """
    try:
        target = make_url(url)
    except ArgumentError:
        raise SettingsError(_sentence("a text that is not a database URL")) from None
    if target.get_backend_name() == "sqlite":
        return _sqlite_engine(target)
    if target.get_backend_name() == "postgresql":
        return _postgresql_engine(target)
    raise SettingsError(_sentence(f"a URL of {target.drivername!r}"))


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read: one snapshot each, and no lock that keeps writers waiting."""
    if engine.dialect.name == "postgresql":
        return engine.execution_options(isolation_level="REPEATABLE READ")
    return engine.execution_options(**{READS_ONLY: True})


def relaxed(engine: Engine) -> Engine:
    """The same engine for transactions that need not be on the disk when they end.

    They survive the death of any process at once, and a power cut as soon as a later transaction of the plain engine
    has ended: both databases write one log, in order.
    """
    return engine.execution_options(**{MAY_WAIT: True})


def empty_write_ahead_log(engine: Engine) -> None:
    """Move SQLite's write-ahead log into the file and cut it to nothing, so that no erased row survives there.

    Tries only: a reader that is at work now keeps it until the next call. PostgreSQL vacuums by itself.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        connection.close()


def _sqlite_engine(url: Any) -> Engine:
    if not url.database or url.database == ":memory:":
        raise SettingsError(_sentence("SQLite without a file, which several connections can't share"))
    _create_private_file(Path(url.database))
    arguments = {"timeout": BUSY_TIMEOUT_S, "check_same_thread": False}
    engine = create_engine(url, future=True, hide_parameters=True, connect_args=arguments, **POOL)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgresql_engine(url: Any) -> Engine:
    arguments = {"options": POSTGRESQL_OPTIONS, "connect_timeout": 5}
    engine = create_engine(url, future=True, hide_parameters=True, connect_args=arguments, pool_pre_ping=True, **POOL)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _create_private_file(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Only when it is new: closing a second handle on an open database would drop SQLite's locks on it.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Python's driver opens transactions late and only for writes; from here on `_begin_sqlite` does it instead.
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READS_ONLY, False):
        connection.exec_driver_sql("BEGIN")
        return
    # Said anew each time, since the pool hands the same connection to both kinds.
    connection.exec_driver_sql(f"PRAGMA synchronous = {'NORMAL' if options.get(MAY_WAIT, False) else 'FULL'}")
    # A transaction that reads first and writes later can't wait for its turn to write; IMMEDIATE queues at the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(MAY_WAIT, False):
        connection.exec_driver_sql("SET LOCAL synchronous_commit = off")


def _sentence(found: str) -> str:
    return (
        f"MESOGUIDE_DATABASE_URL is {found}; "
        "write sqlite:///PATH/mesoguide.db or postgresql://USER:PASSWORD@HOST/DATABASE."
    )
