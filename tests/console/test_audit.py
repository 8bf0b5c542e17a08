from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from bot.console.audit import csv_line
from bot.console.moments import day_span, moment
from bot.privacy.tokens import receipt_id
from bot.store.store import Store
from bot.wiring import content
from tests.console.accounts import PASSWORD, add_person, now, send
from tests.console.colleague import Colleague
from tests.console.conftest import Talked


def test_sign_ins_and_failures_are_in_the_audit_without_what_was_typed(
    admin: Colleague, anonymous: TestClient, store: Store
) -> None:
    add_person(store)
    send(anonymous, "/console/sign-in", login="secret typed in the wrong field", password=PASSWORD)
    send(anonymous, "/console/sign-in", login="nora", password="wrong wrong wrong")
    send(anonymous, "/console/sign-in", login="nora", password=PASSWORD)
    page = admin.get("/console/audit").text
    assert page.count("<td>sign in failed</td>") == 2
    assert page.count("<td>signed in</td>") == 1
    for typed in ("wrong field", "wrong wrong", PASSWORD):
        assert typed not in page


def test_lines_are_found_by_person_act_conversation_and_day(admin: Colleague, store: Store, talked: Talked) -> None:
    nora = add_person(store)
    yesterday = now() - timedelta(days=1)
    store.audit("viewed", by=nora, subject=talked.id, detail="one", now=now())
    store.audit("exported", by=nora, detail="two", now=yesterday)
    store.audit("viewed", by=None, detail="three", now=now())
    zone = content().clinic.zone

    def found(**wanted: str) -> set[str]:
        page = admin.get("/console/audit", params=wanted).text
        return {word for word in ("one", "two", "three") if f"<td>{word}</td>" in page}

    assert found() == {"one", "two", "three"}
    assert found(person=nora.id) == {"one", "two"}
    assert found(act="viewed") == {"one", "three"}
    assert found(conversation=talked.id) == {"one"}
    assert found(day=f"{yesterday.astimezone(zone):%Y-%m-%d}") == {"two"}
    assert found(day="not a day", before="neither") == {"one", "two", "three"}


def test_a_long_audit_is_read_page_by_page(admin: Colleague, store: Store) -> None:
    for number in range(150):
        store.audit("looked", by=None, detail=f"line {number}", now=now())
    first = admin.get("/console/audit", params={"act": "looked"})
    assert first.text.count("<td>looked</td>") == 100
    address = first.text.rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    second = admin.get(address)
    assert second.text.count("<td>looked</td>") == 50
    assert "line 49<" in second.text
    assert "line 50<" not in second.text


def test_the_file_holds_all_that_the_filter_finds_and_its_making_is_written_down(
    admin: Colleague, store: Store, talked: Talked
) -> None:
    for number in range(1500):
        store.audit("looked", by=None, subject=talked.id, detail=f"line {number}", now=now())
    response = admin.get("/console/audit.csv", params={"act": "looked"})
    assert response.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert response.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["detail"] for row in rows] == [f"line {number}" for number in reversed(range(1500))]
    assert {row["conversation"] for row in rows} == {receipt_id(talked.id)}
    assert "audit exported" in admin.get("/console/audit").text


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula_to_a_spreadsheet(cell: str) -> None:
    assert csv_line((cell, "plain")).startswith(("'", "\"'"))


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)])
def test_a_day_is_as_long_as_the_clinic_s_clocks_make_it(day: str, hours: int) -> None:
    start, end = day_span(date.fromisoformat(day), ZoneInfo("Europe/London"))
    assert end - start == timedelta(hours=hours)


def test_times_are_shown_on_the_clinic_s_clocks() -> None:
    shown = moment(datetime(2026, 7, 1, 22, 30, tzinfo=timezone.utc), ZoneInfo("Europe/Paris"))
    assert (shown.iso, shown.shown) == ("2026-07-01T22:30:00+00:00", "2 Jul 2026, 00:30")
