"""Numbers about all patients together, with a picture and a table for each, and as a file."""

from __future__ import annotations

import asyncio
import csv
import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from bot.charts.counts import bars_svg, columns_svg
from bot.console.figures import COUNTERS, Chart, Sums, charts, figures
from bot.console.page import Page, Tools
from bot.console.render import page as rendered
from bot.people import StaffSession
from bot.vocabulary import Permission

RANGES = (7, 30, 90)
USUAL = 30
LONGEST = 400


@dataclass(frozen=True)
class Range:
    """Days of the clinic's calendar, both included. `days` is set for one of the usual ranges."""

    first: date
    last: date
    days: int | None = None
    problem: str = ""


def pages(tools: Tools) -> list[Page]:
    return [
        Page("/numbers", partial(_numbers, tools), Permission.NUMBERS),
        Page("/numbers.csv", partial(_file, tools), Permission.NUMBERS),
    ]


async def _numbers(tools: Tools, request: Request, session: StaffSession) -> Response:
    wanted = _range(request, _today(tools))
    found = await asyncio.to_thread(tools.store.counts, wanted.first, wanted.last)
    sums = Sums(found, wanted.first, wanted.last)
    return rendered(
        "numbers.html",
        session,
        title="Numbers",
        range=wanted,
        ranges=RANGES,
        is_empty=not found,
        figures=figures(sums),
        charts=[(chart, _picture(chart)) for chart in charts(sums)],
        retention_days=tools.clinic.retention_days,
    )


async def _file(tools: Tools, request: Request, session: StaffSession) -> Response:
    wanted = _range(request, _today(tools))
    found = await asyncio.to_thread(tools.store.counts, wanted.first, wanted.last)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["day", "what", "label", "count"])
    writer.writerows([one.day.isoformat(), COUNTERS.get(one.name, one.name), one.label, one.n] for one in found)
    headers = {
        "Content-Disposition": f'attachment; filename="numbers-{wanted.first}-{wanted.last}.csv"',
        "Cache-Control": "no-store",
    }
    return Response(file.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _picture(chart: Chart) -> str:
    return (columns_svg if chart.in_time else bars_svg)(chart.title, chart.rows)


def _today(tools: Tools) -> date:
    return datetime.now(timezone.utc).astimezone(tools.clinic.hours.zone).date()


def _range(request: Request, today: date) -> Range:
    """What the address asks for; the last 30 days when it makes no sense."""
    query = request.query_params
    if "from" not in query and "to" not in query:
        days = next((days for days in RANGES if query.get("days") == str(days)), USUAL)
        return Range(today - timedelta(days=days - 1), today, days)
    usual = Range(today - timedelta(days=USUAL - 1), today)
    try:
        first, last = (date.fromisoformat(query.get(name, "")) for name in ("from", "to"))
    except ValueError:
        return Range(usual.first, usual.last, USUAL, "Choose both dates. These are the last 30 days.")
    if first > last:
        return Range(first, first, None, "The first date was after the last one, so this is that day alone.")
    if (last - first).days >= LONGEST:
        first = last - timedelta(days=LONGEST - 1)
        return Range(first, last, None, f"{LONGEST} days are the most, so the range begins later.")
    return Range(first, last)
