"""The clinic's own facts: `clinic.yml`, checked at start, and the named placeholders that texts may use."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import Field, validator

from bot.documents import Strict, load_document
from bot.hours import DAYS, Hours, check_spans
from bot.prices import Price, PriceList, Treatment, date_text, range_text, whole_range

NUMBER = re.compile(r"\+?[\d\s()./-]{2,25}")
LONGEST_PRICES = 20
"""Words of the prices within a short answer."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _in_quotes(value: object) -> object:
    """Refuse what YAML took for a number: it drops a leading plus and reads a leading zero as octal."""
    if isinstance(value, (int, float)):
        raise ValueError("put it in quotes, or YAML changes the number")
    return value


class Phones(Strict):
    """Telephone numbers as patients should see them. Each may be left out."""

    reception: str | None = None
    urgent: str | None = None
    out_of_hours: str | None = None

    _quoted = validator("*", pre=True, allow_reuse=True)(_in_quotes)

    @validator("*")
    def _looks_like_a_number(cls, value: str | None) -> str | None:
        if value is not None and not NUMBER.fullmatch(value):
            raise ValueError(f"{value!r} doesn't look like a phone number; use digits, spaces and a leading +")
        return value


class Holiday(Strict):
    """A date with hours of its own; closed without any. In the file a list of spans or a name alone will do."""

    name: str = Field("Holiday", min_length=2, max_length=60)
    hours: list[str] = Field([])

    @validator("hours")
    def _known_hours(cls, value: list[str]) -> list[str]:
        check_spans(value)
        return value


class Clinic(Strict):
    """One clinic. Lengths of time are in the unit that the name says."""

    name: str = Field(..., min_length=2, max_length=60)
    address: str | None = Field(None, max_length=200)
    phones: Phones = Phones()
    emergency_number: str | None = Field(None, regex=r"^\+?[\d\s-]{2,20}$")
    crisis_line: str | None = Field(None, max_length=100)
    crisis_directory: str | None = Field(None, max_length=200)
    child_helpline: str | None = Field(None, max_length=100)
    country: str | None = Field(None, regex=r"^(?!UK$)[A-Z]{2}$")  # Of phone numbers without a leading plus.
    time_zone: str
    opening_hours: dict[str, list[str]]
    holidays: dict[dt.date, Holiday] = Field({})
    treatments: list[Treatment] | None = Field(None, min_items=1)
    """What is offered here. Unset: nothing is said about it."""
    who_treats: str | None = Field(None, max_length=200)
    prices: PriceList | None = None
    minimum_age: int = Field(18, ge=18, le=99)
    languages: list[Literal["en"]] = Field(["en"], min_items=1)
    privacy_url: str | None = Field(None, regex=r"^https?://")
    retention_days: int = Field(30, ge=1, le=365)
    alert_after_minutes: int = Field(5, ge=1, le=1440)
    """How long a request waits for somebody before staff are told again; counted in opening hours."""
    alert_urgent_after_minutes: int = Field(2, ge=1, le=1440)
    escalate_after_minutes: int = Field(15, ge=1, le=1440)
    """After how long those of `escalation_emails` are told too."""
    alert_emails: list[str] = Field([], max_items=20)
    escalation_emails: list[str] = Field([], max_items=20)
    require_signed: bool = False
    """Answer only from cards that a clinician has signed; say "please ask our clinician" for the others."""

    _quoted = validator("emergency_number", "crisis_line", "child_helpline", pre=True, allow_reuse=True)(_in_quotes)

    @validator("time_zone")
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone; write it like Europe/London")
        return value

    @validator("opening_hours")
    def _known_hours(cls, value: dict[str, list[str]]) -> dict[str, list[str]]:
        for day, spans in value.items():
            if day not in DAYS:
                raise ValueError(f"{day!r} is not a day; use {', '.join(DAYS)}")
            try:
                check_spans(spans)
            except ValueError as error:
                raise ValueError(f"{day}: {error}") from None
        return value

    @validator("holidays", pre=True)
    def _short_forms(cls, value: object) -> object:
        """`2026-12-25: []` and `2026-12-25: Christmas` say enough."""
        if not isinstance(value, dict):
            return {} if value is None else value
        for day in value:
            # Pydantic would take a bare number for seconds since 1970.
            if not isinstance(day, dt.date) and not DATE.fullmatch(str(day)):
                raise ValueError(f"{day!r} is not a date; write it like 2026-12-25")
        return {day: _holiday(given) for day, given in value.items()}

    @validator("escalate_after_minutes", always=True)
    def _after_the_alert(cls, value: int, values: dict[str, Any]) -> int:
        alert = values.get("alert_after_minutes", value)
        if value < alert:
            raise ValueError(f"{value} is before the reminder at {alert} minutes; use {alert} or more")
        return value

    @validator("alert_emails", "escalation_emails")
    def _known_addresses(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(map(_email, value)))

    @validator("prices")
    def _only_offered(cls, value: PriceList | None, values: dict[str, Any]) -> PriceList | None:
        priced = [item.treatment for item in value.items] if value is not None else []
        for treatment in set(priced) - set(values.get("treatments") or priced):
            raise ValueError(f"there is a price for {treatment!r}; add it to `treatments` or remove the price")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def hours(self) -> Hours:
        """Opening hours and holidays, to ask and to count with."""
        return Hours(
            self.zone,
            self.opening_hours,
            {day: holiday.hours for day, holiday in self.holidays.items()},
            {day: holiday.name for day, holiday in self.holidays.items()},
        )


def _email(given: str) -> str:
    try:
        return str(validate_email(given, check_deliverability=False).normalized)
    except EmailNotValidError:
        raise ValueError(f"{given!r} is not an e-mail address; write it like desk@example.com") from None


def _holiday(given: object) -> object:
    if isinstance(given, list):
        return {"hours": given}
    return {"name": given} if isinstance(given, str) else given or {}


def load_clinic(path: Path) -> Clinic:
    """Read `clinic.yml`. Raises DocumentError that names each wrong field and its mend."""
    return load_document(path, Clinic)


def placeholders(clinic: Clinic) -> dict[str, str]:
    """What `{name}` in a card or text stands for. Unset numbers become plain words, never an empty gap."""
    phones = clinic.phones
    reception = phones.reception or "the clinic's phone number"
    return {
        "clinic_name": clinic.name,
        "address": clinic.address or "the address on our website",
        "phone": reception,
        "urgent_phone": phones.urgent or reception,
        "out_of_hours_phone": phones.out_of_hours or "your local out-of-hours line",
        "emergency_number": clinic.emergency_number or "your local emergency number",
        "crisis_line": clinic.crisis_line or "your local crisis line",
        "crisis_directory": clinic.crisis_directory or "findahelpline.com",
        "child_helpline": clinic.child_helpline or "your local child helpline",
        "opening_hours": opening_hours_text(clinic),
        "minimum_age": str(clinic.minimum_age),
        "price_list": price_text(clinic, ()),
        "price_range": price_range_text(clinic, ()),
        "course_total": "Ask us for the total of a course.",
        "course_list": "- Ask us for the total of a course.",
        "who_treats": clinic.who_treats or "Ask us who will treat you.",
        "treatments": treatments_text(clinic),
    }


def treatments_text(clinic: Clinic) -> str:
    """`This clinic treats: skin and hair.`, or where to ask."""
    if clinic.treatments is None:
        return "Ask this clinic what it treats."
    return f"This clinic treats: {', '.join(clinic.treatments)}."


def offers(clinic: Clinic, treatments: Collection[str]) -> bool | None:
    """Whether any of `treatments` is offered here; None when the clinic doesn't say."""
    return None if clinic.treatments is None else any(one in clinic.treatments for one in treatments)


def prices_for(clinic: Clinic, treatments: Collection[str], areas: Collection[str] = ()) -> list[Price]:
    """The clinic's own prices for `treatments` (all when none is named); of prices for one area, those in `areas`."""
    items = clinic.prices.items if clinic.prices is not None else []
    fitting = [item for item in items if not treatments or item.treatment in treatments]
    return [item for item in fitting if item.area is None or not areas or item.area in areas]


def price_text(clinic: Clinic, treatments: Collection[str], areas: Collection[str] = ()) -> str:
    """The clinic's own prices as one line, with their date; or where to ask."""
    items = prices_for(clinic, treatments, areas)
    if clinic.prices is None or not items:
        return "Ask us for our own price." if treatments else "Ask us for our current price list."
    prices = clinic.prices
    listed = "; ".join(f"{item.label} {prices.currency} {range_text(item.per_session)}" for item in items)
    own = "Our price" if treatments and len(items) == 1 else "Our prices"
    return f"{own} for one session ({date_text(prices.as_of)}): {listed}."


def price_range_text(clinic: Clinic, treatments: Collection[str], areas: Collection[str] = ()) -> str:
    """As `price_text`, but where that is long for a short answer, only from the lowest price to the highest."""
    listed = price_text(clinic, treatments, areas)
    prices, items = clinic.prices, prices_for(clinic, treatments, areas)
    if prices is None or len(items) < 2 or len(listed.split()) <= LONGEST_PRICES:
        return listed
    amount = f"{prices.currency} {range_text(whole_range(item.per_session for item in items))}"
    return f"Our prices for one session ({date_text(prices.as_of)}): {amount}, by treatment and area."


def opening_hours_text(clinic: Clinic) -> str:
    """`Mon-Wed 09:00-17:30, Thu closed, …` in the order of the week, days alike together."""
    alike = groupby(DAYS, lambda day: " and ".join(clinic.opening_hours.get(day) or ["closed"]))
    return ", ".join(f"{_days_text([*days])} {spans}" for spans, days in alike)


def _days_text(days: Sequence[str]) -> str:
    return "-".join(dict.fromkeys(day.capitalize() for day in (days[0], days[-1])))
