"""What was done in the console, by whom and when: to look through, and as a file. For admins."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from datetime import date, datetime, timezone
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from bot.console.moments import day_span, moment
from bot.console.page import Page, Tools
from bot.console.render import page
from bot.people import StaffSession
from bot.store.audit import AuditFilter, AuditLine
from bot.vocabulary import Permission

AT_ONCE = 100
FIELDS = ("person", "act", "conversation", "day")
COLUMNS = ("at", "who", "act", "conversation", "detail")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class AuditPages:
    """A list that is turned page by page, and everything that the same filter finds as CSV."""

    def __init__(self, tools: Tools) -> None:
        self._store = tools.store
        self._zone = tools.clinic.zone

    async def audit(self, request: Request, session: StaffSession) -> Response:
        typed = {name: request.query_params.get(name, "").strip() for name in FIELDS}
        before = request.query_params.get("before", "")
        before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 15 else None
        lines = await asyncio.to_thread(
            self._store.audit_lines, self._filter(typed), limit=AT_ONCE + 1, before_id=before_id
        )
        asked = urlencode({name: value for name, value in typed.items() if value})
        older = (
            urlencode({name: value for name, value in typed.items() if value} | {"before": lines[AT_ONCE - 1].id})
            if len(lines) > AT_ONCE
            else ""
        )
        return page(
            "audit.html",
            session,
            title="Audit",
            lines=[(line, moment(line.at, self._zone)) for line in lines[:AT_ONCE]],
            people=await asyncio.to_thread(self._store.all_staff),
            acts=await asyncio.to_thread(self._store.audit_acts),
            typed=typed,
            asked=asked,
            older=older,
            is_first=before_id is None,
        )

    async def audit_csv(self, request: Request, session: StaffSession) -> Response:
        typed = {name: request.query_params.get(name, "").strip() for name in FIELDS}
        detail = ", ".join(name for name, value in typed.items() if value)
        await asyncio.to_thread(self._store.audit, "audit_exported", by=session.staff, detail=detail, now=_now())
        headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="audit.csv"'}
        return StreamingResponse(self._csv(self._filter(typed)), media_type="text/csv", headers=headers)

    async def _csv(self, wanted: AuditFilter) -> AsyncIterator[str]:
        yield csv_line(COLUMNS)
        before_id: int | None = None
        while lines := await asyncio.to_thread(
            self._store.audit_lines, wanted, limit=10 * AT_ONCE, before_id=before_id
        ):
            yield "".join(csv_line(_cells(line)) for line in lines)
            before_id = lines[-1].id

    def _filter(self, typed: dict[str, str]) -> AuditFilter:
        start, end = self._span(typed["day"])
        return AuditFilter(
            staff_id=typed["person"] or None,
            act=typed["act"] or None,
            conversation_id=typed["conversation"] or None,
            start=start,
            end=end,
        )

    def _span(self, day: str) -> tuple[datetime | None, datetime | None]:
        try:
            return day_span(date.fromisoformat(day), self._zone)
        except (ValueError, OverflowError):
            return None, None


def pages(tools: Tools) -> list[Page]:
    """/console/audit and /console/audit.csv."""
    found = AuditPages(tools)
    return [
        Page("/audit", found.audit, Permission.AUDIT),
        Page("/audit.csv", found.audit_csv, Permission.AUDIT),
    ]


def csv_line(cells: tuple[Any, ...]) -> str:
    """One line of CSV in which no cell is a formula to a spreadsheet."""
    line = io.StringIO()
    texts = (str(cell) for cell in cells)
    csv.writer(line).writerow([f"'{text}" if text.startswith(FORMULA) else text for text in texts])
    return line.getvalue()


def _cells(line: AuditLine) -> tuple[str, ...]:
    return line.at.isoformat(timespec="seconds"), line.staff_name, line.act, line.subject or "", line.detail


def _now() -> datetime:
    return datetime.now(timezone.utc)
