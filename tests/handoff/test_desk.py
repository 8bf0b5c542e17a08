from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.errors import HandoffError
from bot.handoff.desk import Desk
from bot.store.store import Store
from bot.types import Conversation, Envelope, Flag, Handoff
from bot.vocabulary import Act, Author, Kind, Level, Priority, State, Status
from tests.handoff.samples import DAN, NORA, ask_for_a_person
from tests.store.samples import ANSWER, EMERGENCY, NOW, accept, later, take

FLAG = Flag(Level.EMERGENCY, ("E1",), ("can't breathe",), "breathing")


def state_of(store: Store, conversation_id: str) -> State:
    found = store.find_conversation(conversation_id)
    assert found is not None
    return found.state


def test_who_claims_has_the_word_and_the_bot_is_silent(desk: Desk, store: Store, handoff: Handoff) -> None:
    claimed = desk.claim(handoff.id, by=NORA, now=later(5))
    assert (claimed.status, claimed.owner) == (Status.CLAIMED, NORA)
    assert state_of(store, handoff.conversation_id) is State.HUMAN
    accept(store, handoff.conversation_id, "question")
    assert take(store, handoff.conversation_id) is None


def test_a_bot_reply_that_comes_after_the_claim_is_dropped(desk: Desk, store: Store, handoff: Handoff) -> None:
    seq = accept(store, handoff.conversation_id, "question").seq
    take(store, handoff.conversation_id)
    desk.claim(handoff.id, by=NORA, now=NOW)
    assert store.answer(handoff.conversation_id, seq, [ANSWER], owner="one", now=NOW).seqs == []
    assert len(store.messages(handoff.conversation_id)) == seq


def test_a_red_flag_in_a_staff_owned_talk_is_answered_at_once_and_raises_the_handoff(
    desk: Desk, store: Store, handoff: Handoff
) -> None:
    desk.claim(handoff.id, by=NORA, now=NOW)
    accept(store, handoff.conversation_id, "flag", "I can't breathe", flag=FLAG, replies=[EMERGENCY])
    last = store.messages(handoff.conversation_id)[-1]
    assert (last.author, last.envelope) == (Author.BOT, EMERGENCY)
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.status, found.owner, found.priority) == (Status.CLAIMED, NORA, Priority.URGENT)
    assert state_of(store, handoff.conversation_id) is State.HUMAN


def test_staff_reply_and_the_bot_never_returns_to_what_they_answered(
    desk: Desk, store: Store, handoff: Handoff
) -> None:
    desk.claim(handoff.id, by=NORA, now=NOW)
    accept(store, handoff.conversation_id, "question")
    seq = desk.reply(handoff.id, "Hello, this is Nora.", by=NORA, now=later(9))
    last = store.messages(handoff.conversation_id)[-1]
    assert (last.seq, last.author, last.text) == (seq, Author.STAFF, "Hello, this is Nora.")
    desk.hand_back(handoff.id, by=NORA, now=NOW)
    assert take(store, handoff.conversation_id) is None


def test_what_was_written_after_the_last_reply_goes_to_the_bot_when_it_is_back(
    desk: Desk, store: Store, handoff: Handoff
) -> None:
    desk.claim(handoff.id, by=NORA, now=NOW)
    desk.reply(handoff.id, "Hello.", by=NORA, now=NOW)
    seq = accept(store, handoff.conversation_id, "question").seq
    desk.hand_back(handoff.id, by=NORA, now=NOW)
    assert state_of(store, handoff.conversation_id) is State.BOT
    pending = take(store, handoff.conversation_id)
    assert pending is not None
    assert pending.seq == seq


def test_a_closed_handoff_closes_the_conversation(desk: Desk, store: Store, handoff: Handoff) -> None:
    desk.claim(handoff.id, by=NORA, now=NOW)
    assert desk.close(handoff.id, by=NORA, why="booked", now=NOW).status is Status.CLOSED
    assert state_of(store, handoff.conversation_id) is State.CLOSED


def test_after_the_bot_is_back_a_patient_may_ask_again(desk: Desk, store: Store, handoff: Handoff) -> None:
    desk.claim(handoff.id, by=NORA, now=NOW)
    desk.hand_back(handoff.id, by=NORA, now=NOW)
    ask_for_a_person(store, handoff.conversation_id, "again")
    (second,) = store.open_handoffs(limit=9)
    assert second.id != handoff.id


def test_every_move_leaves_who_when_and_why(desk: Desk, store: Store, handoff: Handoff) -> None:
    desk.claim(handoff.id, by=NORA, now=later(1))
    desk.transfer(handoff.id, DAN, by=NORA, why="asks for a doctor", now=later(2))
    desk.take_over(handoff.id, by=NORA, why="Dan went home", now=later(3))
    desk.release(handoff.id, by=NORA, now=later(4))
    lines = store.transitions(handoff.id)
    assert [(line.act, line.by, line.why, line.owner, line.at) for line in lines[1:]] == [
        (Act.CLAIM, NORA, "", NORA, later(1)),
        (Act.TRANSFER, NORA, "asks for a doctor", DAN, later(2)),
        (Act.TAKE_OVER, NORA, "Dan went home", NORA, later(3)),
        (Act.RELEASE, NORA, "", None, later(4)),
    ]


Deed = Callable[[Desk, str], object]
OF_THE_OWNER: list[Deed] = [
    lambda desk, id_: desk.release(id_, by=DAN, now=NOW),
    lambda desk, id_: desk.transfer(id_, DAN, by=DAN, now=NOW),
    lambda desk, id_: desk.hand_back(id_, by=DAN, now=NOW),
    lambda desk, id_: desk.close(id_, by=DAN, why="", now=NOW),
    lambda desk, id_: desk.reply(id_, "Hello.", by=DAN, now=NOW),
]


@pytest.mark.parametrize("deed", OF_THE_OWNER)
def test_only_the_owner_may(deed: Deed, desk: Desk, store: Store, handoff: Handoff) -> None:
    with pytest.raises(HandoffError) as caught:
        deed(desk, handoff.id)
    assert caught.value.code == "unclaimed"
    desk.claim(handoff.id, by=NORA, now=NOW)
    before = store.export(handoff.conversation_id)
    with pytest.raises(HandoffError, match="nora has this conversation") as caught:
        deed(desk, handoff.id)
    assert caught.value.code == "taken"
    assert store.export(handoff.conversation_id) == before


@pytest.mark.parametrize("deed", [*OF_THE_OWNER, lambda desk, id_: desk.claim(id_, by=DAN, now=NOW)])
def test_nothing_happens_to_one_that_ended_or_was_erased(
    deed: Deed, desk: Desk, store: Store, handoff: Handoff, conversation: Conversation
) -> None:
    desk.claim(handoff.id, by=DAN, now=NOW)
    desk.hand_back(handoff.id, by=DAN, now=NOW)
    for code in ("over", "gone"):
        with pytest.raises(HandoffError) as caught:
            deed(desk, handoff.id)
        assert caught.value.code == code
        if code == "over":
            store.erase(conversation.id, now=NOW)


def test_a_safety_text_of_the_patients_own_kind_is_no_reason_to_lose_the_owner(
    desk: Desk, store: Store, handoff: Handoff
) -> None:
    desk.claim(handoff.id, by=NORA, now=NOW)
    accept(store, handoff.conversation_id, "m", replies=[Envelope(Kind.MINOR, "This tool is for adults.")])
    found = store.find_handoff(handoff.id)
    assert found is not None
    assert (found.owner, found.priority) == (NORA, Priority.NORMAL)
