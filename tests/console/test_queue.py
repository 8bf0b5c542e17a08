"""The queue's page: who waits, safely shown, filtered, saved, and quickly."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from html import unescape
from typing import Any

import pytest

from bot.clinic import Clinic
from bot.hours import DAYS
from bot.privacy.tokens import short_name
from bot.store.store import Store
from bot.types import Envelope
from bot.vocabulary import Kind, Role
from bot.wiring import content
from tests.console.conftest import ClientAs, Talked
from tests.console.patients import flagged, new_talk, say
from tests.handoff.samples import ASKED

SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.fixture
def clinic() -> Clinic:
    """Its facts are set by tests, before they ask for a page."""
    return content().clinic


def ago(minutes: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(minutes=minutes)


def asks(store: Store, minutes: float, text: str = "Can I talk to a person?", channel: str = "web") -> str:
    conversation_id = new_talk(store, ago(minutes), channel)
    say(store, conversation_id, text, ago(minutes), ASKED)
    return conversation_id


def names(page: str) -> list[str]:
    """The patients in the order of the page."""
    return re.findall(r'class="row-link"[^>]*>([^<]+)</a>', page)


def test_a_row_says_who_why_since_when_and_leads_to_the_conversation(client_as: ClientAs, talked: Talked) -> None:
    page = client_as(Role.VIEWER).get("/console/").text
    assert names(page) == [short_name(talked.id)]
    assert f'href="/console/conversations/{talked.id}"' in page
    for words in ("14 min", "Asked for a person", "“Can I talk to a person?”", "Web", "2 new"):
        assert words in page, words


ALWAYS = {day: ["00:00-24:00"] for day in DAYS}
OVERDUE = "overdue, waiting </span>14 min"


@pytest.mark.parametrize(
    ("facts", "is_late"),
    [
        ({"alert_after_minutes": 14}, True),
        ({"alert_after_minutes": 15}, False),
        ({"alert_after_minutes": 1, "opening_hours": {}}, False),
        ({"alert_after_minutes": 15, "alert_urgent_after_minutes": 1}, False),
    ],
)
def test_a_wait_is_overdue_when_staff_are_reminded(
    clinic: Clinic,
    client_as: ClientAs,
    talked: Talked,
    monkeypatch: pytest.MonkeyPatch,
    facts: dict[str, Any],
    is_late: bool,
) -> None:
    for name, value in ({"opening_hours": ALWAYS, "holidays": {}} | facts).items():
        monkeypatch.setitem(clinic.__dict__, name, value)
    page = client_as(Role.VIEWER).get("/console/").text
    assert ("since late" in page, OVERDUE in page) == (is_late, is_late)


@pytest.mark.parametrize(("minutes", "is_late"), [(14, True), (15, False)])
def test_a_red_flag_is_overdue_by_its_own_minutes_also_when_closed(
    clinic: Clinic, client_as: ClientAs, store: Store, monkeypatch: pytest.MonkeyPatch, minutes: int, is_late: bool
) -> None:
    own = {"opening_hours": {}, "alert_after_minutes": 1, "alert_urgent_after_minutes": minutes}
    for name, value in own.items():
        monkeypatch.setitem(clinic.__dict__, name, value)
    flagged(store, new_talk(store, ago(20)), "I can't breathe", ago(14))
    page = client_as(Role.VIEWER).get("/console/").text
    assert ("since late" in page, OVERDUE in page) == (is_late, is_late)


def test_a_red_flag_stands_first_with_its_signs(client_as: ClientAs, store: Store, talked: Talked) -> None:
    danger = new_talk(store, ago(1))
    flagged(store, danger, "I can't breathe", ago(1))
    for sort in ("waiting", "newest", "message", "owner"):
        page = client_as(Role.VIEWER).get("/console/", params={"sort": sort}).text
        assert names(page) == [short_name(danger), short_name(talked.id)]
    assert "E1 emergency" in page
    assert page.index("Red flags") < page.index(short_name(danger))


def test_markup_from_a_patient_is_shown_as_text(client_as: ClientAs, store: Store) -> None:
    asks(store, 1, SCRIPT)
    page = client_as(Role.VIEWER).get("/console/").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert SCRIPT in unescape(page)


def test_a_message_of_20000_characters_takes_one_line(client_as: ClientAs, store: Store) -> None:
    asks(store, 1, "x" * 4000 + " " + "y" * 15_000)
    page = client_as(Role.VIEWER).get("/console/").text
    assert page.count("x" * 150) == 1
    assert "x" * 161 not in page


def test_filters_and_order_are_in_the_address(client_as: ClientAs, store: Store) -> None:
    web, phone = asks(store, 9), asks(store, 3, channel="whatsapp")
    client = client_as(Role.VIEWER)
    assert names(client.get("/console/?channel=whatsapp").text) == [short_name(phone)]
    assert names(client.get("/console/?sort=newest").text) == [short_name(phone), short_name(web)]
    page = client.get("/console/?view=waiting&channel=web&sort=newest").text
    assert 'href="/console/?view=mine&amp;sort=newest&amp;channel=web"' in page
    assert names(client.get("/console/?reason=red_flag").text) == []


NONSENSE = {
    "a view": "view=nonsense",
    "page 0": "page=0",
    "page -1": "page=-1",
    "a page far away": "page=99999999999999",
    "a digit that is no number": "page=²",
    "a reason": "reason=x",
    "a zero byte": "sort=%00&tag=%00&owner=%00",
    "a long tag": "tag=" + "z" * 5000,
}


@pytest.mark.parametrize("query", NONSENSE.values(), ids=list(NONSENSE))
def test_an_address_that_makes_no_sense_shows_the_queue(client_as: ClientAs, talked: Talked, query: str) -> None:
    response = client_as(Role.VIEWER).get(f"/console/?{query}")
    assert response.status_code == 200
    assert "<h1>Queue" in response.text


def test_the_list_alone_is_what_the_page_holds(client_as: ClientAs, talked: Talked) -> None:
    client = client_as(Role.VIEWER)
    response = client.get("/console/queue?view=waiting")
    assert names(response.text) == [short_name(talked.id)]
    assert "<html" not in response.text
    assert response.headers["cache-control"] == "no-store"
    assert names(client.get("/console/queue/side").text) == [short_name(talked.id)]


def test_a_saved_view_leads_back_to_what_was_seen(client_as: ClientAs, talked: Talked) -> None:
    nora, dan = client_as(Role.VIEWER, "Nora"), client_as(Role.VIEWER, "Dan")
    saved = nora.submit("/console/views", name="Phones <b>", view="waiting", channel="whatsapp", page="7", evil="1")
    assert saved.headers["location"] == "/console/?view=waiting&channel=whatsapp"
    page = nora.get("/console/").text
    assert 'href="/console/?view=waiting&amp;channel=whatsapp">Phones &lt;b&gt;</a>' in page
    assert "Phones" not in dan.get("/console/").text
    (view_id,) = re.findall(r'name="id" value="(\d+)"', page)
    dan.submit("/console/views/delete", id=view_id)
    assert "Phones" in nora.get("/console/").text
    nora.submit("/console/views/delete", id=view_id)
    assert "Phones" not in nora.get("/console/").text


def test_a_view_without_a_name_is_not_saved_and_the_twenty_first_is_refused(client_as: ClientAs) -> None:
    nora = client_as(Role.VIEWER)
    assert nora.submit("/console/views", name="  ").status_code == 303
    assert [nora.submit("/console/views", name=f"view {n}").status_code for n in range(21)] == [303] * 20 + [409]


def test_an_empty_queue_says_so(client_as: ClientAs) -> None:
    client = client_as(Role.VIEWER)
    assert "Nobody waits." in client.get("/console/").text
    assert "You have claimed no conversation." in client.get("/console/?view=mine").text
    assert "matches your filters" in client.get("/console/?channel=web").text


def test_a_talk_with_the_bot_is_shown_while_it_is_fresh(client_as: ClientAs, store: Store) -> None:
    fresh, old = new_talk(store, ago(60)), new_talk(store, ago(60))
    say(store, fresh, "Does it hurt?", ago(2))
    say(store, old, "Does it hurt?", ago(50))
    assert names(client_as(Role.VIEWER).get("/console/?view=bot").text) == [short_name(fresh)]


def test_who_is_not_signed_in_sees_nothing(anonymous: ClientAs, talked: Talked) -> None:
    for path in ("/console/", "/console/queue", "/console/queue/side", "/console/search", "/console/review"):
        response = anonymous.get(path, follow_redirects=False)
        assert response.status_code == 303
        assert response.headers["location"].startswith("/console/sign-in")


def test_300_handoffs_are_shown_in_300_milliseconds(client_as: ClientAs, store: Store) -> None:
    for number in range(300):
        conversation_id = new_talk(store, ago(number + 1))
        for _ in range(3):
            say(store, conversation_id, "What does it cost for both arms?", ago(number + 1), None)
        say(store, conversation_id, "Hello? " * 20, ago(number), Envelope(Kind.HANDOFF, "Kept."))
        if number % 10 == 0:
            flagged(store, conversation_id, "I can't breathe", ago(number))
    client = client_as(Role.VIEWER)
    client.get("/console/")
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        page = client.get("/console/").text
        times.append(time.perf_counter() - begin)
    assert len(names(page)) == 30 + 50
    assert min(times) < 0.3, times
