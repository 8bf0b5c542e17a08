"""Canned replies: add, change, delete and bring back, with what a patient will read beside it."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.clinic import placeholders
from bot.retrieval.canned import load_canned
from bot.settings import ROOT
from bot.store.store import Store
from bot.vocabulary import Role
from bot.wiring import content, ship_canned_replies
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs

PATH = "/console/canned"


@pytest.fixture
def lead(client_as: ClientAs) -> Colleague:
    return client_as(Role.LEAD, name="Lea Brandt")


def test_the_shipped_replies_are_right_and_come_first(lead: Colleague, store: Store) -> None:
    assert "No reply is ready yet" in lead.get(PATH).text
    ship_canned_replies(store)
    page = lead.get(PATH).text
    assert "this is Lea Brandt from Rosewood Skin Clinic" in page
    assert "{" not in page
    assert len(load_canned(ROOT / "knowledge", placeholders(content().clinic))) == len(store.canned_replies())


def test_a_reply_is_previewed_added_and_changed(lead: Colleague, store: Store) -> None:
    typed = {"title": "Call", "text": "Call {phone}, or ask {staff_name}.\r\nBye."}
    page = lead.submit(f"{PATH}/new", **typed, do="preview")
    assert page.status_code == 200
    assert "Call +1 555 0100, or ask Lea Brandt.\nBye." in page.text
    assert store.canned_replies() == []
    assert lead.submit(f"{PATH}/new", **typed).headers["location"] == f"{PATH}?done=added"
    (reply,) = store.canned_replies()
    assert reply.text == "Call {phone}, or ask {staff_name}.\nBye."
    assert "Call {phone}" in lead.get(f"{PATH}/{reply.id}").text
    assert (
        lead.submit(f"{PATH}/{reply.id}", title="Call us", text="Call.").headers["location"] == f"{PATH}?done=changed"
    )
    assert [one.title for one in store.canned_replies()] == ["Call us"]


@pytest.mark.parametrize(
    ("title", "text", "sentence"),
    [
        ("", "Hello.", "Write a title."),
        ("Hello", "  ", "Write a text."),
        ("x" * 61, "Hello.", "That is 61 characters; 60 is the most."),
        ("Hello", "x" * 2001, "That is 2001 characters; 2000 is the most."),
        ("Hello", "Dear {patient_name},", "Unknown placeholder {patient_name}"),
        ("Hello", "Look {here", "A curly bracket has no partner"),
        ("Hello", "{phone.__class__}", "Unknown placeholder"),
        ("Hello", "{phone!r}", "Unknown placeholder"),
    ],
)
def test_a_wrong_reply_is_refused_with_the_reason_beside_it(
    title: str, text: str, sentence: str, lead: Colleague, store: Store
) -> None:
    page = lead.submit(f"{PATH}/new", title=title, text=text)
    assert page.status_code == 422
    assert sentence in page.text
    assert title in page.text
    assert text.strip() in page.text
    assert store.canned_replies() == []


def test_a_deleted_reply_can_be_brought_back(lead: Colleague, store: Store) -> None:
    reply_id = store.add_canned_reply("Hello", "Hi.", by=lead.staff, now=_now())
    where = lead.submit(f"{PATH}/{reply_id}/delete").headers["location"]
    page = lead.get(where).text
    assert f'action="{PATH}/{reply_id}/restore"' in page
    assert "Hi." not in page
    lead.submit(f"{PATH}/{reply_id}/restore")
    assert "Hi." in lead.get(PATH).text
    assert lead.submit(f"{PATH}/{reply_id}/restore").status_code == 409


def test_what_was_deleted_while_somebody_changed_it_can_be_kept(lead: Colleague, store: Store) -> None:
    reply_id = store.add_canned_reply("Hello", "Hi.", by=lead.staff, now=_now())
    store.delete_canned_reply(reply_id, by=lead.staff, now=_now())
    page = lead.submit(f"{PATH}/{reply_id}", title="Hello", text="Hi there.")
    assert page.status_code == 409
    assert "Save to keep yours as a new one" in page.text
    assert f'action="{PATH}/new"' in page.text
    assert "Hi there." in page.text
    assert lead.get(f"{PATH}/{reply_id}").status_code == 404
    assert lead.submit(f"{PATH}/{reply_id}/delete").status_code == 404


def test_a_reply_is_shown_as_text(lead: Colleague, store: Store) -> None:
    store.add_canned_reply("<b>Hello</b>", "<script>alert(1)</script>", by=lead.staff, now=_now())
    page = lead.get(PATH).text
    assert "<script>alert" not in page
    assert "<b>Hello" not in page


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
def test_who_may_only_use_them_may_not_change_them(role: Role, client_as: ClientAs, store: Store) -> None:
    client = client_as(role)
    assert client.get(PATH).status_code == 403
    assert client.submit(f"{PATH}/new", title="Hello", text="Hi.").status_code == 403
    assert store.canned_replies() == []


def _now() -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc)
