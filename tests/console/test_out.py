"""A conversation leaves the console: printed, as files, or for good."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timezone

import pytest

from bot.privacy.tokens import receipt_id, short_name
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.vocabulary import Role
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs, Talked
from tests.console.patients import new_talk, say
from tests.console.talks import busy_talk

NOW = datetime.now(timezone.utc)
WAYS_OUT = ("/print", "/export.json", "/export.csv", "/erase", "/erased")


@pytest.fixture
def lead(client_as: ClientAs) -> Colleague:
    return client_as(Role.LEAD, "Lea")


def path(conversation_id: str, rest: str) -> str:
    return f"/console/conversations/{conversation_id}{rest}"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
@pytest.mark.parametrize("way", WAYS_OUT)
def test_only_leads_take_anything_out(client_as: ClientAs, talked: Talked, role: Role, way: str) -> None:
    colleague = client_as(role)
    assert colleague.get(path(talked.id, way)).status_code == 403
    assert "Take out" not in colleague.get(path(talked.id, "")).text


def test_the_print_view_is_the_whole_talk_and_notes_only_on_demand(lead: Colleague, store: Store) -> None:
    conversation_id = busy_talk(store, NOW)
    store.add_note(conversation_id, "for us alone", by=lead.staff, now=NOW)
    page = lead.get(path(conversation_id, "/print")).text
    assert "hi im on xarelto" in page
    assert "Source: Clinic guide" in page
    assert "for us alone" not in page
    assert "for us alone" in lead.get(path(conversation_id, "/print?notes=1")).text


def test_the_json_file_is_all_that_is_held(lead: Colleague, store: Store) -> None:
    conversation_id = busy_talk(store, NOW)
    response = lead.get(path(conversation_id, "/export.json"))
    name = short_name(conversation_id).lower().replace(" ", "-")
    assert response.headers["content-disposition"] == f'attachment; filename="{name}.json"'
    held = json.loads(response.text)
    assert held["messages"][0]["text"].startswith("hi im on xarelto")
    assert held["messages"][0]["understood"]["confidence"] == 0.91
    assert held["assessments"][0]["outcome"] == "not_now"


FORMULAS = ["=1+1", "+44 20", "-2", "@SUM(A1)", "\t=1", " =cmd|' /C calc'!A0", '="x"']


def test_no_cell_of_the_table_is_a_formula(lead: Colleague, store: Store) -> None:
    conversation_id = new_talk(store, NOW)
    for text in (*FORMULAS, 'plain, "quoted"\nنص'):
        say(store, conversation_id, text, NOW, None)
    body = lead.get(path(conversation_id, "/export.csv")).content
    assert body.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""))
    texts = [row[head.index("text")] for row in rows]
    assert texts == [*(f"'{one}" for one in FORMULAS), 'plain, "quoted"\nنص']


def test_erasing_wants_the_name_typed(lead: Colleague, talked: Talked, store: Store) -> None:
    refused = lead.submit(path(talked.id, "/erase"), word="yes")
    assert refused.status_code == 400
    assert "Nothing was erased" in refused.text
    assert store.find_conversation(talked.id) is not None


def test_erasing_leaves_a_receipt_and_a_line_in_the_audit(lead: Colleague, talked: Talked, store: Store) -> None:
    store.add_note(talked.id, "gone too", by=lead.staff, now=NOW)
    word = short_name(talked.id).split()[1].lower()
    erased = lead.submit(path(talked.id, "/erase"), word=f" {word} ")
    assert erased.status_code == 303
    assert store.find_conversation(talked.id) is None
    assert store.notes(talked.id) == []
    receipt = lead.get(erased.headers["location"])
    assert receipt_id(talked.id) in receipt.text
    (line,) = store.audit_lines(AuditFilter(act="erase"), limit=5)
    assert (line.staff_name, line.subject) == ("Lea", receipt_id(talked.id))
    assert talked.id not in str(line)


def test_every_way_out_is_audited(lead: Colleague, talked: Talked, store: Store) -> None:
    for way in ("/print", "/print?notes=1", "/export.json", "/export.csv"):
        assert lead.get(path(talked.id, way)).status_code == 200
    lines = store.audit_lines(AuditFilter(conversation_id=talked.id), limit=9)
    assert [(line.act, line.detail) for line in reversed(lines)] == [
        ("print", ""),
        ("print", "with private notes"),
        ("export", "json"),
        ("export", "csv"),
    ]


@pytest.mark.parametrize("way", WAYS_OUT)
def test_there_is_nothing_to_take_out_of_nothing(lead: Colleague, way: str) -> None:
    assert lead.get(path("nobody-has-this-id-x1", way)).status_code == 404
