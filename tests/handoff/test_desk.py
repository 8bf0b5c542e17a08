from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.errors import HandoffError
from bot.handoff.desk import Desk
from bot.people import Staff
from bot.store.staff_tables import staff as staff_table
from bot.store.store import Store
from bot.types import Conversation, Envelope, Handoff
from bot.vocabulary import RESUME_TALK, Act, Author, Kind, Priority, Role, State, Status
from tests.handoff.samples import FLAG, ask_for_a_person, employ
from tests.store.samples import ANSWER, EMERGENCY, NOW, accept, later, state_of, take


def test_who_claims_has_the_word_and_the_bot_is_silent(desk: Desk, store: Store, handoff: Handoff, nora: Staff) -> None:
    claimed = desk.claim(handoff.id, by=nora, now=later(5))
    assert (claimed.status, claimed.owner, claimed.owner_name) == (Status.CLAIMED, nora.id, "Nora")
    assert state_of(store, handoff.conversation_id) is State.HUMAN
    accept(store, handoff.conversation_id, "question")
    assert take(store, handoff.conversation_id) is None


def test_a_bot_reply_that_comes_after_the_claim_is_dropped(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    seq = accept(store, handoff.conversation_id, "question").seq
    take(store, handoff.conversation_id)
    desk.claim(handoff.id, by=nora, now=NOW)
    assert store.answer(handoff.conversation_id, seq, [ANSWER], owner="one", now=NOW).seqs == []
    assert [one.author for one in store.messages(handoff.conversation_id, after=seq)] == [Author.SYSTEM]


def test_a_red_flag_in_a_staff_owned_talk_is_answered_at_once_and_raises_the_handoff(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    accept(store, handoff.conversation_id, "flag", "I can't breathe", flag=FLAG, replies=[EMERGENCY])
    last = store.messages(handoff.conversation_id)[-1]
    assert (last.author, last.envelope) == (Author.BOT, EMERGENCY)
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.status, found.owner, found.priority) == (Status.CLAIMED, nora.id, Priority.URGENT)
    assert state_of(store, handoff.conversation_id) is State.HUMAN


def test_staff_reply_and_the_bot_never_returns_to_what_they_answered(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    accept(store, handoff.conversation_id, "question")
    seq = desk.reply(handoff.id, "Hello, this is Nora.", by=nora, now=later(9))
    last = store.messages(handoff.conversation_id)[-1]
    assert (last.seq, last.author, last.text, last.name) == (seq, Author.STAFF, "Hello, this is Nora.", "Nora")
    desk.hand_back(handoff.id, by=nora, now=NOW)
    pending = take(store, handoff.conversation_id)
    assert pending is not None
    assert (pending.seq, pending.payload) == (seq + 1, RESUME_TALK)


def test_what_was_written_after_the_last_reply_goes_to_the_bot_when_it_is_back(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    desk.reply(handoff.id, "Hello.", by=nora, now=NOW)
    seq = accept(store, handoff.conversation_id, "question").seq
    desk.hand_back(handoff.id, by=nora, now=NOW)
    assert state_of(store, handoff.conversation_id) is State.BOT
    pending = take(store, handoff.conversation_id)
    assert pending is not None
    assert pending.seq == seq


def test_a_closed_handoff_closes_the_conversation(desk: Desk, store: Store, handoff: Handoff, nora: Staff) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    assert desk.close(handoff.id, by=nora, why="booked", now=NOW).status is Status.CLOSED
    assert state_of(store, handoff.conversation_id) is State.CLOSED


def test_after_the_bot_is_back_a_patient_may_ask_again(desk: Desk, store: Store, handoff: Handoff, nora: Staff) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    desk.hand_back(handoff.id, by=nora, now=NOW)
    ask_for_a_person(store, handoff.conversation_id, "again")
    (second,) = store.open_handoffs(limit=9)
    assert second.id != handoff.id


def test_every_move_leaves_who_when_and_why(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=later(1))
    desk.transfer(handoff.id, dan, by=nora, why="asks for a doctor", now=later(2))
    desk.take_over(handoff.id, by=nora, why="Dan went home", now=later(3))
    desk.release(handoff.id, by=nora, now=later(4))
    lines = store.transitions(handoff.id)
    assert [(line.act, line.by, line.why, line.owner, line.at) for line in lines[1:]] == [
        (Act.CLAIM, nora.id, "", nora.id, later(1)),
        (Act.TRANSFER, nora.id, "asks for a doctor", dan.id, later(2)),
        (Act.TAKE_OVER, nora.id, "Dan went home", nora.id, later(3)),
        (Act.RELEASE, nora.id, "", None, later(4)),
    ]
    names = [(line.by_name, line.owner_name) for line in lines]
    assert names == [(None, None), ("Nora", "Nora"), ("Nora", "Dan"), ("Nora", "Nora"), ("Nora", None)]


Deed = Callable[[Desk, str, Staff], object]
OF_THE_OWNER: list[Deed] = [
    lambda desk, id_, dan: desk.release(id_, by=dan, now=NOW),
    lambda desk, id_, dan: desk.transfer(id_, dan, by=dan, now=NOW),
    lambda desk, id_, dan: desk.hand_back(id_, by=dan, now=NOW),
    lambda desk, id_, dan: desk.close(id_, by=dan, why="", now=NOW),
    lambda desk, id_, dan: desk.reply(id_, "Hello.", by=dan, now=NOW),
]


@pytest.mark.parametrize("deed", OF_THE_OWNER)
def test_only_the_owner_may(deed: Deed, desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff) -> None:
    with pytest.raises(HandoffError) as caught:
        deed(desk, handoff.id, dan)
    assert caught.value.code == "unclaimed"
    desk.claim(handoff.id, by=nora, now=NOW)
    before = store.export(handoff.conversation_id)
    with pytest.raises(HandoffError, match="Nora has this conversation") as caught:
        deed(desk, handoff.id, dan)
    assert caught.value.code == "taken"
    assert store.export(handoff.conversation_id) == before


@pytest.mark.parametrize("deed", [*OF_THE_OWNER, lambda desk, id_, dan: desk.claim(id_, by=dan, now=NOW)])
def test_nothing_happens_to_one_that_ended_or_was_erased(
    deed: Deed, desk: Desk, store: Store, handoff: Handoff, conversation: Conversation, dan: Staff
) -> None:
    desk.claim(handoff.id, by=dan, now=NOW)
    desk.hand_back(handoff.id, by=dan, now=NOW)
    for code in ("over", "gone"):
        with pytest.raises(HandoffError) as caught:
            deed(desk, handoff.id, dan)
        assert caught.value.code == code
        if code == "over":
            store.erase(conversation.id, now=NOW)


def test_a_safety_text_of_the_patients_own_kind_is_no_reason_to_lose_the_owner(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    accept(store, handoff.conversation_id, "m", replies=[Envelope(Kind.MINOR, "This tool is for adults.")])
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.owner, found.priority) == (nora.id, Priority.NORMAL)


def test_the_times_of_a_handoff_are_kept(desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff) -> None:
    assert (handoff.waiting_since, handoff.first_claimed_at, handoff.ended_at) == (NOW, None, None)
    desk.claim(handoff.id, by=nora, now=later(10))
    released = desk.release(handoff.id, by=nora, now=later(20))
    assert (released.waiting_since, released.first_claimed_at) == (later(20), later(10))
    desk.claim(handoff.id, by=dan, now=later(30))
    closed = desk.close(handoff.id, by=dan, why="answered", now=later(40))
    assert (closed.opened_at, closed.first_claimed_at, closed.ended_at) == (NOW, later(10), later(40))
    assert closed.outcome == "answered"


@pytest.mark.parametrize("why", ["Mrs Doe, 34, was told to come in", "x" * 41, "one two three four", ""])
def test_a_sentence_about_a_patient_is_no_outcome(
    why: str, desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    assert desk.close(handoff.id, by=nora, why=why, now=NOW).outcome == "closed"
    assert store.transitions(handoff.id)[-1].why == why


def test_nobody_is_given_a_talk_who_cannot_reply(desk: Desk, store: Store, handoff: Handoff, nora: Staff) -> None:
    left = employ(store, "lea")
    looks = employ(store, "vera", Role.VIEWER)
    desk.claim(handoff.id, by=nora, now=NOW)
    for to in (replace(left, is_active=False), looks):
        with pytest.raises(HandoffError, match=f"{to.name} can't reply") as caught:
            desk.transfer(handoff.id, to, by=nora, now=NOW)
        assert caught.value.code == "cannot_reply"


def test_a_colleague_who_has_left_since_the_list_was_shown_is_given_nothing(
    engine: Engine, desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    with engine.begin() as connection:
        connection.execute(update(staff_table).where(staff_table.c.id == dan.id).values(is_active=False))
    with pytest.raises(HandoffError, match="Dan can't reply"):
        desk.transfer(handoff.id, dan, by=nora, now=NOW)
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert found.owner == nora.id
