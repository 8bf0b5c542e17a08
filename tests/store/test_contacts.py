"""How a patient wants to be reached: kept with the message that says so, encrypted, and dropped again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.store.store import Store
from bot.store.tables import handoffs, messages
from bot.types import Conversation, Envelope
from bot.vocabulary import Act, Kind, Priority, Reason, State
from tests.handoff.samples import ask_for_a_person
from tests.store.samples import NOW, accept, take

PHONE = {"way": "phone", "value": "+1 202-555-0143", "consent_at": NOW.isoformat()}
EMAIL = {"way": "email", "value": "may@example.com", "consent_at": NOW.isoformat()}


def answered(
    store: Store, conversation_id: str, client_id: str, request: dict[str, Any], kind: Kind = Kind.NOTICE
) -> list[int]:
    """One turn that the bot answers with that request."""
    seq = accept(store, conversation_id, client_id).seq
    take(store, conversation_id)
    return store.answer(
        conversation_id, seq, [Envelope(kind, "All right.", request=request)], owner="one", now=NOW
    ).seqs


def open_id(store: Store) -> str:
    (handoff,) = store.open_handoffs(limit=9)
    return handoff.id


def test_it_is_kept_with_the_open_handoff_and_the_last_one_counts(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    assert store.contact_of(open_id(store)) is None
    answered(store, conversation.id, "a", {"contact": PHONE})
    assert store.contact_of(open_id(store)) == PHONE
    answered(store, conversation.id, "b", {"contact": EMAIL})
    assert store.contact_of(open_id(store)) == EMAIL
    assert [line.act for line in store.transitions(open_id(store))] == [Act.OPEN]


def test_it_is_nowhere_in_clear(store: Store, engine: Engine, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    answered(store, conversation.id, "a", {"contact": PHONE})
    with engine.begin() as connection:
        blob = connection.execute(select(handoffs.c.contact)).scalar_one()
        bodies = connection.execute(select(messages.c.body)).scalars().all()
    assert all(b"555" not in bytes(one) for one in [blob, *bodies])
    assert "0143" not in str([message.to_json() for message in store.messages(conversation.id)])


def test_without_an_open_handoff_it_opens_one(store: Store, conversation: Conversation) -> None:
    answered(store, conversation.id, "a", {"contact": PHONE})
    (handoff,) = store.open_handoffs(limit=9)
    assert (handoff.reason, handoff.priority) == (Reason.ASKED, Priority.NORMAL)
    assert store.contact_of(handoff.id) == PHONE


def test_taken_back_it_is_gone_and_opens_nothing(store: Store, conversation: Conversation) -> None:
    answered(store, conversation.id, "a", {"contact": None})
    assert store.open_handoffs(limit=9) == []
    answered(store, conversation.id, "b", {"contact": PHONE})
    answered(store, conversation.id, "c", {"contact": None})
    assert store.contact_of(open_id(store)) is None


def test_an_answer_that_is_dropped_keeps_nothing(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    seq = accept(store, conversation.id, "a").seq
    take(store, conversation.id)
    kept = Envelope(Kind.NOTICE, "Saved.", request={"contact": PHONE})
    assert store.answer(conversation.id, seq, [kept], owner="another", now=NOW).seqs == []
    assert store.contact_of(open_id(store)) is None


def test_an_export_holds_it_and_an_erasure_takes_it(store: Store, conversation: Conversation) -> None:
    answered(store, conversation.id, "a", {"contact": PHONE})
    (handoff,) = store.export(conversation.id)["handoffs"]
    assert handoff["contact"] == PHONE
    handoff_id = open_id(store)
    store.erase(conversation.id, now=NOW)
    assert store.contact_of(handoff_id) is None


@pytest.mark.parametrize(
    ("reason", "by"),
    [(Reason.NOT_UNDERSTOOD, "bot"), (Reason.QUESTIONNAIRE, "patient"), (Reason.ADVICE_DECLINED, "patient")],
)
def test_a_message_may_name_why_a_person_is_needed(
    reason: Reason, by: str, store: Store, conversation: Conversation
) -> None:
    answered(store, conversation.id, "a", {"handoff": reason.value}, kind=Kind.HANDOFF)
    (handoff,) = store.open_handoffs(limit=9)
    assert (handoff.reason, handoff.priority) == (reason, Priority.NORMAL)
    assert [line.by for line in store.transitions(handoff.id)] == [by]


def test_who_answers_learns_whether_somebody_was_asked_already(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    pending = take(store, conversation.id)
    assert pending is not None
    assert not pending.is_waiting
    ask_for_a_person(store, conversation.id)
    assert _state(store, conversation.id) is State.WAITING
    accept(store, conversation.id, "b")
    pending = take(store, conversation.id)
    assert pending is not None
    assert pending.is_waiting


def _state(store: Store, conversation_id: str) -> State:
    found = store.find_conversation(conversation_id)
    assert found is not None
    assert isinstance(found.created_at, datetime)
    return found.state
