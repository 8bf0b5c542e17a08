"""Requests that nobody has claimed, and being reminded of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest

from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.reminders import Unclaimed
from bot.store.store import Store
from bot.types import Conversation, Envelope
from bot.vocabulary import Act, Author, Kind, Priority
from tests.handoff.samples import ask_for_a_person
from tests.store.samples import NOW, later, together
from tests.store.test_alerts import CLAIM, alerts

SORRY = Envelope(Kind.NOTICE, "Nobody has joined yet.")


@pytest.fixture
def seen(store: Store, conversation: Conversation) -> Unclaimed:
    ask_for_a_person(store, conversation.id)
    (found,) = store.unclaimed_handoffs()
    return found


def test_who_waits_is_unclaimed_until_somebody_claims(store: Store, seen: Unclaimed) -> None:
    assert (seen.priority, seen.waiting_since, seen.reminders) == (Priority.NORMAL, NOW, 0)
    store.move_handoff(seen.handoff_id, CLAIM, now=NOW)
    assert store.unclaimed_handoffs() == []


def test_a_reminder_is_a_line_of_history_with_an_alert(store: Store, seen: Unclaimed) -> None:
    assert store.remind(seen, Act.REMIND, why="unclaimed for 5 minutes", now=later(300))
    line = store.transitions(seen.handoff_id)[-1]
    assert (line.act, line.by, line.why, line.at) == (Act.REMIND, "watch", "unclaimed for 5 minutes", later(300))
    assert [(one["act"], one["is_escalated"]) for one in alerts(store)] == [("open", False), ("remind", False)]
    assert [one.reminders for one in store.unclaimed_handoffs()] == [1]


def test_an_escalated_one_tells_the_patient_and_is_not_escalated_again(store: Store, seen: Unclaimed) -> None:
    before = len(store.messages(seen.conversation_id))
    assert store.remind(seen, Act.ESCALATE, why="", notice=SORRY, now=later(900))
    (told,) = store.messages(seen.conversation_id, after=before)
    assert (told.author, told.envelope, told.seq) == (Author.SYSTEM, SORRY, before + 1)
    assert alerts(store)[-1]["is_escalated"] is True
    assert store.unclaimed_handoffs() == []


@pytest.mark.parametrize("change", ["claimed", "urgent", "reminded", "since", "erased"])
def test_nothing_happens_when_it_changed_meanwhile(store: Store, seen: Unclaimed, change: str) -> None:
    if change == "claimed":
        store.move_handoff(seen.handoff_id, CLAIM, now=NOW)
    elif change == "erased":
        store.erase(seen.conversation_id, now=NOW)
    else:
        other = {"urgent": {"priority": Priority.URGENT}, "reminded": {"reminders": 1}}
        seen = replace(seen, **other.get(change, {"waiting_since": later(1)}))
    before = store.messages(seen.conversation_id), store.transitions(seen.handoff_id)
    assert not store.remind(seen, Act.ESCALATE, why="", notice=SORRY, now=later(9))
    assert (store.messages(seen.conversation_id), store.transitions(seen.handoff_id)) == before


@pytest.fixture
def stores(store: Store, database_url: str, key: str) -> Iterator[list[Store]]:
    other = create_store_engine(database_url)
    yield [store, Store(other, Cipher(key))] * 3
    other.dispose()


def test_of_many_processes_one_reminds(stores: list[Store], seen: Unclaimed) -> None:
    jobs = [partial(one.remind, seen, Act.ESCALATE, why="", notice=SORRY, now=later(900)) for one in stores]
    assert sum(together(jobs)) == 1
    acts = [line.act for line in stores[0].transitions(seen.handoff_id)]
    assert acts == [Act.OPEN, Act.ESCALATE]
