"""Alembic's entry: runs the revisions on the connection that `bot.store.migrate` opened and locked."""

from __future__ import annotations

from alembic import context

from bot.store import app_tables, desk_tables, staff_tables  # noqa: F401  (they add their tables)
from bot.store.tables import metadata


def run_migrations() -> None:
    """One transaction, the caller's, around all revisions."""
    context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


# The name that Alembic gives this file while it runs a command; a plain import does nothing.
if __name__ == "env_py":
    run_migrations()
