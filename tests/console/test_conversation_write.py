"""What staff write: replies that go out once, notes that never do, cards and canned texts, tags, wrong answers."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.types import Message
from bot.vocabulary import Author, Missed, Role
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs, Talked
from tests.console.talks import add_canned

JSON = {"Accept": "application/json", "Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"}


def path(talked: Talked, rest: str = "") -> str:
    return f"/console/conversations/{talked.id}{rest}"


def replies(store: Store, talked: Talked) -> list[Message]:
    return [one for one in store.messages(talked.id) if one.author is Author.STAFF]


@pytest.fixture
def nora(client_as: ClientAs, talked: Talked) -> Colleague:
    """She has claimed the conversation."""
    nora = client_as(Role.AGENT, "Nora")
    nora.submit(path(talked, "/claim"))
    return nora


@pytest.fixture
def dan(client_as: ClientAs) -> Colleague:
    return client_as(Role.AGENT, "Dan")


def test_a_reply_goes_out_once_however_often_it_is_sent(nora: Colleague, talked: Talked, store: Store) -> None:
    for _ in range(2):
        sent = nora.submit(path(talked, "/reply"), text="Hello, this is Nora.", client_id="client-0001")
        assert sent.status_code == 303
        assert sent.headers["location"].endswith("?said=reply#composer")
    (reply,) = replies(store, talked)
    assert (reply.text, reply.name) == ("Hello, this is Nora.", "Nora")
    assert "Hello, this is Nora." in nora.get(path(talked)).text


def test_a_script_gets_json_for_the_same_form(nora: Colleague, talked: Talked, store: Store) -> None:
    fields = {"csrf": nora.csrf, "text": "Hello.", "client_id": "client-0001"}
    assert nora.post(path(talked, "/reply"), data=fields, headers=JSON).json() == {"said": "Sent."}
    refused = nora.post(path(talked, "/reply"), data=fields | {"text": "", "client_id": "client-0002"}, headers=JSON)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "text_empty")
    assert len(replies(store, talked)) == 1


def test_only_the_owner_can_reply(nora: Colleague, dan: Colleague, talked: Talked, store: Store) -> None:
    refused = dan.submit(path(talked, "/reply"), text="Let me add", client_id="client-0001")
    assert refused.status_code == 409
    assert "Nora" in refused.text
    assert ">Let me add</textarea>" in refused.text
    assert replies(store, talked) == []


def test_nobody_replies_before_claiming(dan: Colleague, talked: Talked, store: Store) -> None:
    refused = dan.submit(path(talked, "/reply"), text="Hello", client_id="client-0001")
    assert refused.status_code == 409
    assert "Claim it first" in refused.text
    assert replies(store, talked) == []


def test_a_reply_to_a_closed_conversation_is_refused_and_the_draft_kept(
    nora: Colleague, talked: Talked, store: Store
) -> None:
    nora.submit(path(talked, "/close"), outcome="answered")
    refused = nora.submit(path(talked, "/reply"), text="One more thing", client_id="client-0001")
    assert refused.status_code == 409
    assert "This conversation is closed, so nothing was sent." in refused.text
    assert ">One more thing</textarea>" in refused.text
    assert replies(store, talked) == []


@pytest.mark.parametrize(("text", "status"), [("x" * 4000, 303), ("x" * 4001, 413), (" \n ", 400)])
def test_a_reply_has_one_to_four_thousand_signs(
    nora: Colleague, talked: Talked, store: Store, text: str, status: int
) -> None:
    assert nora.submit(path(talked, "/reply"), text=text, client_id="client-0001").status_code == status
    assert len(replies(store, talked)) == (status == 303)


def test_a_note_is_for_staff_alone(nora: Colleague, dan: Colleague, talked: Talked, store: Store) -> None:
    for _ in range(2):
        assert dan.submit(path(talked, "/note"), text="Ask about warfarin", mode="note").status_code == 303
    (note,) = store.notes(talked.id)
    assert (note.text, note.name) == ("Ask about warfarin", "Dan")
    page = nora.get(path(talked)).text
    assert "Private note · Dan" in page
    assert all("warfarin" not in str(one.to_json()) for one in store.messages(talked.id))


def test_a_canned_reply_comes_with_its_gaps_filled(nora: Colleague, talked: Talked, store: Store) -> None:
    now = datetime.now(timezone.utc)
    text = "I am {staff_name} of {clinic_name}. {unknown}"
    add_canned(store, "Broken", text, nora.staff, now)
    reply = add_canned(store, "Greeting", text.removesuffix(" {unknown}"), nora.staff, now)
    page = nora.submit(path(talked, "/compose"), text="Good day.", insert=f"canned:{reply}").text
    assert ">Good day.\n\nI am Nora of Rosewood Skin Clinic.</textarea>" in page
    assert "{unknown}" in page


def test_a_card_comes_with_its_source_and_stays_on_the_record(nora: Colleague, talked: Talked, store: Store) -> None:
    found = nora.submit(path(talked, "/compose"), text="Good day.", q="does it hurt")
    assert 'value="card:pain.general"' in found.text
    assert ">Good day.</textarea>" in found.text
    filled = nora.submit(path(talked, "/compose"), text="Good day.", insert="card:pain.general").text
    assert "Source: " in filled
    assert 'id="cards" value="pain.general"' in filled
    cards = "pain.general,invented.card"
    nora.submit(path(talked, "/reply"), text="It can sting.", client_id="client-0001", cards=cards)
    (reply,) = replies(store, talked)
    assert reply.card_ids == ("pain.general",)
    assert "card_ids" not in reply.to_json()
    assert "pain.general" in nora.get(path(talked)).text


@pytest.mark.parametrize(("query", "is_found"), [("hurt", True), ("pain", True), ("HURT it", True), ("zebra", False)])
def test_cards_are_found_by_title_and_topic(nora: Colleague, talked: Talked, query: str, is_found: bool) -> None:
    found = nora.get(path(talked, "/cards"), params={"q": query}).text
    assert ("pain.general" in found) is is_found
    assert ("No card has these words." in found) is not is_found


def test_tags_are_added_once_and_removed(nora: Colleague, talked: Talked, store: Store) -> None:
    for tag in ("Call  Back", "call back", "price"):
        assert nora.submit(path(talked, "/tag"), tag=tag).status_code == 303
    assert store.tags(talked.id) == ["call back", "price"]
    nora.submit(path(talked, "/tag"), remove="price")
    assert store.tags(talked.id) == ["call back"]
    assert "call back" in nora.get(path(talked)).text


@pytest.mark.parametrize("tag", ["", "x" * 31, "<b>", "!!"])
def test_a_tag_is_a_few_plain_letters(nora: Colleague, talked: Talked, store: Store, tag: str) -> None:
    assert nora.submit(path(talked, "/tag"), tag=tag).status_code == 400
    assert store.tags(talked.id) == []


def test_a_wrong_answer_goes_to_the_missed_questions(nora: Colleague, talked: Talked, store: Store) -> None:
    assert nora.submit(path(talked, "/wrong"), seq="2", comment="It does hurt").status_code == 303
    (missed,) = store.missed_questions()
    assert (missed.reason, missed.comment, missed.card_ids) == (Missed.WRONG, "It does hurt", ("pain.general",))
    assert "hurt" in missed.question


@pytest.mark.parametrize("seq", ["1", "99", "", "x", "²", "9" * 40])
def test_only_answers_can_be_wrong(nora: Colleague, talked: Talked, store: Store, seq: str) -> None:
    assert nora.submit(path(talked, "/wrong"), seq=seq, comment="no").status_code == 404
    assert store.missed_questions() == []


def test_the_audit_knows_that_something_was_written_and_not_what(nora: Colleague, talked: Talked, store: Store) -> None:
    nora.submit(path(talked, "/reply"), text="secretive", client_id="client-0001")
    nora.submit(path(talked, "/note"), text="secretive")
    nora.submit(path(talked, "/wrong"), seq="2", comment="secretive")
    lines = store.audit_lines(AuditFilter(conversation_id=talked.id), limit=20)
    assert {"reply", "note", "wrong"} <= {line.act for line in lines}
    assert all("secretive" not in str(line) for line in lines)
