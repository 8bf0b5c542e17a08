from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.clinic import Clinic, load_clinic, opening_hours_text, placeholders, price_text
from bot.errors import DocumentError
from bot.settings import ROOT

SMALLEST: dict[str, Any] = {
    "name": "Hilltop Clinic",
    "time_zone": "Europe/London",
    "opening_hours": {"mon": ["09:00-12:30", "14:00-18:00"], "tue": []},
}
PRICES: dict[str, Any] = {
    "currency": "EUR",
    "as_of": "2026-11-01",
    "items": [{"treatment": "skin", "label": "Face", "per_session": 120}],
}


def _load(folder: Path, **changes: Any) -> Clinic:
    path = folder / "clinic.yml"
    path.write_text(yaml.safe_dump(SMALLEST | changes), encoding="utf-8")
    return load_clinic(path)


def _price(**changes: Any) -> dict[str, Any]:
    return PRICES | {"items": [PRICES["items"][0] | changes]}


def test_the_delivered_file_is_right_and_its_texts_have_no_gap() -> None:
    values = placeholders(load_clinic(ROOT / "clinic.yml"))
    assert all(value.strip() for value in values.values())


def test_the_smallest_clinic_leaves_no_gap_either(tmp_path: Path) -> None:
    values = placeholders(_load(tmp_path))
    assert all(value.strip() and "None" not in value for value in values.values())
    assert values["emergency_number"] == "your local emergency number"
    assert values["urgent_phone"] == values["phone"]
    assert values["price_list"] == "Ask us for our current price list."


@pytest.mark.parametrize("blank", [None, "", "   "])
def test_a_blank_text_is_as_good_as_none(blank: str | None, tmp_path: Path) -> None:
    names = ("address", "crisis_line", "crisis_directory", "child_helpline")
    assert placeholders(_load(tmp_path, **dict.fromkeys(names, blank))) == placeholders(_load(tmp_path))


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"phones": {"reception": "call us"}}, "phones.reception", "use digits, spaces and a leading +"),
    ({"phones": {"reception": ""}}, "phones.reception", "use digits"),
    ({"phones": {"urgent": 15550111}}, "phones.urgent", "put it in quotes"),
    ({"phones": {"mobile": "+1 555"}}, "phones.mobile", "remove it, or correct its spelling"),
    ({"emergency_number": 112}, "emergency_number", "put it in quotes"),
    ({"emergency_number": "nine one one"}, "emergency_number", "regex"),
    ({"crisis_line": 988}, "crisis_line", "put it in quotes"),
    ({"country": "UK"}, "country", "regex"),
    ({"country": "us"}, "country", "regex"),
    ({"time_zone": "London"}, "time_zone", "write it like Europe/London"),
    ({"time_zone": "../etc/passwd"}, "time_zone", "write it like Europe/London"),
    ({"opening_hours": {"monday": []}}, "opening_hours", "use mon, tue, wed, thu, fri, sat, sun"),
    ({"opening_hours": {"mon": ["9-17"]}}, "opening_hours", "write it like 09:00-17:30"),
    ({"opening_hours": {"mon": ["09:00-25:00"]}}, "opening_hours", "write it like 09:00-17:30"),
    ({"opening_hours": {"mon": ["17:00-09:00"]}}, "opening_hours", "write it like 09:00-17:30"),
    ({"opening_hours": {"mon": ["09:00-09:00"]}}, "opening_hours", "write it like 09:00-17:30"),
    ({"opening_hours": {"mon": "09:00-17:00"}}, "opening_hours.mon", "write it as a list"),
    ({"opening_hours": {"mon": ["09:00-12:00", "11:00-17:00"]}}, "opening_hours", "make one span of them"),
    ({"holidays": {"2026-12-25": ["10-13"]}}, "holidays.2026-12-25.hours", "write it like 09:00-17:30"),
    ({"holidays": {"25 December": []}}, "holidays", "write it like 2026-12-25"),
    ({"holidays": {5: []}}, "holidays", "write it like 2026-12-25"),
    ({"holidays": {"2026-12-25": {"name": "C"}}}, "holidays.2026-12-25.name", "2 characters"),
    ({"minimum_age": 16}, "minimum_age", "greater than or equal to 18"),
    ({"minimum_age": "adult"}, "minimum_age", "integer"),
    ({"colour": "green"}, "colour", "remove it, or correct its spelling"),
    ({"name": None}, "name", "give it a value"),
    ({"name": "x"}, "name", "2 characters"),
    ({"languages": ["tlh"]}, "languages[0]", "permitted: 'en'"),
    ({"languages": []}, "languages", "at least 1 item"),
    ({"privacy_url": "www.example.org"}, "privacy_url", "http"),
    ({"retention_days": 0}, "retention_days", "greater than or equal to 1"),
    ({"alert_after_minutes": 0}, "alert_after_minutes", "greater than or equal to 1"),
    ({"alert_after_minutes": 20}, "escalate_after_minutes", "use 20 or more"),
    ({"escalate_after_minutes": 3}, "escalate_after_minutes", "use 5 or more"),
    ({"alert_emails": ["desk"]}, "alert_emails", "write it like desk@example.com"),
    ({"alert_emails": ["Desk <desk@rosewood.com>"]}, "alert_emails", "write it like desk@example.com"),
    ({"escalation_emails": ["a@b.com, c@d.com"]}, "escalation_emails", "write it like desk@example.com"),
    ({"prices": _price(per_session=0)}, "prices.items[0].per_session", "greater than 0"),
    ({"prices": _price(per_session=-5)}, "prices.items[0].per_session", "greater than 0"),
    ({"prices": _price(treatment="nails")}, "prices.items[0].treatment", "permitted"),
    (
        {"prices": _price(per_session={"from": 9, "to": 5})},
        "prices.items[0].per_session.high",
        "write the lower number first",
    ),
    ({"prices": _price(area="hair")}, "prices.items[0].area", "use one of face, neck, hands"),
    ({"treatments": ["hair"], "prices": PRICES}, "prices", "add it to `treatments` or remove the price"),
    ({"treatments": ["nails"]}, "treatments[0]", "permitted"),
    ({"require_signed": "perhaps"}, "require_signed", "boolean"),
    ({"prices": PRICES | {"currency": "euro"}}, "prices.currency", "regex"),
    ({"prices": PRICES | {"items": []}}, "prices.items", "at least 1 item"),
]


@pytest.mark.parametrize(("changes", "field", "mend"), WRONG, ids=lambda value: str(value)[:40])
def test_what_is_wrong_names_file_field_and_mend(
    changes: dict[str, Any], field: str, mend: str, tmp_path: Path
) -> None:
    with pytest.raises(DocumentError) as caught:
        _load(tmp_path, **changes)
    (sentence,) = str(caught.value).splitlines()
    assert sentence.startswith(f"{tmp_path / 'clinic.yml'}: field `{field}`: ")
    assert mend in sentence


@pytest.mark.parametrize("name", SMALLEST)
def test_a_missing_field_is_to_be_added(name: str, tmp_path: Path) -> None:
    path = tmp_path / "clinic.yml"
    path.write_text(yaml.safe_dump({key: value for key, value in SMALLEST.items() if key != name}), encoding="utf-8")
    with pytest.raises(DocumentError, match=rf"field `{name}`: .*add it\."):
        load_clinic(path)


def test_a_holiday_is_a_name_or_spans_or_both(tmp_path: Path) -> None:
    christmas, half, both = dt.date(2026, 12, 25), dt.date(2026, 12, 24), dt.date(2026, 12, 31)
    written = {christmas: "Christmas", half: ["09:00-12:00"], both: {"name": "Old Year", "hours": ["09:00-10:00"]}}
    hours = _load(tmp_path, holidays=written).hours
    assert hours.spans(christmas) == []
    assert hours.spans(half) == ["09:00-12:00"]
    assert hours.spans(both) == ["09:00-10:00"]
    assert hours.names == {christmas: "Christmas", half: "Holiday", both: "Old Year"}


def test_an_address_named_twice_is_told_once(tmp_path: Path) -> None:
    assert _load(tmp_path, alert_emails=["a@rosewood.com", "a@ROSEWOOD.com"]).alert_emails == ["a@rosewood.com"]


def test_hours_of_the_clinic_hold_by_its_own_clock(tmp_path: Path) -> None:
    hours = _load(tmp_path, time_zone="Asia/Tokyo").hours
    assert hours.is_open(dt.datetime(2026, 6, 1, 0, tzinfo=dt.timezone.utc))  # Monday, 09:00 there
    assert not hours.is_open(dt.datetime(2026, 6, 1, 10, tzinfo=dt.timezone.utc))


def test_opening_hours_read_in_the_order_of_the_week(tmp_path: Path) -> None:
    assert opening_hours_text(_load(tmp_path)) == ("Mon 09:00-12:30 and 14:00-18:00, Tue-Sun closed")


def test_days_with_the_same_hours_are_told_together(tmp_path: Path) -> None:
    hours = {"mon": ["09:00-17:00"], "tue": ["09:00-17:00"], "wed": ["09:00-17:00"], "thu": ["11:00-19:00"]}
    other = hours | {"fri": ["09:00-17:00"], "sat": ["10:00-12:00"], "sun": ["10:00-12:00"]}
    assert opening_hours_text(_load(tmp_path, opening_hours=hours)) == (
        "Mon-Wed 09:00-17:00, Thu 11:00-19:00, Fri-Sun closed"
    )
    assert opening_hours_text(_load(tmp_path, opening_hours=other)) == (
        "Mon-Wed 09:00-17:00, Thu 11:00-19:00, Fri 09:00-17:00, Sat-Sun 10:00-12:00"
    )


@pytest.mark.parametrize(
    ("price", "shown"), [(120, "120"), (1250, "1,250"), (89.5, "89.50"), (0.99, "0.99"), (99.0, "99")]
)
def test_prices_are_told_as_they_were_written(price: float, shown: str, tmp_path: Path) -> None:
    clinic = _load(tmp_path, prices=_price(per_session=price))
    assert price_text(clinic, ()) == f"Our prices for one session (1 Nov 2026): Face EUR {shown}."
