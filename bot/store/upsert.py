"""An INSERT that knows ON CONFLICT, in the words of the database that it is for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection


def insert_into(connection: Connection, table: Table) -> Any:
    """SQLAlchemy has no common one: both databases say the same, each through its own dialect."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
