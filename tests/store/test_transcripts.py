"""A conversation page by page, with its handoffs, receipts and views."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.people import Staff
from bot.privacy.cipher import Cipher
from bot.store.store import Store
from bot.store.tables import handoffs
from bot.types import Conversation
from bot.vocabulary import Role, Status
from tests.handoff.samples import opened
from tests.store.samples import NOW, accept, later

NORA = Staff("nora-id", "nora@clinic.example", "Nora", Role.AGENT)


def test_messages_are_paged_upwards(store: Store, conversation: Conversation) -> None:
    for number in range(7):
        accept(store, conversation.id, f"message-{number}", f"text {number}")
    assert [one.seq for one in store.messages_before(conversation.id, 8, limit=3)] == [5, 6, 7]
    assert [one.seq for one in store.messages_before(conversation.id, 5, limit=3)] == [2, 3, 4]
    assert [one.seq for one in store.messages_before(conversation.id, 2, limit=3)] == [1]
    assert store.messages_before("unknown", 9, limit=3) == []


def test_a_case_tells_how_the_patient_wants_to_be_reached(
    engine: Engine, key: str, store: Store, conversation: Conversation
) -> None:
    handoff = opened(store, conversation.id)
    (case,) = store.cases(conversation.id)
    assert (case.id, case.status, case.contact, case.is_open) == (handoff.id, Status.WAITING, None, True)
    contact = {"way": "email", "value": "a@example.org"}
    with engine.begin() as connection:
        connection.execute(update(handoffs).values(contact=Cipher(key).seal_json(contact)))
    assert store.cases(conversation.id)[0].contact == contact


def test_a_view_is_known_for_its_time(store: Store, conversation: Conversation) -> None:
    store.audit("view", by=NORA, subject=conversation.id, now=NOW)
    assert store.was_audited("view", conversation.id, "nora-id", since=later(-1))
    assert not store.was_audited("view", conversation.id, "nora-id", since=later(1))
    assert not store.was_audited("view", conversation.id, "dan-id", since=later(-1))
    assert not store.was_audited("claim", conversation.id, "nora-id", since=later(-1))
    assert not store.was_audited("view", "another", "nora-id", since=later(-1))


def test_the_receipt_is_found_once_it_is_there(store: Store, conversation: Conversation) -> None:
    assert store.find_erasure(conversation.id) is None
    erased = store.erase(conversation.id, now=NOW)
    assert store.find_erasure(conversation.id) == erased


def test_a_reply_sent_twice_is_one_message(store: Store, conversation: Conversation) -> None:
    handoff = opened(store, conversation.id)
    store.audit("x", by=NORA, now=NOW)
    with store._write() as connection:
        connection.execute(update(handoffs).values(status=Status.CLAIMED.value, owner="nora-id"))
    sent = [
        store.staff_reply(
            handoff.id, "Hello", by="nora-id", name="Nora", now=NOW, client_id="client-1", card_ids=("pain.general",)
        )
        for _ in range(2)
    ]
    assert sent[0] == sent[1]
    (reply,) = [one for one in store.messages(conversation.id) if one.client_id == "client-1"]
    assert (reply.text, reply.card_ids) == ("Hello", ("pain.general",))
