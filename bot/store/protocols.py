"""Versions of the questionnaire, kept for patients who began with one and for staff who read an old result."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from bot.store.base import Base
from bot.store.tables import protocols
from bot.store.upsert import insert_into


class Protocols(Base):
    """Documents by their hash. They say nothing of any patient, so they are neither sealed nor erased."""

    def load_protocol(self, version_hash: str) -> str | None:
        """The document that was saved under that hash, or None."""
        query = select(protocols.c.document).where(protocols.c.hash == version_hash)
        with self._read() as connection:
            document: str | None = connection.execute(query).scalar_one_or_none()
        return document

    def save_protocol(self, version_hash: str, *, version: str, document: str, now: datetime) -> None:
        """Keep a document; one that is kept already stays as it is."""
        row = {"hash": version_hash, "version": version, "document": document, "created_at": now}
        with self._write() as connection:
            connection.execute(
                insert_into(connection, protocols).values(**row).on_conflict_do_nothing(index_elements=["hash"])
            )
