"""The settings as somebody types them: facts as fields, and fields read as facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.clinic import Clinic
from bot.hours import DAY_NAMES, DAYS, check_spans
from bot.office import as_json

NAMES = {
    "opening_hours": "Opening hours",
    "holidays": "Holidays",
    "retention_days": "Days until a conversation is erased",
    "alert_after_minutes": "Minutes until a reminder",
    "alert_urgent_after_minutes": "Minutes until a reminder when it is urgent",
    "escalate_after_minutes": "Minutes until somebody else is told",
    "alert_emails": "E-mail addresses for alerts",
    "escalation_emails": "E-mail addresses when nobody answers",
    "who_treats": "Who treats here",
}
WHOLE_NUMBERS = ("retention_days", "alert_after_minutes", "alert_urgent_after_minutes", "escalate_after_minutes")
ADDRESSES = ("alert_emails", "escalation_emails")
MOST_HOLIDAYS = 200
SPAN = re.compile(r"(\d{1,2})(?:[:.](\d\d))?(?:-|–|to)(\d{1,2})(?:[:.](\d\d))?")
CLOSED = {"", "closed", "-", "–"}


@dataclass
class Read:
    """What a form says: `values` as JSON has them, and `errors` beside the control of that name."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def shown(clinic: Clinic) -> dict[str, str]:
    """The text of every control for these facts."""
    facts = as_json(clinic)
    fields = {f"hours_{day}": ", ".join(facts["opening_hours"].get(day, [])) for day in DAYS}
    for number, (day, holiday) in enumerate(sorted(facts["holidays"].items())):
        fields |= _holiday_fields(number, day, holiday["name"], ", ".join(holiday["hours"]))
    fields |= {name: str(facts[name]) for name in WHOLE_NUMBERS}
    fields |= {name: "\n".join(facts[name]) for name in ADDRESSES}
    return fields | {"who_treats": facts["who_treats"] or ""}


def _holiday_fields(number: int, day: str = "", name: str = "", hours: str = "") -> dict[str, str]:
    return {f"holiday_{number}_day": day, f"holiday_{number}_name": name, f"holiday_{number}_hours": hours}


def holiday_numbers(fields: Mapping[str, str]) -> list[int]:
    """The rows of holidays that a form has."""
    found = (re.fullmatch(r"holiday_(\d{1,3})_day", name) for name in fields)
    return sorted(int(match[1]) for match in found if match)[:MOST_HOLIDAYS]


def is_empty(number: int, fields: Mapping[str, str]) -> bool:
    """Whether nothing stands in that row of the holidays."""
    return not any(fields.get(f"holiday_{number}_{part}", "").strip() for part in ("day", "name", "hours"))


def is_before(today: str, number: int, fields: Mapping[str, str], errors: Mapping[str, str]) -> bool:
    """Whether that holiday is over. One with an error never is: nobody looks for it among the old ones."""
    is_wrong = any(name.startswith(f"holiday_{number}_") for name in errors)
    return not is_wrong and "" < fields[f"holiday_{number}_day"] < today


def read(fields: Mapping[str, str]) -> Read:
    """What the form says. Whether the facts go together is `Clinic`'s to tell."""
    found = Read()
    _read_hours(fields, found)
    _read_holidays(fields, found)
    for name in WHOLE_NUMBERS:
        text = fields.get(name, "").strip()
        limits = Clinic.__fields__[name].field_info
        if re.fullmatch(r"\d{1,6}", text, re.ASCII) and limits.ge <= int(text) <= limits.le:
            found.values[name] = int(text)
        else:
            found.errors[name] = f"Write a whole number from {limits.ge} to {limits.le}."
    for name in ADDRESSES:
        found.values[name] = [line.strip() for line in re.split(r"[\n,;]", fields.get(name, "")) if line.strip()]
    found.values["who_treats"] = fields.get("who_treats", "").strip() or None
    return found


def _read_hours(fields: Mapping[str, str], found: Read) -> None:
    week = {}
    for day, name in zip(DAYS, DAY_NAMES, strict=True):
        try:
            week[day] = spans_of(fields.get(f"hours_{day}", ""))
        except ValueError as error:
            found.errors[f"hours_{day}"] = f"{name}: {error}."
    if len(week) == len(DAYS):
        found.values["opening_hours"] = week


def _read_holidays(fields: Mapping[str, str], found: Read) -> None:
    holidays: dict[str, Any] = {}
    before = len(found.errors)
    for number in holiday_numbers(fields):
        day, name, hours = (fields.get(f"holiday_{number}_{part}", "").strip() for part in ("day", "name", "hours"))
        if f"holiday_{number}_remove" in fields or not (day or name or hours):
            continue
        problem = _day_problem(day, holidays)
        if problem:
            found.errors[f"holiday_{number}_day"] = problem
        if not 2 <= len(name) <= 60:
            found.errors[f"holiday_{number}_name"] = "Write a name of 2 to 60 characters."
        try:
            spans = spans_of(hours)
        except ValueError as error:
            found.errors[f"holiday_{number}_hours"] = f"{str(error)[0].upper()}{str(error)[1:]}."
        else:
            holidays[day] = {"name": name, "hours": spans}
    if len(found.errors) == before:
        found.values["holidays"] = holidays


def _day_problem(day: str, before: Mapping[str, Any]) -> str | None:
    try:
        written = dt.date.fromisoformat(day).isoformat()
    except ValueError:
        return "Choose a date."
    return "This date is here twice." if written in before else None


def spans_of(text: str) -> list[str]:
    """`["09:00-12:30", "14:00-18:00"]` from `9-12:30, 14 to 18`; nothing from `closed`. Raises ValueError."""
    if text.strip().lower() in CLOSED:
        return []
    spans = []
    for part in re.split(r",|;|\band\b|\n", text):
        match = SPAN.fullmatch(re.sub(r"\s", "", part.lower()))
        if match is None:
            raise ValueError(f"{part.strip()[:40]!r} is not a time span; write it like 09:00-17:30")
        opens, opens_minute, closes, closes_minute = match.groups("00")
        spans.append(f"{int(opens):02}:{opens_minute}-{int(closes):02}:{closes_minute}")
    check_spans(spans)
    return sorted(spans)


def told(name: str, value: Any) -> str:
    """A fact in a few words, for whoever compares two of them."""
    if name == "opening_hours":
        return ", ".join(f"{day.capitalize()} {' and '.join(value.get(day) or ['closed'])}" for day in DAYS)
    if name == "holidays":
        return ", ".join(f"{day} {one['name']}" for day, one in sorted(value.items())) or "none"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return "nothing" if value is None else str(value)
