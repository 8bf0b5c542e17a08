"""Several staff at the same moment, and processes that die in the middle, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import pytest

from bot.errors import HandoffError
from bot.handoff.desk import Desk
from bot.privacy.cipher import Cipher
from bot.settings import ROOT
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.types import Conversation, Handoff
from bot.vocabulary import Act, Kind, Priority, Status
from tests.handoff.samples import ask_for_a_person
from tests.store.samples import ANSWER, EMERGENCY, NOW, accept, take, together

STAFF = 8
ROUNDS = 5


@pytest.fixture
def stores(store: Store, database_url: str, key: str) -> Iterator[list[Store]]:
    other = create_store_engine(database_url)
    yield [store, Store(other, Cipher(key))] * (STAFF // 2)
    other.dispose()


def _claims(one: Store, handoff_id: str, who: str) -> bool:
    try:
        return Desk(one).claim(handoff_id, by=who, now=NOW).owner == who
    except HandoffError:
        return False


def test_of_many_claims_at_once_one_succeeds(stores: list[Store], handoff: Handoff) -> None:
    for _ in range(ROUNDS):
        got = together([partial(_claims, one, handoff.id, str(n)) for n, one in enumerate(stores)])
        assert sum(got) == 1
        owner = str(got.index(True))
        found = stores[0].find_handoff(handoff.id)
        assert found is not None
        assert found.owner == owner
        Desk(stores[0]).release(handoff.id, by=owner, now=NOW)
    acts = [line.act for line in stores[0].transitions(handoff.id)]
    assert acts == [Act.OPEN, *[Act.CLAIM, Act.RELEASE] * ROUNDS]


def test_of_many_take_overs_at_once_each_is_in_the_history_in_order(stores: list[Store], handoff: Handoff) -> None:
    Desk(stores[0]).claim(handoff.id, by="first", now=NOW)
    desks = [Desk(one) for one in stores]
    jobs = [partial(desk.take_over, handoff.id, by=str(n), why="", now=NOW) for n, desk in enumerate(desks)]
    together(jobs)
    lines = stores[0].transitions(handoff.id)
    assert sorted(line.by for line in lines[2:]) == [str(n) for n in range(STAFF)]
    found = stores[0].find_handoff(handoff.id)
    assert found is not None
    assert found.owner == lines[-1].owner


def test_signs_at_once_open_one_handoff(stores: list[Store], conversation: Conversation) -> None:
    together([partial(accept, one, conversation.id, str(n), replies=[EMERGENCY]) for n, one in enumerate(stores)])
    (handoff,) = stores[0].open_handoffs(limit=9)
    assert [line.act for line in stores[0].transitions(handoff.id)] == [Act.OPEN, *[Act.RAISE] * (STAFF - 1)]


def test_a_claim_and_a_bot_reply_at_once_end_in_one_voice(stores: list[Store], handoff: Handoff) -> None:
    """The reply is either before the claim, and then in the log, or nowhere."""
    for n in range(ROUNDS):
        seq = accept(stores[0], handoff.conversation_id, f"question {n}").seq
        take(stores[0], handoff.conversation_id)
        reply = partial(stores[0].answer, handoff.conversation_id, seq, [ANSWER], owner="one", now=NOW)
        claim = partial(_claims, stores[1], handoff.id, "nora")
        together([lambda reply=reply: bool(reply()), lambda claim=claim: bool(claim())])
        later = stores[0].messages(handoff.conversation_id, after=seq)
        assert [message.envelope for message in later] in ([], [ANSWER])
        Desk(stores[0]).reply(handoff.id, "Hello.", by="nora", now=NOW)
        Desk(stores[0]).release(handoff.id, by="nora", now=NOW)


def test_a_claim_and_an_erasure_at_once_leave_nothing(stores: list[Store]) -> None:
    for _ in range(ROUNDS):
        opened = stores[0].open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
        ask_for_a_person(stores[0], opened.id)
        (handoff,) = stores[0].open_handoffs(limit=9)
        erase = partial(stores[1].erase, opened.id, now=NOW)
        together([partial(_claims, stores[0], handoff.id, "nora"), lambda erase=erase: bool(erase())])
        assert stores[0].find_handoff(handoff.id) is None
        assert stores[0].transitions(handoff.id) == []


DIE = """
import os, signal, sys
from sqlalchemy import event
from bot.handoff.desk import Desk
from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from tests.store.samples import EMERGENCY, NOW, accept

url, key, moment, deed, name = sys.argv[1:]
engine = create_store_engine(url)
store = Store(engine, Cipher(key))

def die(*_anything):
    os.kill(os.getpid(), signal.SIGKILL)

def die_at(_connection, _cursor, statement, *_rest):
    if statement.startswith(moment):
        die()

if moment != "commit":
    event.listen(engine, "after_cursor_execute", die_at)
if deed == "accept":
    accept(store, name, "flag", "I can't breathe", replies=[EMERGENCY])
else:
    Desk(store).claim(name, by="the dead one", now=NOW)
die()
"""


def _die(database_url: str, key: str, *arguments: str) -> None:
    command = [sys.executable, "-c", DIE, database_url, key, *arguments]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.parametrize("moment", ["INSERT INTO messages", "INSERT INTO handoffs", "INSERT INTO handoff_transitions"])
def test_a_process_killed_while_it_stores_a_sign_leaves_nothing_and_the_retry_stores_all(
    moment: str, database_url: str, key: str, store: Store, conversation: Conversation
) -> None:
    _die(database_url, key, moment, "accept", conversation.id)
    assert store.messages(conversation.id) == []
    assert store.open_handoffs(limit=9) == []
    accept(store, conversation.id, "flag", "I can't breathe", replies=[EMERGENCY])
    assert len(store.open_handoffs(limit=9)) == 1


def test_a_process_killed_right_after_it_stored_a_sign_leaves_text_and_handoff(
    database_url: str, key: str, store: Store, conversation: Conversation
) -> None:
    _die(database_url, key, "commit", "accept", conversation.id)
    assert [one.envelope.kind for one in store.messages(conversation.id) if one.envelope] == [Kind.EMERGENCY]
    (handoff,) = store.open_handoffs(limit=9)
    assert handoff.priority is Priority.URGENT


def test_a_process_killed_in_the_middle_of_a_claim_has_not_claimed(
    database_url: str, key: str, store: Store, handoff: Handoff
) -> None:
    _die(database_url, key, "UPDATE handoffs", "claim", handoff.id)
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.status, len(store.transitions(handoff.id))) == (Status.WAITING, 1)
    assert _claims(store, handoff.id, "nora")
