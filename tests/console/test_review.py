"""Review: what was closed, what didn't help, what was missed; marked as done, and taken away as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import datetime, timedelta, timezone
from html import unescape

import pytest
from sqlalchemy import insert, update

from bot.privacy.tokens import short_name
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.store.tables import handoff_transitions, handoffs
from bot.types import MissedQuestion
from bot.vocabulary import Missed, Role
from tests.console.conftest import ClientAs, Talked
from tests.console.patients import new_talk


def ago(days: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(days=days)


def missed(store: Store, question: str, days: float = 1, reason: Missed = Missed.UNANSWERED) -> str:
    conversation_id = new_talk(store, ago(days))
    kept = MissedQuestion(reason, question, ("pain",), ("pain.general",) if reason is Missed.NOT_HELPFUL else ())
    store.keep_missed(conversation_id, 2, kept, now=ago(days))
    return conversation_id


def close(store: Store, talked: Talked, by: str, why: str) -> None:
    """Stands in for the move itself, which has its own tests."""
    line = {"handoff_id": talked.handoff.id, "act": "close", "at": ago(0), "by": by, "status": "closed"}
    line |= {"priority": "normal", "owner": None, "why": store._cipher.seal(why)}
    with store._engine.begin() as connection:
        change = update(handoffs).where(handoffs.c.id == talked.handoff.id)
        claimed_at = talked.handoff.opened_at + timedelta(minutes=9)
        connection.execute(change.values(status="closed", first_claimed_at=claimed_at))
        connection.execute(insert(handoff_transitions).values(**line))


def test_a_closed_talk_shows_outcome_who_and_how_long(client_as: ClientAs, store: Store, talked: Talked) -> None:
    nora = client_as(Role.AGENT, "Nora")
    close(store, talked, nora.staff.id, "Booked <a visit>")
    page = nora.get("/console/review").text
    for words in (short_name(talked.id), "Closed: Booked &lt;a visit&gt;", "Nora", "9 min", "Asked for a person"):
        assert words in page, words
    assert f'href="/console/conversations/{talked.id}"' in page
    assert short_name(talked.id) not in nora.get("/console/review?reason=red_flag").text


def test_questions_are_grouped_by_what_they_ask(client_as: ClientAs, store: Store) -> None:
    for question in ("does it hurt a lot?", "is it very painful?", "where can I park my car?"):
        missed(store, question)
    page = client_as(Role.AGENT).get("/console/review?tab=missed").text
    groups = [unescape(group) for group in page.split('<section class="group"')[1:]]
    assert len(groups) == 2
    assert "2 times" in groups[0]
    assert "hurt" in groups[0]
    assert "painful" in groups[0]
    assert "park my car" in groups[1]


def test_thumbs_and_missed_questions_are_apart(client_as: ClientAs, store: Store) -> None:
    missed(store, "where can I park?")
    thumb = missed(store, "does it hurt?", reason=Missed.NOT_HELPFUL)
    client = client_as(Role.VIEWER)
    thumbs, questions = (client.get(f"/console/review?tab={tab}").text for tab in ("thumbs", "missed"))
    assert "does it hurt?" in thumbs
    assert "Answered with: pain.general, pain" in thumbs
    assert f'href="/console/conversations/{thumb}?at=2#m2"' in thumbs
    assert "park" not in thumbs
    assert "does it hurt?" not in questions


def test_what_is_done_leaves_the_list_and_comes_back(client_as: ClientAs, store: Store) -> None:
    missed(store, "where can I park?")
    client = client_as(Role.AGENT)
    page = client.get("/console/review?tab=missed").text
    (item,) = re.findall(r'name="ids" value="(\d+)"', page)
    sent = client.submit("/console/review/done", ids=item, done="1", tab="missed", days="all", state="open")
    assert sent.headers["location"] == "/console/review?tab=missed&days=all&state=open"
    assert "park" not in client.get("/console/review?tab=missed").text
    assert "park" in client.get("/console/review?tab=missed&state=done").text
    client.submit("/console/review/done", ids=item, done="0", tab="missed")
    assert "park" in client.get("/console/review?tab=missed").text


def test_a_whole_group_is_done_at_once(client_as: ClientAs, store: Store) -> None:
    missed(store, "does it hurt a lot?")
    missed(store, "does it hurt much?")
    client = client_as(Role.AGENT)
    both = re.findall(r'name="ids" value="(\d+,\d+)"', client.get("/console/review?tab=missed").text)
    client.submit("/console/review/done", ids=both[0], done="1", tab="missed")
    assert "Nothing is left" in client.get("/console/review?tab=missed").text


@pytest.mark.parametrize("ids", ["", "x", "77,,78", "-1", "9" * 40, "1;DROP TABLE missed"])
def test_marking_nonsense_changes_nothing(client_as: ClientAs, store: Store, ids: str) -> None:
    missed(store, "where can I park?")
    client = client_as(Role.AGENT)
    assert client.submit("/console/review/done", ids=ids, done="1").status_code == 303
    assert "park" in client.get("/console/review?tab=missed").text


def test_a_viewer_reads_and_marks_nothing(client_as: ClientAs, store: Store) -> None:
    missed(store, "where can I park?")
    viewer = client_as(Role.VIEWER)
    page = viewer.get("/console/review?tab=missed").text
    assert "park" in page
    assert "/console/review/done" not in page
    assert "missed.csv" not in page
    assert viewer.submit("/console/review/done", ids="1", done="1").status_code == 403
    assert viewer.get("/console/review/missed.csv").status_code == 403
    assert len(store.missed_items(since=None, reason=None, is_done=False, limit=9)) == 1


def test_time_is_a_filter(client_as: ClientAs, store: Store) -> None:
    missed(store, "an old one", days=20)
    client = client_as(Role.VIEWER)
    assert "an old one" not in client.get("/console/review?tab=missed").text
    assert "an old one" in client.get("/console/review?tab=missed&days=30").text
    assert client.get("/console/review?tab=x&days=x&state=x&reason=x&page=x").status_code == 200


def test_the_file_holds_all_questions_and_carries_nothing_out(client_as: ClientAs, store: Store) -> None:
    missed(store, '=HYPERLINK("http://x")', days=2)
    missed(store, "Tut es weh? Ä, “ö”", reason=Missed.NOT_HELPFUL)
    lead = client_as(Role.LEAD, "Lea")
    response = lead.get("/console/review/missed.csv?days=all")
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row["question"] for row in rows] == ["Tut es weh? Ä, “ö”", '\'=HYPERLINK("http://x")']
    assert [row["why"] for row in rows] == ["not_helpful", "unanswered"]
    (line,) = [one for one in store.audit_lines(AuditFilter(), limit=9) if one.act == "export_missed"]
    assert (line.staff_name, line.detail) == ("Lea", "2 missed questions")
