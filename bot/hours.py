"""When somebody is at the clinic: weekly hours, holidays, and arithmetic on both that survives clock changes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from zoneinfo import ZoneInfo

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")
"""An evening that goes on after midnight is two spans: 20:00-24:00, and 00:00-02:00 on the day after."""
HORIZON = dt.timedelta(days=400)
"""A clinic that doesn't open for so long doesn't open."""
STEP = dt.timedelta(hours=6)
"""No clock changes twice within so short a time."""
MINUTE = dt.timedelta(minutes=1)


def check_spans(spans: Sequence[str]) -> None:
    """Raises ValueError with the mend for a span that is none, and for two that overlap."""
    for span in spans:
        if not SPAN.fullmatch(span) or span[:5] >= span[6:]:
            raise ValueError(f"{span!r} is not a time span; write it like 09:00-17:30")
    in_order = sorted(spans)
    for earlier, later in pairwise(in_order):
        if later[:5] < earlier[6:]:
            raise ValueError(f"{earlier} and {later} overlap; make one span of them")


@dataclass(frozen=True)
class Hours:
    """One clinic's opening hours, by its own clock. Spans are `09:00-17:30`; their end is no longer open.

    `weekly` has them by `mon` … `sun`; a day that is missing is closed. On a date of `holidays` its spans hold
    instead, none of them for a closed day.
    """

    zone: ZoneInfo
    weekly: Mapping[str, Sequence[str]]
    holidays: Mapping[dt.date, Sequence[str]] = field(default_factory=dict)
    names: Mapping[dt.date, str] = field(default_factory=dict)
    """What the holidays are called."""

    def spans(self, day: dt.date) -> Sequence[str]:
        """The opening hours of one date."""
        return self.holidays[day] if day in self.holidays else self.weekly.get(DAYS[day.weekday()], ())

    def is_open(self, now: dt.datetime) -> bool:
        """Whether somebody is there at the aware time `now`."""
        local = now.astimezone(self.zone)
        return any(span[:5] <= local.strftime("%H:%M") < span[6:] for span in self.spans(local.date()))

    def next_opening(self, now: dt.datetime) -> dt.datetime | None:
        """The first moment from the aware time `now` on when it is open, by the clinic's clock: `now` while it is.

        None when it doesn't open within 400 days.
        """
        start, _ = next(self._open(now, now + HORIZON), (None, None))
        return None if start is None else start.astimezone(self.zone)

    def open_minutes(self, start: dt.datetime, end: dt.datetime) -> float:
        """How many minutes of the time between two aware moments were opening hours; 0 when `end` isn't later."""
        return sum(((to - since) / MINUTE for since, to in self._open(start, end)), 0.0)

    def _open(self, start: dt.datetime, end: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """The open stretches of that time in UTC, in order. Two that touch aren't joined."""
        for since, to, offset in _steady(self.zone, start.astimezone(dt.timezone.utc), end.astimezone(dt.timezone.utc)):
            day = (since + offset).date()
            while day <= (to + offset).date():
                for span in sorted(self.spans(day)):
                    opens = max(since, _clock(day, span[:5]) - offset)
                    closes = min(to, _clock(day, span[6:]) - offset)
                    if opens < closes:
                        yield opens, closes
                day += dt.timedelta(days=1)


def next_opening_text(hours: Hours, now: dt.datetime, *, with_zone: bool = False) -> str | None:
    """`tomorrow at 9:00`, `Monday at 11:00`, `Monday 4 January at 9:00`; `now` while it is open, None when it never is.

    `with_zone`, for patients whose own clock may differ, adds the clinic's: `tomorrow at 9:00 (New York time)`.
    """
    opens = hours.next_opening(now)
    if opens is None or hours.is_open(now):
        return None if opens is None else "now"
    zone = f" ({zone_text(hours.zone)})" if with_zone else ""
    return f"{_day_text(opens.date(), now.astimezone(hours.zone).date())} at {opens.hour}:{opens:%M}{zone}"


def zone_text(zone: ZoneInfo) -> str:
    """`New York time`, from `America/New_York`."""
    return f"{zone.key.rpartition('/')[2].replace('_', ' ')} time"


def _day_text(day: dt.date, today: dt.date) -> str:
    ahead = (day - today).days
    if ahead < 2:
        return "tomorrow" if ahead else "today"
    name = DAY_NAMES[day.weekday()]
    # In a week the name alone would be today's.
    return name if ahead < 7 else f"{name} {day.day} {day:%B}"


def _clock(day: dt.date, time: str) -> dt.datetime:
    """What the clock on the wall shows, as if it were UTC."""
    minutes = int(time[:2]) * 60 + int(time[3:])
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.timezone.utc) + minutes * MINUTE


def _steady(
    zone: ZoneInfo, start: dt.datetime, end: dt.datetime
) -> Iterator[tuple[dt.datetime, dt.datetime, dt.timedelta]]:
    """The time between two moments in UTC, cut wherever the clock of `zone` changes, each with its distance to UTC."""
    while start < end:
        offset = _offset(zone, start)
        to = start
        while to < end and _offset(zone, to) == offset:
            to = min(to + STEP, end)
        if _offset(zone, to) != offset:
            to = _change(zone, max(start, to - STEP), to)
        yield start, to, offset
        start = to


def _change(zone: ZoneInfo, before: dt.datetime, after: dt.datetime) -> dt.datetime:
    """The second in which the clock changes between the two."""
    offset = _offset(zone, before)
    while after - before > dt.timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (middle, after) if _offset(zone, middle) == offset else (before, middle)
    return after.replace(microsecond=0)


def _offset(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()
