"""Whatever staff and patients do in whatever order, the stored handoff is the one that the table of rules allows."""

from __future__ import annotations

import itertools
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import HandoffError
from bot.handoff.desk import Desk
from bot.handoff.lifecycle import RULES
from bot.privacy.cipher import Cipher, new_key
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.types import Envelope, Transition
from bot.vocabulary import Act, Kind, Priority, State, Status
from tests.handoff.samples import DAN, NORA, ask_for_a_person
from tests.store.samples import NOW, accept

OPEN = {Status.WAITING, Status.CLAIMED}
STATE = {Status.WAITING: State.WAITING, Status.CLAIMED: State.HUMAN, Status.HANDED_BACK: State.BOT}
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["asks", "flag", "claim", "release", "transfer", "take_over", "hand_back", "close", "reply"]),
        st.sampled_from([NORA, DAN]),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def lasting_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    engine = create_store_engine(f"sqlite:///{Path(tmp_path_factory.mktemp('life')) / 'log.db'}")
    upgrade(engine)
    return Store(engine, Cipher(new_key()))


def do(store: Store, conversation_id: str, deed: str, who: str) -> None:
    """What a patient does, or staff with the handoff that is open or was the last."""
    if deed == "asks":
        ask_for_a_person(store, conversation_id, uuid4().hex)
    elif deed == "flag":
        accept(store, conversation_id, uuid4().hex, replies=[Envelope(Kind.URGENT, "Call us now.")])
    elif store.open_handoffs(limit=1):
        handoff_id, desk = store.open_handoffs(limit=1)[0].id, Desk(store)
        with suppress(HandoffError):
            if deed == "reply":
                desk.reply(handoff_id, "Hello.", by=who, now=NOW)
            elif deed == "transfer":
                desk.transfer(handoff_id, DAN, by=who, now=NOW)
            else:
                getattr(desk, deed)(handoff_id, by=who, why="", now=NOW)


def follows(before: Transition, after: Transition) -> bool:
    """Whether the rules lead from one line of the history to the next."""
    if after.act is Act.RAISE:
        return (after.status, after.owner) == (before.status, before.owner)
    rule = RULES[after.act]
    is_owners = not rule.by_owner or after.by == before.owner
    return before.status is rule.before and after.status is rule.after and is_owners


@given(deeds=DEEDS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_order_of_deeds_ends_where_the_rules_lead(deeds: list[tuple[str, str]], lasting_store: Store) -> None:
    store = lasting_store
    conversation_id = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id
    seen: set[str] = set()
    for deed, who in deeds:
        conversation = store.find_conversation(conversation_id)
        assert conversation is not None
        if conversation.state is State.CLOSED:
            break
        do(store, conversation_id, deed, who)
        opened = store.open_handoffs(limit=9)
        assert len(opened) <= 1
        seen |= {one.id for one in opened}
    for handoff_id in seen:
        found, lines = store.find_handoff(handoff_id), store.transitions(handoff_id)
        assert found is not None
        assert lines[0].act is Act.OPEN
        assert all(follows(before, after) for before, after in itertools.pairwise(lines))
        assert (found.status, found.owner, found.priority) == (lines[-1].status, lines[-1].owner, lines[-1].priority)
        assert (found.owner is not None) == (found.status is Status.CLAIMED)
        assert (found.priority is Priority.URGENT) == any(line.by == "safety check" for line in lines)
        if found.status in OPEN:
            conversation = store.find_conversation(conversation_id)
            assert conversation is not None
            assert conversation.state is STATE[found.status]
    store.erase(conversation_id, now=NOW)


def test_every_move_of_staff_has_a_rule_and_starts_at_an_open_handoff() -> None:
    assert set(RULES) == set(Act) - {Act.OPEN, Act.RAISE, Act.REMIND, Act.ESCALATE}
    assert {rule.before for rule in RULES.values()} == OPEN
