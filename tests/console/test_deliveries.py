"""The page of what was sent outside."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from starlette.types import ASGIApp

from bot.clinic import Clinic
from bot.privacy.tokens import new_token, short_name
from bot.store.audit import AuditFilter
from bot.store.outbox import Outgoing
from bot.store.store import Store
from bot.vocabulary import Role, Sending
from bot.wiring import content
from tests.console.colleague import ADDRESS, Colleague, add_colleague
from tests.console.conftest import Talked

PAGE = "/console/deliveries"
ClientAs = Callable[[Role], Colleague]


@pytest.fixture
def clinic() -> Clinic:
    """Its addresses are set by tests, before they ask for a client."""
    return content().clinic


@pytest.fixture
def client_as(store: Store, app: ASGIApp) -> ClientAs:
    """Signed in as that role, while the courier doesn't run: the page is looked at, not the sending."""

    def make(role: Role) -> Colleague:
        staff, cookies, csrf = add_colleague(store, role, "Ada")
        client = Colleague(app, base_url=ADDRESS, cookies=cookies)
        client.staff, client.csrf = staff, csrf
        return client

    return make


def submit(client: Colleague, path: str, **fields: str) -> str:
    """Send a form as the page does; returns where it leads."""
    answer = client.submit(path, **fields)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def queued(store: Store, key: str, conversation_id: str | None = None, kind: str = "email") -> int:
    """The id of a new row that this test has leased."""
    now = datetime.now(timezone.utc)
    body = {"to": "nora@clinic.example", "subject": "secret subject", "text": "secret text"}
    store.enqueue_all([Outgoing(key, key, kind, body, conversation_id)], now=now)
    (leased,) = store.lease_due("test", now=now, seconds=600, limit=1)
    return leased.id


def failed(store: Store, error: str = "smtp_554", conversation_id: str | None = None) -> int:
    row_id = queued(store, new_token(), conversation_id)
    store.mark_failed(row_id, "test", error, now=datetime.now(timezone.utc))
    return row_id


def test_nothing_yet_is_said_in_words(client_as: ClientAs) -> None:
    shown = client_as(Role.ADMIN).get(PAGE)
    assert shown.status_code == 200
    assert "Nothing has been sent yet." in shown.text


def test_a_failed_one_shows_why_about_whom_and_how_often_and_nothing_of_its_content(
    client_as: ClientAs, store: Store
) -> None:
    now = datetime.now(timezone.utc)
    talk = store.open_conversation(channel="web", locale="en", token_hash=None, now=now)
    row_id = failed(store, "recipient_refused", talk.id)
    html = client_as(Role.ADMIN).get(PAGE).text
    assert "The mail server doesn&#39;t take mail for this address." in html
    assert f'<a href="/console/conversations/{talk.id}">{short_name(talk.id)}</a>' in html
    assert "<strong>1 failed.</strong>" in html
    assert f'<input type="hidden" name="id" value="{row_id}">' in html
    assert re.search(r'data-label="Attempts"[^>]*>1<', html)
    assert "secret" not in html
    assert "nora@" not in html


def test_what_slack_refuses_says_how_to_mend_it(client_as: ClientAs, store: Store) -> None:
    now = datetime.now(timezone.utc)
    store.mark_failed(queued(store, "a", kind="slack"), "test", "slack_invite", now=now)
    html = client_as(Role.ADMIN).get(PAGE).text
    assert '<td data-label="Kind">Slack</td>' in html
    assert "Invite it there: /invite" in html


def test_failed_ones_come_first_and_those_that_wait_say_when(client_as: ClientAs, store: Store) -> None:
    failed_id = failed(store)
    due_at = datetime.now(timezone.utc) + timedelta(hours=1)
    waits_id = queued(store, "waits")
    store.retry_at(waits_id, "test", "timeout", due_at=due_at)
    store.mark_sent(queued(store, "sent"), "test", now=datetime.now(timezone.utc))
    html = client_as(Role.ADMIN).get(PAGE).text
    states = re.findall(r'"deliveries-state">([^<]+)<', html)
    assert states == ["Failed", "Waiting", "Sent"]
    assert f'next <time datetime="{due_at.isoformat()}">' in html
    assert re.findall(r'name="id" value="(\d+)"', html) == [str(failed_id), str(waits_id)]


def test_an_alert_is_listed_by_the_messages_made_of_it(client_as: ClientAs, store: Store, talked: Talked) -> None:
    (alert,) = store.deliveries(limit=9)
    assert alert.kind == "alert"
    client = client_as(Role.ADMIN)
    assert "Nothing has been sent yet." in client.get(PAGE).text
    store.lease_due("test", now=datetime.now(timezone.utc), seconds=600, limit=1)
    store.mark_failed(alert.id, "test", "unreadable", now=datetime.now(timezone.utc))
    assert "It can&#39;t be read with MESOGUIDE_DATA_KEY." in client.get(PAGE).text


def test_send_again_makes_it_due_and_is_in_the_audit(client_as: ClientAs, store: Store) -> None:
    row_id = failed(store)
    assert store.failing_deliveries() == 1
    client = client_as(Role.ADMIN)
    where = submit(client, f"{PAGE}/again", id=str(row_id))
    assert "It is sent again now." in client.get(where).text
    (found,) = store.deliveries(limit=9)
    assert (found.status, found.attempts) == (Sending.WAITING, 0)
    assert store.failing_deliveries() == 0
    line = store.audit_lines(AuditFilter(), limit=9)[0]
    assert (line.act, line.staff_id, line.detail) == ("delivery_sent_again", client.staff.id, f"delivery {row_id}")


@pytest.mark.parametrize("row_id", ["999", "", "x", "-1", "1e3", "9" * 30, "٣"])
def test_sending_what_is_not_there_again_is_answered_kindly(row_id: str, client_as: ClientAs) -> None:
    client = client_as(Role.ADMIN)
    where = submit(client, f"{PAGE}/again", id=row_id)
    assert "It was sent or deleted meanwhile." in client.get(where).text


def test_a_test_is_queued_for_each_address(
    client_as: ClientAs, store: Store, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_as(Role.ADMIN)
    assert submit(client, f"{PAGE}/test").endswith("notice=nobody")
    assert store.deliveries(limit=9) == []
    monkeypatch.setitem(clinic.__dict__, "alert_emails", ["nora@clinic.example", "dan@clinic.example"])
    where = submit(client, f"{PAGE}/test")
    assert "The test is on its way." in client.get(where).text
    assert [one.kind for one in store.deliveries(limit=9)] == ["email", "email"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT, Role.LEAD])
def test_only_who_may_change_settings_may_see_or_send(role: Role, client_as: ClientAs, store: Store) -> None:
    row_id = failed(store)
    client = client_as(role)
    assert client.get(PAGE).status_code == 403
    for path in (f"{PAGE}/again", f"{PAGE}/test"):
        assert client.submit(path, id=str(row_id)).status_code == 403
    assert [one.status for one in store.deliveries(limit=9)] == [Sending.FAILED]


def test_a_form_without_its_token_changes_nothing(client_as: ClientAs, store: Store) -> None:
    row_id = failed(store)
    client = client_as(Role.ADMIN)
    client.csrf = ""
    assert client.submit(f"{PAGE}/again", id=str(row_id)).status_code == 403
    assert [one.status for one in store.deliveries(limit=9)] == [Sending.FAILED]


def test_a_notice_comes_from_our_own_list(client_as: ClientAs) -> None:
    client = client_as(Role.ADMIN)
    assert 'class="deliveries-notice"' in client.get(f"{PAGE}?notice=gone").text
    html = client.get(f"{PAGE}?notice=<script>alert(1)</script>").text
    assert "alert(1)" not in html
    assert 'class="deliveries-notice"' not in html
