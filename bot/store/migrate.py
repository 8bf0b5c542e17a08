"""Bring a database to the tables that this version needs. Runs at every start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.engine import Connection, Engine

SCRIPTS = Path(__file__).resolve().parent / "migrations"

# Any number will do, as long as nothing else that shares the database takes the same one.
ADVISORY_LOCK = 5_072_043_117


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Apply the missing revisions, all or none. Several processes may start at once: one works, the others wait."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Go back to `revision` (`base`: no tables at all, and no data)."""
    _run(engine, lambda config: command.downgrade(config, revision))


def _run(engine: Engine, action: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with engine.begin() as connection:
        _wait_for_the_others(connection)
        config.attributes["connection"] = connection
        action(config)


def _wait_for_the_others(connection: Connection) -> None:
    """SQLite's write transactions already exclude one another; PostgreSQL needs a lock that everybody knows."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
