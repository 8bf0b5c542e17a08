"""How talks with staff begin, begin again, and go on with the bot."""

from __future__ import annotations

import pytest

from bot.errors import HandoffError
from bot.handoff.desk import Desk
from bot.people import Staff
from bot.store.store import Store
from bot.types import Conversation, Handoff
from bot.vocabulary import RESUME_TALK, Act, Reason, State, Status
from tests.handoff.samples import FLAG, texts
from tests.store.samples import ANSWER, EMERGENCY, NOW, accept, later, state_of, take


def test_staff_may_begin_a_talk_and_have_it_at_once(
    desk: Desk, store: Store, conversation: Conversation, nora: Staff, dan: Staff
) -> None:
    opened = desk.open_for(conversation.id, by=nora, why="result of the check-up", now=later(3))
    assert (opened.status, opened.owner, opened.reason) == (Status.CLAIMED, nora.id, Reason.STAFF)
    assert (opened.first_claimed_at, opened.ended_at) == (later(3), None)
    assert state_of(store, conversation.id) is State.HUMAN
    assert [(line.act, line.by) for line in store.transitions(opened.id)] == [
        (Act.OPEN, nora.id),
        (Act.CLAIM, nora.id),
    ]
    assert texts(store, conversation.id)[0].startswith("Nora from the clinic has joined.")
    for who in (nora, dan):
        with pytest.raises(HandoffError, match="Nora has this conversation"):
            desk.open_for(conversation.id, by=who, why="", now=NOW)


def test_who_begins_a_talk_in_which_somebody_waits_claims_that(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    opened = desk.open_for(handoff.conversation_id, by=nora, why="", now=NOW)
    assert (opened.id, opened.reason) == (handoff.id, Reason.ASKED)


def test_a_closed_talk_is_reopened_with_a_new_handoff(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff, dan: Staff
) -> None:
    with pytest.raises(HandoffError, match="not closed"):
        desk.reopen(handoff.conversation_id, by=dan, now=NOW)
    desk.claim(handoff.id, by=nora, now=NOW)
    with pytest.raises(HandoffError, match="Nora has this conversation"):
        desk.reopen(handoff.conversation_id, by=dan, now=NOW)
    desk.close(handoff.id, by=nora, why="booked", now=NOW)
    with pytest.raises(HandoffError, match="Reopen it"):
        desk.open_for(handoff.conversation_id, by=dan, why="", now=NOW)
    again = desk.reopen(handoff.conversation_id, by=dan, now=later(9))
    assert (again.id == handoff.id, again.status, again.owner) == (False, Status.CLAIMED, dan.id)
    assert state_of(store, handoff.conversation_id) is State.HUMAN
    desk.reply(again.id, "One more thing.", by=dan, now=later(9))
    assert accept(store, handoff.conversation_id, "answer").is_new
    latest = store.latest_handoff(handoff.conversation_id)
    assert latest is not None
    assert latest.id == again.id


def test_nothing_can_be_begun_where_all_was_erased(
    desk: Desk, store: Store, conversation: Conversation, nora: Staff
) -> None:
    store.erase(conversation.id, now=NOW)
    for deed in (desk.open_for, desk.reopen):
        with pytest.raises(HandoffError) as caught:
            deed(conversation.id, by=nora, why="", now=NOW)
        assert caught.value.code == "gone"


def test_the_bot_resumes_once_however_often_staff_come_and_go(
    desk: Desk, store: Store, conversation: Conversation, nora: Staff
) -> None:
    for _ in range(3):
        opened = desk.open_for(conversation.id, by=nora, why="", now=NOW)
        desk.hand_back(opened.id, by=nora, now=NOW)
    pending = take(store, conversation.id)
    assert pending is not None
    assert pending.payload == RESUME_TALK
    store.answer(conversation.id, pending.seq, [ANSWER], owner="one", now=NOW)
    assert take(store, conversation.id) is None


def test_a_red_flag_among_much_said_to_staff_still_ends_what_the_bot_was_asking(
    desk: Desk, store: Store, handoff: Handoff, nora: Staff
) -> None:
    desk.claim(handoff.id, by=nora, now=NOW)
    accept(store, handoff.conversation_id, "flag", "I can't breathe", flag=FLAG, replies=[EMERGENCY])
    for number in range(5):
        accept(store, handoff.conversation_id, f"more {number}", "It is better now.")
        desk.reply(handoff.id, "Good.", by=nora, now=NOW)
    desk.hand_back(handoff.id, by=nora, now=NOW)
    pending = take(store, handoff.conversation_id)
    assert pending is not None
    assert (pending.payload, pending.after_flag) == (RESUME_TALK, True)
