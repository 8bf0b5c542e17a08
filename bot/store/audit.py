"""What was done in the console: lines that are added and that the database itself refuses to change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from bot.people import Staff
from bot.privacy.tokens import receipt_id
from bot.store.base import Base
from bot.store.staff_tables import audit

NOBODY = "the system"


@dataclass(frozen=True)
class AuditLine:
    """One act. `subject` is a conversation's receipt, from which nobody gets back to the conversation."""

    id: int
    at: datetime
    staff_id: str | None
    staff_name: str
    act: str
    subject: str | None
    detail: str


@dataclass(frozen=True)
class AuditFilter:
    """Which lines: unset means any. `start` is the first moment and `end` the first one after."""

    staff_id: str | None = None
    act: str | None = None
    conversation_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None


class Audit(Base):
    """The audit of the console. No patient's words are ever in it."""

    def audit(self, act: str, *, by: Staff | None, subject: str | None = None, detail: str = "", now: datetime) -> None:
        """Add a line. `subject` is the id of the conversation that it is about; only its receipt is stored."""
        with self._write() as connection:
            write_audit(connection, act, by=by, subject=subject, detail=detail, now=now)

    def audit_lines(self, wanted: AuditFilter, *, limit: int, before_id: int | None = None) -> list[AuditLine]:
        """The newest lines first; `before_id` is the last one of the page before."""
        query = _filtered(select(audit), wanted).order_by(audit.c.id.desc()).limit(limit)
        if before_id is not None:
            query = query.where(audit.c.id < before_id)
        with self._read() as connection:
            return [AuditLine(**row._mapping) for row in connection.execute(query).all()]

    def audit_acts(self) -> list[str]:
        """Every act that ever happened, by name."""
        with self._read() as connection:
            return list(connection.execute(select(audit.c.act).distinct().order_by(audit.c.act)).scalars())


def write_audit(
    connection: Connection, act: str, *, by: Staff | None, subject: str | None = None, detail: str = "", now: datetime
) -> None:
    """Add a line in the transaction of the act itself."""
    row = {
        "at": now,
        "staff_id": None if by is None else by.id,
        "staff_name": NOBODY if by is None else by.name,
        "act": act,
        "subject": None if subject is None else receipt_id(subject),
        "detail": detail,
    }
    connection.execute(insert(audit).values(**row))


def _filtered(query: Any, wanted: AuditFilter) -> Any:
    if wanted.staff_id is not None:
        query = query.where(audit.c.staff_id == wanted.staff_id)
    if wanted.act is not None:
        query = query.where(audit.c.act == wanted.act)
    if wanted.conversation_id is not None:
        query = query.where(audit.c.subject == receipt_id(wanted.conversation_id))
    if wanted.start is not None:
        query = query.where(audit.c.at >= wanted.start)
    return query if wanted.end is None else query.where(audit.c.at < wanted.end)
