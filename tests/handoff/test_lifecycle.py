"""Whatever staff and patients do in whatever order, the stored handoff is the one that the table of rules allows."""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import ConversationError, HandoffError
from bot.handoff.lifecycle import RULES
from bot.handoff.notices import REPLY_OF
from bot.handoff.way_back import pressed
from bot.people import Staff
from bot.privacy.cipher import Cipher, new_key
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.types import Envelope, Transition
from bot.vocabulary import PATIENT, RESUME_TALK, Act, Author, Kind, Priority, State, Status
from bot.wiring import notices
from tests.handoff.samples import ask_for_a_person, desk_at, employ
from tests.store.samples import NOW, accept, later

OPEN = {Status.WAITING, Status.CLAIMED}
STATE = {
    Status.WAITING: State.WAITING,
    Status.CLAIMED: State.HUMAN,
    Status.HANDED_BACK: State.BOT,
    Status.CLOSED: State.CLOSED,
}
OF_THE_PATIENT = ["asks", "flag", "back"]
OF_STAFF = ["claim", "release", "transfer", "take_over", "hand_back", "close", "reply", "open_for", "reopen"]
DEEDS = st.lists(
    st.tuples(st.sampled_from(OF_THE_PATIENT + OF_STAFF), st.sampled_from([0, 1])),
    max_size=12,
)
PRESSED = pressed(notices())


@pytest.fixture(scope="module")
def lasting_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    engine = create_store_engine(f"sqlite:///{Path(tmp_path_factory.mktemp('life')) / 'log.db'}")
    upgrade(engine)
    return Store(engine, Cipher(new_key()))


@pytest.fixture(scope="module")
def pair(lasting_store: Store) -> list[Staff]:
    return [employ(lasting_store, "nora"), employ(lasting_store, "dan")]


def do(store: Store, conversation_id: str, deed: str, who: Staff, other: Staff, *, now: datetime) -> None:
    """What a patient does, or staff with the conversation's last handoff. What isn't allowed is refused."""
    handoff = store.latest_handoff(conversation_id)
    desk = desk_at(store)
    with suppress(HandoffError, ConversationError):
        if deed == "asks":
            ask_for_a_person(store, conversation_id, uuid4().hex, now)
        elif deed == "flag":
            accept(store, conversation_id, uuid4().hex, now=now, replies=[Envelope(Kind.URGENT, "Call us now.")])
        elif deed == "back":
            accept(store, conversation_id, uuid4().hex, "Back to the assistant", now=now, way_back=PRESSED)
        elif deed in {"open_for", "reopen"}:
            getattr(desk, deed)(conversation_id, by=who, why="", now=now)
        elif handoff is not None and deed == "reply":
            desk.reply(handoff.id, "Hello.", by=who, now=now)
        elif handoff is not None and deed == "transfer":
            desk.transfer(handoff.id, other, by=who, now=now)
        elif handoff is not None:
            getattr(desk, deed)(handoff.id, by=who, why="", now=now)


def follows(before: Transition, after: Transition) -> bool:
    """Whether the rules lead from one line of the history to the next."""
    if after.act is Act.RAISE:
        return (after.status, after.owner) == (before.status, before.owner)
    rule = RULES[after.act]
    is_allowed = not rule.by_owner or after.by == before.owner or (after.by == PATIENT and after.act is Act.HAND_BACK)
    if after.act is Act.WITHDRAW:
        # Only who asked may take it back, and never an alarm.
        is_allowed = after.by == PATIENT and before.priority is Priority.NORMAL
    return before.status is rule.before and after.status is rule.after and is_allowed


@given(deeds=DEEDS)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_order_of_deeds_ends_where_the_rules_lead(
    deeds: list[tuple[str, int]], lasting_store: Store, pair: list[Staff]
) -> None:
    store = lasting_store
    conversation_id = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id
    seen: dict[str, None] = {}
    for number, (deed, who) in enumerate(deeds):
        do(store, conversation_id, deed, pair[who], pair[1 - who], now=later(number))
        assert len(store.open_handoffs(limit=9)) <= 1
        latest = store.latest_handoff(conversation_id)
        conversation = store.find_conversation(conversation_id)
        assert conversation is not None
        assert conversation.state is (STATE[latest.status] if latest else State.BOT)
        seen |= {latest.id: None} if latest else {}
    for handoff_id in seen:
        check_history(store, handoff_id)
    check_log(store, conversation_id, [line for one in seen for line in store.transitions(one)])
    store.erase(conversation_id, now=NOW)


def check_history(store: Store, handoff_id: str) -> None:
    """A handoff is where its history says, and got there as the rules allow."""
    found, lines = store.find_handoff(handoff_id), store.transitions(handoff_id)
    assert found is not None
    assert lines[0].act is Act.OPEN
    assert all(follows(before, after) for before, after in itertools.pairwise(lines))
    assert (found.status, found.owner, found.priority) == (lines[-1].status, lines[-1].owner, lines[-1].priority)
    assert (found.owner is not None) == (found.status is Status.CLAIMED)
    assert (found.priority is Priority.URGENT) == any(line.by == "safety check" for line in lines)
    assert (found.first_claimed_at is not None) == any(line.act is Act.CLAIM for line in lines)
    assert (found.ended_at is not None) == (found.outcome is not None) == (found.status not in OPEN)


def check_log(store: Store, conversation_id: str, lines: list[Transition]) -> None:
    """Numbers without gaps; a notice for each move, and at most one turn waits in which the bot resumes."""
    messages = store.messages(conversation_id)
    assert [one.seq for one in messages] == list(range(1, len(messages) + 1))
    said = [one.envelope.text for one in messages if one.author is Author.SYSTEM and one.envelope]
    moves = [line for line in lines if line.act in RULES]
    assert len(said) - said.count(PRESSED.otherwise.text) == len(moves)
    pending = [one["payload"] for one in store.export(conversation_id)["messages"] if one["is_pending"]]
    assert pending.count(RESUME_TALK) <= 1


def test_every_move_of_staff_has_a_rule_and_starts_at_an_open_handoff() -> None:
    assert set(RULES) == set(Act) - {Act.OPEN, Act.RAISE, Act.REMIND, Act.ESCALATE}
    assert set(REPLY_OF) == set(RULES)
    assert {rule.before for rule in RULES.values()} == OPEN
