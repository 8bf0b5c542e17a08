"""Staff who are let go while patients are theirs: nobody is left with a silent bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import pytest

from bot.errors import HandoffError, StaffError
from bot.handoff.desk import Desk
from bot.people import Staff
from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.types import Handoff
from bot.vocabulary import Act, Role, State, Status
from tests.handoff.samples import ask_for_a_person, desk_at, employ, texts
from tests.store.samples import NOW, accept, later, state_of, take, together

ROUNDS = 6
LET_GO: dict[str, Callable[[Desk, Staff, Staff], list[str]]] = {
    "deactivated": lambda desk, who, by: desk.let_go(who, by=by, now=later(9)),
    "made a viewer": lambda desk, who, by: desk.change_role(who, Role.VIEWER, by=by, now=later(9)),
}
WHY = {"deactivated": "Their account was deactivated.", "made a viewer": "They may only read now."}


@pytest.fixture
def ann(store: Store) -> Staff:
    return employ(store, "ann", Role.ADMIN)


@pytest.mark.parametrize("how", sorted(LET_GO))
def test_all_that_they_hold_waits_again_and_each_patient_is_told(
    how: str, desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff, ann: Staff
) -> None:
    second = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    third = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    desk.claim(handoff.id, by=nora, now=later(1))
    desk.open_for(second.id, by=nora, why="", now=later(1))
    kept = desk.open_for(third.id, by=dan, why="", now=later(1))
    assert sorted(LET_GO[how](desk, nora, ann)) == sorted([handoff.conversation_id, second.id])
    for conversation_id in (handoff.conversation_id, second.id):
        assert state_of(store, conversation_id) is State.WAITING
        assert texts(store, conversation_id)[-1].startswith("Nora has left.")
        found = store.latest_handoff(conversation_id)
        assert found is not None
        assert (found.status, found.owner, found.waiting_since) == (Status.WAITING, None, later(9))
        line = store.transitions(found.id)[-1]
        assert (line.act, line.by, line.why) == (Act.RELEASE, ann.id, WHY[how])
    assert store.find_handoff(kept.id) == kept, "nobody else's is touched"


@pytest.mark.parametrize("how", sorted(LET_GO))
def test_the_bot_answers_what_the_patient_wrote_to_them(
    how: str, desk: Desk, store: Store, handoff: Handoff, nora: Staff, ann: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=later(1))
    seq = accept(store, handoff.conversation_id, "hello", "Hello, is anyone there?").seq
    assert take(store, handoff.conversation_id) is None
    LET_GO[how](desk, nora, ann)
    pending = take(store, handoff.conversation_id)
    assert pending is not None
    assert pending.seq == seq


def test_staff_are_reminded_of_what_came_back(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff, ann: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=later(1))
    desk.let_go(nora, by=ann, now=later(9))
    (seen,) = store.unclaimed_handoffs()
    assert (seen.handoff_id, seen.waiting_since, seen.reminders) == (handoff.id, later(9), 0)


def test_who_may_not_be_let_go_keeps_all(desk: Desk, store: Store, handoff: Handoff) -> None:
    ann = store.add_staff(login="ann", name="Ann", role=Role.ADMIN, password_hash="hash", now=NOW)
    desk.claim(handoff.id, by=ann, now=later(1))
    for how in sorted(LET_GO):
        with pytest.raises(StaffError, match="last admin"):
            LET_GO[how](desk, ann, ann)
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert found.owner == ann.id


def test_who_has_been_let_go_claims_nothing_any_more(desk: Desk, handoff: Handoff, nora: Staff, ann: Staff) -> None:
    desk.let_go(nora, by=ann, now=NOW)
    with pytest.raises(HandoffError):
        desk.claim(handoff.id, by=nora, now=later(1))


@pytest.fixture
def other(store: Store, database_url: str, key: str) -> Iterator[Desk]:
    """The desk of another process."""
    engine = create_store_engine(database_url)
    yield desk_at(Store(engine, Cipher(key)))
    engine.dispose()


@pytest.mark.parametrize("how", sorted(LET_GO))
@pytest.mark.parametrize("act", ["claim", "transfer", "open"])
def test_whoever_is_let_go_while_they_get_a_talk_ends_without_one(
    act: str, how: str, desk: Desk, other: Desk, store: Store, dan: Staff, ann: Staff
) -> None:
    for number in range(ROUNDS):
        who = employ(store, f"new {number}")
        talk = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
        jobs = [partial(_gets, other, store, act, talk.id, dan, who), partial(LET_GO[how], desk, who, ann)]
        together(jobs)
        assert who.id not in store.conversations_held()


def _gets(desk: Desk, store: Store, act: str, conversation_id: str, dan: Staff, who: Staff) -> list[str]:
    if act == "open":
        with suppress(HandoffError):
            desk.open_for(conversation_id, by=who, why="", now=NOW)
        return []
    ask_for_a_person(store, conversation_id)
    handoff = store.latest_handoff(conversation_id)
    assert handoff is not None
    with suppress(HandoffError):
        if act == "claim":
            desk.claim(handoff.id, by=who, now=NOW)
        else:
            desk.claim(handoff.id, by=dan, now=NOW)
            desk.transfer(handoff.id, who, by=dan, now=NOW)
    return []
