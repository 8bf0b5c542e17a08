"""What is looked at afterwards: handoffs that ended, and questions to learn from."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher
from bot.store.store import Store
from bot.store.tables import handoff_transitions, handoffs
from bot.types import Conversation, MissedQuestion
from bot.vocabulary import Act, Missed, Priority, Reason, Role, Status
from tests.store.samples import NOW, later


def end(engine: Engine, key: str, handoff_id: str, by: str, seconds: float, why: str = "", **values: Any) -> None:
    """Stands in for the move that ends a handoff."""
    line = {"handoff_id": handoff_id, "act": Act.CLOSE.value, "at": later(seconds), "by": by}
    line |= {"status": "closed", "priority": "normal", "owner": None, "why": Cipher(key).seal(why)}
    with engine.begin() as connection:
        change = update(handoffs).where(handoffs.c.id == handoff_id)
        connection.execute(change.values(**({"status": Status.CLOSED.value} | values)))
        connection.execute(insert(handoff_transitions).values(**line))


def opened(store: Store, reason: Reason = Reason.ASKED) -> tuple[str, str]:
    conversation_id = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id
    handoff_id = store.open_handoff(conversation_id, reason, Priority.NORMAL, by="patient", why="", now=NOW)
    return conversation_id, handoff_id


def keep(store: Store, conversation_id: str, seq: int, reason: Missed, seconds: float = 0, words: str = "why") -> None:
    store.keep_missed(conversation_id, seq, MissedQuestion(reason, words, ("pain",), ("card",)), now=later(seconds))


def items(store: Store, **wanted: Any) -> list[int]:
    found = store.missed_items(**({"since": None, "reason": None, "is_done": None, "limit": 9} | wanted))
    return [item.seq for item in found]


def test_an_ended_handoff_says_how_by_whom_and_when(store: Store, engine: Engine, key: str) -> None:
    nora = store.add_staff(login="nora", name="Nora", role=Role.AGENT, password_hash=None, now=NOW)
    conversation_id, handoff_id = opened(store)
    opened(store)
    end(engine, key, handoff_id, nora.id, 60, "booked a visit", first_claimed_at=later(30), outcome="booked")
    (one,), has_more = store.ended_handoffs(since=None, reason=None)
    assert (one.conversation_id, one.by, one.why, one.outcome) == (conversation_id, "Nora", "booked a visit", "booked")
    assert (one.status, one.opened_at, one.first_claimed_at, one.ended_at) == (
        Status.CLOSED,
        NOW,
        later(30),
        later(60),
    )
    assert not has_more


def test_ended_handoffs_come_latest_first_in_pages_and_by_time_and_reason(
    store: Store, engine: Engine, key: str
) -> None:
    ids = []
    for number, reason in enumerate([Reason.ASKED, Reason.RED_FLAG, Reason.ASKED]):
        conversation_id, handoff_id = opened(store, reason)
        end(engine, key, handoff_id, "somebody", number * 60)
        ids.append(conversation_id)
    first, has_more = store.ended_handoffs(since=None, reason=None, limit=2)
    assert ([one.conversation_id for one in first], has_more) == ([ids[2], ids[1]], True)
    second, has_more = store.ended_handoffs(since=None, reason=None, page=1, limit=2)
    assert ([one.conversation_id for one in second], has_more) == ([ids[0]], False)
    (flagged,), _ = store.ended_handoffs(since=None, reason=Reason.RED_FLAG)
    assert (flagged.conversation_id, flagged.by) == (ids[1], "somebody")
    assert len(store.ended_handoffs(since=later(60), reason=None)[0]) == 2


def test_kept_questions_by_time_reason_and_whether_done(store: Store, conversation: Conversation) -> None:
    keep(store, conversation.id, 2, Missed.UNANSWERED, -100)
    keep(store, conversation.id, 4, Missed.NOT_HELPFUL, -50)
    keep(store, conversation.id, 6, Missed.UNANSWERED, 0)
    assert items(store) == [6, 4, 2]
    assert items(store, reason=Missed.NOT_HELPFUL) == [4]
    assert items(store, since=later(-60)) == [6, 4]
    assert items(store, limit=1) == [6]


def test_a_question_is_done_and_undone(store: Store, conversation: Conversation) -> None:
    keep(store, conversation.id, 2, Missed.UNANSWERED)
    keep(store, conversation.id, 4, Missed.UNANSWERED)
    (newest, oldest) = store.missed_items(since=None, reason=None, is_done=None, limit=9)
    assert store.mark_missed([oldest.id, 999_999], by="nora", is_done=True, now=later(5)) == 1
    assert store.mark_missed([oldest.id], by="dan", is_done=True, now=later(9)) == 0
    (done,) = store.missed_items(since=None, reason=None, is_done=True, limit=9)
    assert (done.id, done.done_at, done.done_by) == (oldest.id, later(5), "nora")
    assert items(store, is_done=False) == [newest.seq]
    assert store.mark_missed([oldest.id], by="dan", is_done=False, now=later(9)) == 1
    assert items(store, is_done=True) == []


def test_a_question_that_is_missed_again_is_to_be_done_again(store: Store, conversation: Conversation) -> None:
    keep(store, conversation.id, 2, Missed.UNANSWERED)
    (item,) = store.missed_items(since=None, reason=None, is_done=None, limit=9)
    store.mark_missed([item.id], by="nora", is_done=True, now=NOW)
    keep(store, conversation.id, 2, Missed.NOT_HELPFUL)
    assert items(store, is_done=False) == [2]


@pytest.mark.parametrize("way", ["erase", "expire"])
def test_what_is_reviewed_goes_with_its_conversation(store: Store, engine: Engine, key: str, way: str) -> None:
    conversation_id, handoff_id = opened(store)
    end(engine, key, handoff_id, "nora", 1)
    keep(store, conversation_id, 2, Missed.UNANSWERED)
    if way == "erase":
        store.erase(conversation_id, now=NOW)
    else:
        store.expire(now=NOW + timedelta(days=31), retention=timedelta(days=30), limit=9)
    assert store.ended_handoffs(since=None, reason=None) == ([], False)
    assert items(store) == []
