"""Handoffs open and rise in the transaction that tells the patient, and go with the conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from bot.store.retention import OPEN_REQUEST
from bot.store.store import Store
from bot.store.tables import handoffs
from bot.types import Conversation, Envelope, Flag
from bot.vocabulary import Act, Kind, Level, Priority, Reason, State, Status
from tests.handoff.samples import ask_for_a_person, desk_at, employ
from tests.store.samples import ANSWER, NOW, accept, later, state_of, take

FLAG = Flag(Level.EMERGENCY, ("E1", "E4"), ("can't breathe",), "breathing")


def flagged(store: Store, conversation_id: str, client_id: str = "flag", kind: Kind = Kind.EMERGENCY) -> None:
    accept(store, conversation_id, client_id, "I can't breathe", flag=FLAG, replies=[Envelope(kind, "Get help now.")])


@pytest.mark.parametrize("kind", [Kind.EMERGENCY, Kind.URGENT, Kind.CRISIS])
def test_a_safety_text_opens_an_urgent_handoff(kind: Kind, store: Store, conversation: Conversation) -> None:
    flagged(store, conversation.id, kind=kind)
    (handoff,) = store.open_handoffs(limit=9)
    assert (handoff.conversation_id, handoff.status, handoff.owner) == (conversation.id, Status.WAITING, None)
    assert (handoff.reason, handoff.priority, handoff.opened_at) == (Reason.RED_FLAG, Priority.URGENT, NOW)
    (line,) = store.transitions(handoff.id)
    assert (line.act, line.at, line.by, line.why) == (Act.OPEN, NOW, "safety check", "message 1: emergency E1, E4")
    assert state_of(store, conversation.id) is State.WAITING


def test_the_text_for_minors_and_an_answer_open_none(store: Store, conversation: Conversation) -> None:
    flagged(store, conversation.id, kind=Kind.MINOR)
    seq = accept(store, conversation.id, "b").seq
    take(store, conversation.id)
    store.answer(conversation.id, seq, [ANSWER], owner="one", now=NOW)
    assert store.open_handoffs(limit=9) == []
    assert state_of(store, conversation.id) is State.BOT


def test_who_asks_for_a_person_opens_one_and_the_bot_goes_on(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    (handoff,) = store.open_handoffs(limit=9)
    assert (handoff.reason, handoff.priority) == (Reason.ASKED, Priority.NORMAL)
    assert [(line.act, line.by) for line in store.transitions(handoff.id)] == [(Act.OPEN, "patient")]
    seq = accept(store, conversation.id, "b").seq
    take(store, conversation.id)
    assert store.answer(conversation.id, seq, [ANSWER], owner="one", now=NOW).seqs == [seq + 1]


def test_a_second_sign_raises_the_open_one(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    flagged(store, conversation.id)
    ask_for_a_person(store, conversation.id, "again")
    (handoff,) = store.open_handoffs(limit=9)
    assert (handoff.reason, handoff.priority) == (Reason.RED_FLAG, Priority.URGENT)
    lines = store.transitions(handoff.id)
    assert [(line.act, line.by, line.priority) for line in lines] == [
        (Act.OPEN, "patient", Priority.NORMAL),
        (Act.RAISE, "safety check", Priority.URGENT),
        (Act.RAISE, "patient", Priority.URGENT),
    ]


def test_a_repeated_post_opens_and_raises_nothing(store: Store, conversation: Conversation) -> None:
    flagged(store, conversation.id)
    flagged(store, conversation.id)
    (handoff,) = store.open_handoffs(limit=9)
    assert len(store.transitions(handoff.id)) == 1


def test_a_late_reply_that_an_emergency_dropped_opens_nothing_of_its_own(
    store: Store, conversation: Conversation
) -> None:
    seq = accept(store, conversation.id, "a", "Can I talk to a person?").seq
    take(store, conversation.id)
    flagged(store, conversation.id)
    store.answer(conversation.id, seq, [Envelope(Kind.HANDOFF, "Kept.")], owner="one", now=NOW)
    (handoff,) = store.open_handoffs(limit=9)
    assert [line.act for line in store.transitions(handoff.id)] == [Act.OPEN]


def test_the_queue_has_urgent_ones_first_then_the_longest_wait(store: Store) -> None:
    ids = [store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id for _ in range(4)]
    for wait, conversation_id, priority in zip(
        (1, 3, 2, 4), ids, ["urgent", "normal", "urgent", "normal"], strict=True
    ):
        store.open_handoff(conversation_id, Reason.STAFF, Priority(priority), by="nora", why="", now=later(-wait))
    assert [one.conversation_id for one in store.open_handoffs(limit=9)] == [ids[2], ids[0], ids[3], ids[1]]
    assert len(store.open_handoffs(limit=2)) == 2


def test_the_database_itself_refuses_a_second_open_handoff(
    engine: Engine, store: Store, conversation: Conversation
) -> None:
    ask_for_a_person(store, conversation.id)
    row = {"id": "second", "conversation_id": conversation.id, "reason": "asked", "priority": "normal"}
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(insert(handoffs).values(**row, status="claimed", opened_at=NOW))


def test_an_export_holds_the_handoff_with_its_history(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    (handoff,) = store.export(conversation.id)["handoffs"]
    known = ("reason", "priority", "status", "opened_at", "contact", "history")
    assert {name: handoff[name] for name in known} == {
        "reason": "asked",
        "priority": "normal",
        "status": "waiting",
        "opened_at": NOW.isoformat(),
        "contact": None,
        "history": [{"act": "open", "at": NOW.isoformat(), "by": "patient", "why": "message 1"}],
    }


@pytest.mark.parametrize("way", ["erase", "expire"])
def test_a_handoff_goes_with_its_conversation(way: str, store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    (handoff,) = store.open_handoffs(limit=9)
    if way == "erase":
        store.erase(conversation.id, now=NOW)
    else:
        assert store.expire(now=NOW + OPEN_REQUEST + timedelta(1), retention=timedelta(0), limit=9) == 1
    assert store.open_handoffs(limit=9) == []
    assert store.find_handoff(handoff.id) is None
    assert store.transitions(handoff.id) == []


def test_an_export_names_staff_instead_of_their_ids(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    (handoff,) = store.open_handoffs(limit=9)
    nora = employ(store, "nora")
    desk_at(store).claim(handoff.id, by=nora, now=NOW)
    (exported,) = store.export(conversation.id)["handoffs"]
    assert [line["by"] for line in exported["history"]] == ["patient", "Nora"]
