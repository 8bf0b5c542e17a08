"""One conversation's page: what it shows, to whom, and which moves it makes."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone

import pytest

from bot.privacy.tokens import receipt_id, short_name
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.vocabulary import Act, Role, State, Status
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs, Talked
from tests.console.patients import new_talk, say
from tests.console.talks import busy_talk, long_talk, set_contact

NOW = datetime.now(timezone.utc)
MOVES = ("claim", "release", "transfer", "take-over", "hand-back", "close", "open", "reopen")
WRITES = ("reply", "note", "tag", "wrong", "compose", "typing")


def path(conversation_id: str, rest: str = "") -> str:
    return f"/console/conversations/{conversation_id}{rest}"


def acts(store: Store, conversation_id: str) -> list[str]:
    """What the audit says of a conversation, oldest first."""
    found = store.audit_lines(AuditFilter(conversation_id=conversation_id), limit=50)
    return [line.act for line in reversed(found)]


@pytest.fixture
def nora(client_as: ClientAs) -> Colleague:
    return client_as(Role.AGENT, "Nora")


@pytest.fixture
def dan(client_as: ClientAs) -> Colleague:
    return client_as(Role.AGENT, "Dan")


def test_an_alert_that_nobody_could_get_is_not_called_sent(nora: Colleague, store: Store) -> None:
    conversation_id = busy_talk(store, NOW)
    for one in store.lease_due("courier", now=NOW, seconds=9, limit=9):
        store.mark_sent(one.id, "courier", now=NOW)
    assert [one.status for one in store.sent_about(conversation_id)] == ["sent"]
    assert "Sent outside" not in nora.get(path(conversation_id)).text


def test_the_page_shows_talk_and_card(nora: Colleague, store: Store) -> None:
    conversation_id = busy_talk(store, NOW)
    set_contact(store, store.open_handoffs(limit=1)[0].id, {"way": "phone", "value": "+44 20 7946 0958"})
    page = nora.get(path(conversation_id))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    for words in (
        short_name(conversation_id),
        "waiting 2",
        "hi im on xarelto",
        "<strong>avoid it for now</strong>",
        "Understood: ask_medications_blood_thinners 0.91",
        "ask_contraindications 0.05",
        "U6 New lumps, boils or sores",
        "“lumps”, “3 weeks”",
        'href="#m5"',
        "Hair, Hair loss",
        'Phone: <span dir="ltr">+44 20 7946 0958</span>',
        "Not now",
        "You take a blood thinner.",
        "Opened by safety check",
    ):
        assert words in page.text, words


def test_a_viewer_reads_and_has_no_button_to_press(client_as: ClientAs, talked: Talked) -> None:
    page = client_as(Role.VIEWER).get(path(talked.id))
    assert "Does it hurt?" in page.text
    assert "/claim" not in page.text
    assert "<textarea" not in page.text


@pytest.mark.parametrize("name", [*MOVES, *WRITES])
def test_a_viewer_may_do_nothing_by_hand_either(client_as: ClientAs, talked: Talked, store: Store, name: str) -> None:
    fields = {"text": "hello", "client_id": "client-12", "why": "x", "outcome": "booked", "tag": "a", "comment": "c"}
    assert client_as(Role.VIEWER).submit(path(talked.id, f"/{name}"), **fields).status_code == 403
    assert store.find_handoff(talked.handoff.id) == talked.handoff
    assert store.notes(talked.id) == []


def test_nobody_sees_it_without_signing_in(anonymous: Colleague, talked: Talked) -> None:
    assert anonymous.get(path(talked.id), follow_redirects=False).status_code == 303
    asked = anonymous.get(path(talked.id, "/after/0"), headers={"Accept": "application/json"})
    assert (asked.status_code, asked.json()["error"]["code"]) == (401, "signed_out")


@pytest.mark.parametrize("unknown", ["nobody-has-this-id-x1", "a", "%3Cscript%3E", "x" * 300])
def test_an_unknown_conversation_is_said_to_be_unknown(nora: Colleague, unknown: str) -> None:
    page = nora.get(path(unknown))
    assert page.status_code == 404
    assert "no conversation at this address" in page.text


def test_of_two_who_claim_one_gets_it_and_the_other_reads_who(nora: Colleague, dan: Colleague, talked: Talked) -> None:
    assert nora.submit(path(talked.id, "/claim")).status_code == 303
    late = dan.submit(path(talked.id, "/claim"))
    assert late.status_code == 409
    assert "Nora" in late.text
    assert "Take over from Nora" in late.text


def test_taking_over_wants_a_reason_and_is_audited(
    nora: Colleague, dan: Colleague, talked: Talked, store: Store
) -> None:
    nora.submit(path(talked.id, "/claim"))
    assert "Say why" in dan.submit(path(talked.id, "/take-over"), why=" ").text
    assert dan.submit(path(talked.id, "/take-over"), why="Nora went home").status_code == 303
    found = store.find_handoff(talked.handoff.id)
    assert found is not None
    assert found.owner == dan.staff.id
    (line,) = store.audit_lines(AuditFilter(act="take_over"), limit=5)
    assert (line.staff_name, line.subject, line.detail) == ("Dan", receipt_id(talked.id), "from Nora")


def test_the_composer_says_how_to_get_to_write(nora: Colleague, dan: Colleague, talked: Talked, store: Store) -> None:
    def told(which: str = talked.id) -> tuple[str, str]:
        page = nora.get(path(which)).text
        found = re.search(r'data-first="([^"]*)" placeholder="([^"]*)"', page)
        assert found is not None
        return found[2], found[1]

    assert told() == ("Claim the conversation to answer", "Claim the conversation first")
    opened = nora.get(path(talked.id, "/after/4")).json()["version"]
    dan.submit(path(talked.id, "/claim"))
    owned = ("Dan answers here; take over to answer, or leave a private note", "Take the conversation over first")
    assert told() == owned
    news = nora.get(path(talked.id, f"/after/4?version={opened}")).json()["composer"]
    assert (news["placeholder"], news["first"]) == owned, "also on a page that was opened before"
    nora.submit(path(talked.id, "/take-over"), why="Dan is at lunch")
    assert told() == ("Write to the patient", "")
    nora.submit(path(talked.id, "/close"), outcome="answered")
    assert told() == ("This conversation is closed", "Reopen the conversation first")
    unasked = told(new_talk(store, NOW))
    assert unasked == ("The assistant answers here", "Choose \u201cTalk to the patient\u201d first")


def test_a_transfer_goes_only_to_somebody_who_may_answer(
    nora: Colleague, dan: Colleague, client_as: ClientAs, talked: Talked, store: Store
) -> None:
    viewer = client_as(Role.VIEWER, "Vera")
    nora.submit(path(talked.id, "/claim"))
    page = nora.get(path(talked.id)).text
    assert f'<option value="{dan.staff.id}">' in page
    assert viewer.staff.id not in page
    assert nora.submit(path(talked.id, "/transfer"), to=viewer.staff.id).status_code == 400
    assert nora.submit(path(talked.id, "/transfer"), to=dan.staff.id, why="yours").status_code == 303
    assert "Claimed by Nora" in dan.get(path(talked.id)).text
    assert acts(store, talked.id)[:2] == ["claim", "view"]


def test_handing_back_lets_the_bot_go_on(nora: Colleague, talked: Talked, store: Store) -> None:
    nora.submit(path(talked.id, "/claim"))
    assert nora.submit(path(talked.id, "/hand-back")).status_code == 303
    found = store.find_conversation(talked.id)
    assert found is not None
    assert found.state is State.BOT
    assert "Talk to the patient" in nora.get(path(talked.id)).text


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"outcome": "booked"}, "booked"),
        ({"outcome": "other", "why": "moved away"}, "other: moved away"),
    ],
)
def test_closing_keeps_the_outcome(
    nora: Colleague, talked: Talked, store: Store, fields: dict[str, str], outcome: str
) -> None:
    nora.submit(path(talked.id, "/claim"))
    assert nora.submit(path(talked.id, "/close"), **fields).status_code == 303
    last = store.transitions(talked.handoff.id)[-1]
    assert (last.act, last.why, last.status) == (Act.CLOSE, outcome, Status.CLOSED)


@pytest.mark.parametrize("fields", [{}, {"outcome": "won the lottery"}, {"outcome": "other"}])
def test_closing_needs_an_outcome(nora: Colleague, talked: Talked, store: Store, fields: dict[str, str]) -> None:
    nora.submit(path(talked.id, "/claim"))
    assert nora.submit(path(talked.id, "/close"), **fields).status_code == 400
    found = store.find_handoff(talked.handoff.id)
    assert found is not None
    assert found.status is Status.CLAIMED


def test_a_closed_conversation_can_be_reopened(nora: Colleague, talked: Talked, store: Store) -> None:
    nora.submit(path(talked.id, "/claim"))
    nora.submit(path(talked.id, "/close"), outcome="answered")
    assert "/reopen" in nora.get(path(talked.id)).text
    assert nora.submit(path(talked.id, "/reopen")).status_code == 303
    found = store.find_conversation(talked.id)
    assert found is not None
    assert found.state is State.HUMAN
    assert acts(store, talked.id)[-1] == "reopen"


def test_staff_may_begin_to_talk_where_nobody_asked(nora: Colleague, store: Store) -> None:
    conversation_id = new_talk(store, NOW)
    assert nora.submit(path(conversation_id, "/open"), why="").status_code == 400
    assert nora.submit(path(conversation_id, "/open"), why="price was wrong").status_code == 303
    (opened,) = store.open_handoffs(limit=2)
    assert opened.owner == nora.staff.id


def test_a_move_after_the_conversation_was_erased_is_refused_in_words(
    nora: Colleague, talked: Talked, store: Store
) -> None:
    store.erase(talked.id, now=NOW)
    assert nora.submit(path(talked.id, "/claim")).status_code == 404
    assert "has been erased" in nora.get(path(talked.id)).text


def test_looking_is_audited_once_for_a_while_and_marks_as_read(nora: Colleague, talked: Talked, store: Store) -> None:
    for _ in range(3):
        nora.get(path(talked.id))
    assert acts(store, talked.id) == ["view"]
    assert store.read_up_to(talked.id, nora.staff.id) == 4


def test_colleagues_see_who_looks_and_who_types(nora: Colleague, dan: Colleague, talked: Talked, store: Store) -> None:
    nora.submit(path(talked.id, "/look"), seq="4")
    nora.submit(path(talked.id, "/typing"), seq="4")
    store.look(talked.id, "patient", "Patient", typing=True, now=datetime.now(timezone.utc))
    others = dan.get(path(talked.id, "/after/4")).json()["others"]
    assert {(one["name"], one["is_patient"], one["is_typing"]) for one in others} == {
        ("Nora", False, True),
        ("Patient", True, True),
    }
    assert "Nora is typing" in dan.get(path(talked.id)).text


def test_the_script_is_told_only_what_is_new(nora: Colleague, dan: Colleague, talked: Talked, store: Store) -> None:
    first = nora.get(path(talked.id, "/after/4")).json()
    quiet = nora.get(path(talked.id, f"/after/4?note=0&version={first['version']}")).json()
    assert set(quiet) == {"newest", "note", "version", "others"}
    store.add_note(talked.id, "Ring her <b>back</b>", by=dan.staff, now=datetime.now(timezone.utc))
    say(store, talked.id, "Are you there?", datetime.now(timezone.utc), None)
    news = nora.get(path(talked.id, f"/after/4?note=0&version={first['version']}")).json()
    assert "Are you there?" in news["lines"]
    assert "Ring her &lt;b&gt;back" in news["lines"]
    assert "Does it hurt?" not in news["lines"]
    assert "head" not in news
    dan.submit(path(talked.id, "/claim"))
    changed = nora.get(path(talked.id, f"/after/5?note=1&version={first['version']}")).json()
    assert "with <strong>Dan</strong>" in changed["head"]
    assert changed["is_mine"] is False


def test_a_thousand_messages_open_within_a_second_page_by_page(nora: Colleague, store: Store) -> None:
    conversation_id = long_talk(store, 1000, NOW)
    nora.get(path(conversation_id))
    started = time.perf_counter()
    page = nora.get(path(conversation_id))
    took = time.perf_counter() - started
    assert took < 1, f"{took:.2f} s"
    assert page.text.count('class="line ') == 50
    assert 'id="m951"' in page.text
    assert "?before=951" in page.text
    earlier = nora.get(path(conversation_id, "?before=951"))
    assert 'id="m901"' in earlier.text
    assert 'id="m951"' not in earlier.text
    assert "Back to the newest" in earlier.text
    assert "Earlier messages" not in nora.get(path(conversation_id, "?before=51")).text


def test_hostile_words_are_shown_as_words(nora: Colleague, store: Store) -> None:
    conversation_id = new_talk(store, NOW)
    evil = "<script>alert(1)</script> [x](javascript:alert(1)) ‮ \"'><img src=x onerror=alert(1)> " + "w" * 3000
    say(store, conversation_id, evil, NOW, None)
    store.add_note(conversation_id, evil, by=nora.staff, now=NOW)
    store.add_tag(conversation_id, "<b>")
    for place in ("", "/print"):
        page = nora.get(path(conversation_id, place)).text if not place else ""
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
        assert "<b>" not in page


def test_notes_stand_on_the_page_of_the_messages_beside_them(nora: Colleague, store: Store) -> None:
    conversation_id = long_talk(store, 120, NOW)
    early = store.messages(conversation_id, limit=30)[-1].at + timedelta(seconds=1)
    store.add_note(conversation_id, "an early note", by=nora.staff, now=early)
    assert "an early note" not in nora.get(path(conversation_id)).text
    assert "an early note" in nora.get(path(conversation_id, "?before=71")).text
