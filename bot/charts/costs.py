"""The chart below a cost answer: what a whole course costs, from lowest to highest, for each treatment."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from bot.charts.svg import Bar, bars_svg
from bot.prices import date_text, range_text
from bot.retrieval.courses import Course, Courses

TITLE = "Cost of a full course"
HEAD = ("Treatment", "One session, {}", "Sessions", "Full course, {}")


def cost_chart(found: Courses) -> Mapping[str, Any]:
    """A media item of an envelope: picture as SVG, alternative text, table, how it was computed, and the bars.

    `bars` holds the numbers again, so that a channel without SVG can have a PNG drawn (`bot.charts.png`).
    """
    bars = [Bar(course.label, course.total.low, course.total.high, _total(course)) for course in found.courses]
    picture = base64.b64encode(bars_svg(TITLE, bars).encode()).decode()
    return {
        "type": "chart",
        "title": TITLE,
        "url": f"data:image/svg+xml;base64,{picture}",
        "alt": f"{TITLE}. " + " ".join(f"{course.label}: {_total(course)}." for course in found.courses),
        "table": {"head": _head(found), "rows": [_row(course) for course in found.courses]},
        "note": _note(found),
        "bars": [bar._asdict() for bar in bars],
    }


def _head(found: Courses) -> list[str]:
    """The currency stands here once: on a phone, cells are narrow."""
    currency = " or ".join(dict.fromkeys(course.currency for course in found.courses))
    return [title.format(currency) for title in HEAD]


def _row(course: Course) -> list[str]:
    return [course.label, *map(range_text, (course.per_session, course.sessions, course.total))]


def _total(course: Course) -> str:
    return f"{course.currency} {range_text(course.total)}"


def _note(found: Courses) -> str:
    """How it was computed, in words, and whose number each of them is."""
    return f"Price of one session times the number of sessions. {_origin(found)} Later visits are not in the sum."


def _origin(found: Courses) -> str:
    if found.as_of is None:
        return "Both are rough figures from one of our sources, without a date. They are not our prices."
    day, others = date_text(found.as_of), found.counted_generally
    if not others:
        return f"Both are our own, as of {day}."
    counts = f"{' and '.join(dict.fromkeys(range_text(course.sessions) for course in others))} sessions"
    source = "are from one of our sources, without a date."
    if len(others) == len(found.courses):
        return f"The prices are our own, as of {day}. The {counts} {source}"
    labels = " and ".join(course.label for course in others)
    return f"Both are our own, as of {day}, but the {counts} for {labels} {source}"
