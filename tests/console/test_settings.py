"""The settings page: what is saved holds at once, what is wrong is told beside its field, and nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import pytest

from bot.console.settings_form import spans_of
from bot.store.store import Store
from bot.vocabulary import Role
from bot.wiring import content
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs

PATH = "/console/settings"


@pytest.fixture
def admin(client_as: ClientAs) -> Colleague:
    return client_as(Role.ADMIN, name="Ada Lovett")


def fields_of(html: str) -> dict[str, str]:
    """Every control of the page with what stands in it."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r' name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag:
            found[name[1]] = value[1] if value else ""
    found |= dict(re.findall(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>([^<]*)</textarea>', html))
    return {name: text.replace("&#39;", "'") for name, text in found.items() if name != "csrf"}


def save(admin: Colleague, **changes: Any) -> Any:
    fields = fields_of(admin.get(PATH).text) | changes
    return admin.submit(PATH, **{name: value for name, value in fields.items() if value is not None})


def test_the_page_shows_what_stands_in_the_file(admin: Colleague) -> None:
    page = admin.get(PATH)
    fields = fields_of(page.text)
    assert page.status_code == 200
    assert fields["hours_mon"] == "09:00-17:30"
    assert fields["hours_sat"] == ""
    assert fields["retention_days"] == "30"
    assert fields["holiday_0_name"] == "Thanksgiving"
    assert "Changed by" not in page.text


def test_saving_without_a_change_changes_nothing(admin: Colleague, store: Store) -> None:
    assert save(admin).status_code == 303
    assert store.clinic_changes() == {}


def test_a_change_is_kept_told_and_held_at_once(admin: Colleague, store: Store) -> None:
    reply = save(admin, retention_days="7", hours_mon="9-12.30, 14 to 18", alert_emails="Desk@ROSEWOOD.com\n")
    assert (reply.status_code, reply.headers["location"]) == (303, "/console/settings?saved=1")
    assert {name: one.value for name, one in store.clinic_changes().items()} == {
        "retention_days": 7,
        "opening_hours": content().clinic.opening_hours | {"mon": ["09:00-12:30", "14:00-18:00"]},
        "alert_emails": ["Desk@rosewood.com"],
    }
    page = admin.get(PATH).text
    assert page.count("Changed by Ada Lovett on <time") == 3
    assert "clinic.yml says: 30." in page
    assert admin.get("/widget/config.json").json()["retention_days"] == 7


def test_what_is_the_same_as_in_the_file_is_no_change_any_more(admin: Colleague, store: Store) -> None:
    save(admin, retention_days="7")
    save(admin, retention_days="30")
    assert store.clinic_changes() == {}


def test_a_field_goes_back_to_the_file_and_the_rest_stays_typed(admin: Colleague, store: Store) -> None:
    save(admin, retention_days="7", who_treats="Lee alone.")
    page = save(admin, reset="retention_days", hours_tue="10-11")
    assert page.status_code == 200
    assert list(store.clinic_changes()) == ["who_treats"]
    assert fields_of(page.text)["retention_days"] == "30"
    assert fields_of(page.text)["hours_tue"] == "10-11"
    assert "this comes from clinic.yml again" in page.text


WRONG = [
    ({"retention_days": "0"}, "retention_days", "Write a whole number from 1 to 365."),
    ({"retention_days": "³"}, "retention_days", "Write a whole number from 1 to 365."),
    ({"retention_days": "soon"}, "retention_days", "Write a whole number from 1 to 365."),
    ({"hours_tue": "nine to five"}, "hours_tue", "Tuesday: &#39;nine to five&#39; is not a time span"),
    ({"hours_wed": "9-12, 11-14"}, "hours_wed", "overlap; make one span of them"),
    ({"alert_after_minutes": "20"}, "escalate_after_minutes", "20 minutes; use 20 or more"),
    ({"alert_emails": "desk"}, "alert_emails", "write it like desk@example.com"),
    ({"escalation_emails": "a@b.com\nb"}, "escalation_emails", "write it like desk@example.com"),
    ({"who_treats": "x" * 201}, "who_treats", "at most 200 characters"),
    ({"holiday_9_day": "2027-05-01", "holiday_9_name": ""}, "holiday_9_name", "Write a name"),
    ({"holiday_9_day": "", "holiday_9_name": "May Day"}, "holiday_9_day", "Choose a date."),
    ({"holiday_9_day": "2026-11-26", "holiday_9_name": "Again"}, "holiday_9_day", "This date is here twice."),
    (
        {"holiday_9_day": "2027-05-01", "holiday_9_name": "May Day", "holiday_9_hours": "all day"},
        "holiday_9_hours",
        "is not a time span",
    ),
]


@pytest.mark.parametrize(("typed", "field", "sentence"), WRONG, ids=lambda value: str(value)[:30])
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(
    typed: dict[str, str], field: str, sentence: str, admin: Colleague, store: Store
) -> None:
    page = save(admin, hours_fri="8-9", **typed)
    assert page.status_code == 422
    error = re.search(rf'id="{field}-error">([^<]*)<', page.text)
    assert error is not None
    assert sentence in error[1]
    assert f'aria-describedby="{field}-error' in page.text
    kept = fields_of(page.text)
    assert {name: kept[name] for name in typed} == typed
    assert kept["hours_fri"] == "8-9"
    assert store.clinic_changes() == {}


def test_a_holiday_is_added_and_another_removed(admin: Colleague, store: Store) -> None:
    added = {"holiday_9_day": "2027-05-01", "holiday_9_name": "May Day", "holiday_9_hours": "10-13"}
    assert save(admin, **added, holiday_0_remove="on").status_code == 303
    holidays = store.clinic_changes()["holidays"].value
    assert holidays["2027-05-01"] == {"name": "May Day", "hours": ["10:00-13:00"]}
    assert "2026-11-26" not in holidays
    assert "May Day" in admin.get(PATH).text


def test_more_rows_keep_what_was_typed(admin: Colleague) -> None:
    def empty(fields: dict[str, str]) -> int:
        return sum(name.endswith("_day") and not text for name, text in fields.items())

    page = save(admin, do="more", hours_mon="7-8", holiday_4_day="2027-05-01", holiday_4_name="May Day")
    fields = fields_of(page.text)
    assert fields["hours_mon"] == "7-8"
    assert fields["holiday_4_name"] == "May Day"
    assert empty(fields) == 3
    assert empty(fields_of(save(admin, hours_mon="soon").text)) == 2


def test_past_holidays_are_folded(admin: Colleague, store: Store) -> None:
    assert "in the past" not in admin.get(PATH).text
    save(admin, holiday_9_day="2020-05-01", holiday_9_name="Long ago")
    page = admin.get(PATH).text
    assert "<summary>1 in the past</summary>" in page
    assert page.index("Long ago") < page.index("Thanksgiving")


def test_of_two_admins_the_second_is_told_what_the_first_did(
    admin: Colleague, client_as: ClientAs, store: Store
) -> None:
    other = client_as(Role.ADMIN, name="Bo Ek")
    opened = fields_of(admin.get(PATH).text)
    save(other, retention_days="9")
    page = admin.submit(PATH, **opened | {"retention_days": "5", "hours_mon": "7-8"})
    assert page.status_code == 409
    assert "Bo Ek has changed this on" in page.text
    assert "It is now: 9." in page.text
    assert fields_of(page.text)["hours_mon"] == "7-8"
    assert store.clinic_changes()["retention_days"].value == 9
    again = admin.submit(PATH, **fields_of(page.text))
    assert again.status_code == 303
    assert store.clinic_changes()["retention_days"].value == 5


def test_two_admins_who_change_different_things_are_both_served(
    admin: Colleague, client_as: ClientAs, store: Store
) -> None:
    opened = fields_of(admin.get(PATH).text)
    save(client_as(Role.ADMIN, name="Bo Ek"), retention_days="9")
    reply = admin.submit(PATH, **opened | {"who_treats": "Lee alone."})
    assert reply.status_code in {303, 409}
    assert store.clinic_changes()["retention_days"].value == 9


def test_a_reminder_that_would_come_after_the_escalation_stays_impossible_on_the_way_back(
    admin: Colleague, store: Store
) -> None:
    save(admin, alert_after_minutes="20", escalate_after_minutes="40")
    page = save(admin, reset="escalate_after_minutes")
    assert page.status_code == 422
    assert "use 20 or more" in page.text
    assert store.clinic_changes()["escalate_after_minutes"].value == 40


def test_what_somebody_types_is_never_markup(admin: Colleague) -> None:
    page = save(admin, who_treats="<script>alert(1)</script>", hours_mon='"><b>')
    assert "<script>alert(1)" not in page.text
    assert '"><b>' not in page.text


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.LEAD])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_admins_may_see_or_change_it(role: Role, method: str, client_as: ClientAs, store: Store) -> None:
    client = client_as(role)
    reply = client.get(PATH) if method == "GET" else client.submit(PATH, retention_days="1")
    assert reply.status_code == 403
    assert store.clinic_changes() == {}


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", []),
        ("Closed", []),
        ("9-17", ["09:00-17:00"]),
        ("14:00–18:00 and 9.15 - 12:30", ["09:15-12:30", "14:00-18:00"]),
        ("20:00-24:00", ["20:00-24:00"]),
    ],
)
def test_hours_may_be_written_in_many_ways(typed: str, spans: list[str]) -> None:
    assert spans_of(typed) == spans
