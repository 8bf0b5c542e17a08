"""Points in time as the clinic reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Moment:
    """For `<time datetime="{{ iso }}">{{ shown }}</time>`."""

    iso: str
    shown: str


def moment(at: datetime, zone: ZoneInfo) -> Moment:
    """Day and time on the clinic's clocks."""
    local = at.astimezone(zone)
    return Moment(at.astimezone(timezone.utc).isoformat(), f"{local.day} {local:%b %Y, %H:%M}")


def day_span(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a day on the clinic's clocks, and the first one after it."""
    start, end = (datetime.combine(one, time(), zone) for one in (day, day + timedelta(days=1)))
    return start.astimezone(timezone.utc), end.astimezone(timezone.utc)
