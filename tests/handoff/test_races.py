"""Several staff at the same moment, and processes that die in the middle, on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest

from bot.errors import HandoffError
from bot.handoff.way_back import pressed
from bot.people import Staff
from bot.privacy.cipher import Cipher
from bot.settings import ROOT
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.types import Conversation, Handoff
from bot.vocabulary import PATIENT, Act, Author, Kind, Priority, Status
from bot.wiring import notices
from tests.handoff.samples import ask_for_a_person, desk_at, employ
from tests.store.samples import ANSWER, EMERGENCY, NOW, accept, take, together

STAFF = 8
ROUNDS = 5


@pytest.fixture
def stores(store: Store, database_url: str, key: str) -> Iterator[list[Store]]:
    other = create_store_engine(database_url)
    yield [store, Store(other, Cipher(key))] * (STAFF // 2)
    other.dispose()


@pytest.fixture
def staff(store: Store) -> list[Staff]:
    return [employ(store, str(n)) for n in range(STAFF)]


def _claims(one: Store, handoff_id: str, who: Staff) -> bool:
    try:
        return desk_at(one).claim(handoff_id, by=who, now=NOW).owner == who.id
    except HandoffError:
        return False


def test_of_many_claims_in_the_same_millisecond_one_succeeds_and_the_patient_meets_one_person(
    stores: list[Store], handoff: Handoff, staff: list[Staff]
) -> None:
    for number in range(1, ROUNDS + 1):
        got = together([partial(_claims, one, handoff.id, who) for one, who in zip(stores, staff, strict=True)])
        assert sum(got) == 1
        owner = staff[got.index(True)]
        found = stores[0].find_handoff(handoff.id)
        assert found is not None
        assert found.owner == owner.id
        said = [one.envelope.text for one in stores[0].messages(handoff.conversation_id) if one.envelope]
        assert sum("has joined" in text for text in said) == number
        assert said[-1].startswith(owner.name)
        desk_at(stores[0]).release(handoff.id, by=owner, now=NOW)
    acts = [line.act for line in stores[0].transitions(handoff.id)]
    assert acts == [Act.OPEN, *[Act.CLAIM, Act.RELEASE] * ROUNDS]


def test_of_many_take_overs_at_once_each_is_in_the_history_in_order(
    stores: list[Store], handoff: Handoff, staff: list[Staff]
) -> None:
    desk_at(stores[0]).claim(handoff.id, by=staff[0], now=NOW)
    together(
        [
            partial(desk_at(one).take_over, handoff.id, by=who, why="", now=NOW)
            for one, who in zip(stores, staff, strict=True)
        ]
    )
    lines = stores[0].transitions(handoff.id)
    assert {line.by for line in lines[2:]} == {who.id for who in staff}
    assert len(lines) == STAFF + 2
    found = stores[0].find_handoff(handoff.id)
    assert found is not None
    assert found.owner == lines[-1].owner


def test_signs_at_once_open_one_handoff(stores: list[Store], conversation: Conversation) -> None:
    together([partial(accept, one, conversation.id, str(n), replies=[EMERGENCY]) for n, one in enumerate(stores)])
    (handoff,) = stores[0].open_handoffs(limit=9)
    assert [line.act for line in stores[0].transitions(handoff.id)] == [Act.OPEN, *[Act.RAISE] * (STAFF - 1)]


def test_of_many_who_begin_a_talk_at_once_one_has_it(
    stores: list[Store], conversation: Conversation, staff: list[Staff]
) -> None:
    def begins(one: Store, who: Staff) -> bool:
        try:
            return desk_at(one).open_for(conversation.id, by=who, why="", now=NOW).owner == who.id
        except HandoffError:
            return False

    assert sum(together([partial(begins, one, who) for one, who in zip(stores, staff, strict=True)])) == 1
    (handoff,) = stores[0].open_handoffs(limit=9)
    assert [line.act for line in stores[0].transitions(handoff.id)] == [Act.OPEN, Act.CLAIM]


def test_the_patient_goes_back_while_staff_release_and_the_talk_is_with_one_of_them(
    stores: list[Store], handoff: Handoff, staff: list[Staff]
) -> None:
    desk_at(stores[0]).claim(handoff.id, by=staff[0], now=NOW)
    back = partial(accept, stores[0], handoff.conversation_id, "back", "Back", way_back=pressed(notices()))

    def release() -> bool:
        with suppress(HandoffError):
            desk_at(stores[1]).release(handoff.id, by=staff[0], now=NOW)
        return True

    together([lambda: bool(back()), release])
    found = stores[0].find_handoff(handoff.id)
    assert found is not None
    # Either order ends the request: the patient goes back, or withdraws what has just been given back to the queue.
    assert found.status is Status.HANDED_BACK
    assert stores[0].transitions(handoff.id)[-1].by == PATIENT


def test_a_claim_and_a_bot_reply_at_once_end_in_one_voice(
    stores: list[Store], handoff: Handoff, staff: list[Staff]
) -> None:
    """The reply is either before the claim, and then in the log, or nowhere."""
    for n in range(ROUNDS):
        seq = accept(stores[0], handoff.conversation_id, f"question {n}").seq
        take(stores[0], handoff.conversation_id)
        reply = partial(stores[0].answer, handoff.conversation_id, seq, [ANSWER], owner="one", now=NOW)
        claim = partial(_claims, stores[1], handoff.id, staff[0])
        together([lambda reply=reply: bool(reply()), lambda claim=claim: bool(claim())])
        later = stores[0].messages(handoff.conversation_id, after=seq)
        assert [one.author for one in later] in ([Author.SYSTEM], [Author.BOT, Author.SYSTEM])
        desk_at(stores[0]).reply(handoff.id, "Hello.", by=staff[0], now=NOW)
        desk_at(stores[0]).release(handoff.id, by=staff[0], now=NOW)


def test_a_claim_and_an_erasure_at_once_leave_nothing(stores: list[Store], staff: list[Staff]) -> None:
    for _ in range(ROUNDS):
        opened = stores[0].open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
        ask_for_a_person(stores[0], opened.id)
        (handoff,) = stores[0].open_handoffs(limit=9)
        erase = partial(stores[1].erase, opened.id, now=NOW)
        together([partial(_claims, stores[0], handoff.id, staff[0]), lambda erase=erase: bool(erase())])
        assert stores[0].find_handoff(handoff.id) is None
        assert stores[0].transitions(handoff.id) == []


DIE = """
import os, signal, sys
from sqlalchemy import event
from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from tests.handoff.samples import desk_at, employ
from tests.store.samples import EMERGENCY, NOW, accept

url, key, moment, deed, name = sys.argv[1:]
engine = create_store_engine(url)
store = Store(engine, Cipher(key))
nobody = employ(store, "the dead one") if deed == "claim" else None

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
    desk_at(store).claim(name, by=nobody, now=NOW)
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


@pytest.mark.parametrize("moment", ["UPDATE handoffs", "INSERT INTO messages", "INSERT INTO handoff_transitions"])
def test_a_process_killed_in_the_middle_of_a_claim_has_not_claimed(
    moment: str, database_url: str, key: str, store: Store, handoff: Handoff, nora: Staff
) -> None:
    before = store.messages(handoff.conversation_id)
    _die(database_url, key, moment, "claim", handoff.id)
    assert store.messages(handoff.conversation_id) == before
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.status, len(store.transitions(handoff.id))) == (Status.WAITING, 1)
    assert _claims(store, handoff.id, nora)
