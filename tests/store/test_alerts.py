"""Which line of a handoff's history is news for staff who are elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from bot.store.desk_tables import outbox
from bot.store.store import Store
from bot.store.tables import handoffs
from bot.types import Conversation, Envelope, Move
from bot.vocabulary import Act, Kind, Priority, Reason, State, Status
from tests.handoff.samples import ask_for_a_person
from tests.store.samples import EMERGENCY, NOW, accept, later

CLAIM = Move(Act.CLAIM, Status.WAITING, Status.CLAIMED, State.HUMAN, "nora", "nora", "")


def alerts(store: Store) -> list[dict[str, Any]]:
    """The bodies of the alerts that nobody has leased yet, in order."""
    found = store.lease_due("test", now=later(10_000), seconds=60, limit=99)
    assert {one.outgoing.kind for one in found} <= {"alert"}
    return [dict(one.outgoing.body) for one in sorted(found, key=lambda one: one.id)]


def test_a_patient_who_asks_is_one_alert(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    (handoff,) = store.open_handoffs(limit=9)
    assert alerts(store) == [
        {
            "handoff_id": handoff.id,
            "act": "open",
            "priority": "normal",
            "reason": "asked",
            "since": NOW.isoformat(),
            "channel": "web",
            "at": NOW.isoformat(),
            "is_escalated": False,
        }
    ]


def test_asking_again_is_no_news_and_a_sign_is_once(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    ask_for_a_person(store, conversation.id, "again")
    for n in range(3):
        accept(store, conversation.id, f"flag {n}", replies=[EMERGENCY])
    found = alerts(store)
    assert [(one["act"], one["priority"], one["reason"]) for one in found] == [
        ("open", "normal", "asked"),
        ("raise", "urgent", "red_flag"),
    ]


def test_a_sign_that_opens_is_no_second_alert_when_it_repeats(store: Store, conversation: Conversation) -> None:
    for n in range(3):
        accept(store, conversation.id, f"flag {n}", replies=[Envelope(Kind.CRISIS, "Call.")])
    assert [(one["act"], one["priority"]) for one in alerts(store)] == [("open", "urgent")]


def test_what_staff_do_is_no_alert(store: Store, conversation: Conversation) -> None:
    ask_for_a_person(store, conversation.id)
    assert len(alerts(store)) == 1
    (handoff,) = store.open_handoffs(limit=9)
    assert store.move_handoff(handoff.id, CLAIM, now=NOW)
    assert alerts(store) == []


def test_what_staff_open_themselves_is_no_alert(store: Store, conversation: Conversation) -> None:
    store.open_handoff(conversation.id, Reason.STAFF, Priority.NORMAL, by="nora", why="", now=NOW)
    assert alerts(store) == []


def test_request_and_alert_are_stored_together_or_not_at_all(
    engine: Engine, store: Store, conversation: Conversation
) -> None:
    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO outbox"):
            raise RuntimeError("the disk is full")

    event.listen(engine, "before_cursor_execute", fail)
    with pytest.raises(RuntimeError):
        accept(store, conversation.id, "flag", replies=[EMERGENCY])
    event.remove(engine, "before_cursor_execute", fail)
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(handoffs)).scalar_one() == 0
    assert store.messages(conversation.id) == []
    accept(store, conversation.id, "flag", replies=[EMERGENCY])
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(outbox)).scalar_one() == 1
