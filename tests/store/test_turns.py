from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.store.store import Store
from bot.store.tables import messages
from bot.store.turns import Answered
from bot.types import Conversation, Envelope
from bot.vocabulary import Author, Kind, State
from tests.store.samples import ANSWER, EMERGENCY, NOW, OFFER, accept, later, set_state, take


def _lease(store: Store, conversation_id: str, owner: str = "one", seconds_from_now: float = 0) -> bool:
    return take(store, conversation_id, owner=owner, now=later(seconds_from_now)) is not None


def _answer(store: Store, conversation_id: str, seq: int, *envelopes: Envelope, owner: str = "one") -> list[int]:
    return store.answer(conversation_id, seq, envelopes or (ANSWER,), owner=owner, now=later(3)).seqs


def _kinds(store: Store, conversation_id: str) -> list[str]:
    found = store.messages(conversation_id)
    return [message.envelope.kind.value if message.envelope else message.author.value for message in found]


def test_a_lease_has_one_owner(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    assert _lease(store, conversation.id, "one")
    assert not _lease(store, conversation.id, "two", 29)


def test_a_lease_that_ran_out_may_be_taken(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    assert _lease(store, conversation.id, "one")
    assert _lease(store, conversation.id, "two", 30)
    assert not _lease(store, conversation.id, "one", 31)


def test_the_owner_may_prolong_a_lease(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    assert _lease(store, conversation.id, "one")
    assert _lease(store, conversation.id, "one", 20)
    assert not _lease(store, conversation.id, "two", 31)


def test_a_lease_that_was_given_back_is_free(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    _lease(store, conversation.id, "one")
    store.release(conversation.id, "one")
    assert _lease(store, conversation.id, "two")


def test_nobody_gives_back_the_lease_of_another(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    _lease(store, conversation.id, "one")
    store.release(conversation.id, "two")
    assert not _lease(store, conversation.id, "two")


def test_without_a_message_that_waits_nobody_gets_a_lease(store: Store, conversation: Conversation) -> None:
    assert not _lease(store, "nobody")
    assert not _lease(store, conversation.id)
    accept(store, conversation.id, "a", replies=[EMERGENCY])
    assert not _lease(store, conversation.id)


def test_an_answer_gives_the_lease_back(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    accept(store, conversation.id, "b")
    assert _lease(store, conversation.id, "one")
    assert store.answer(conversation.id, 1, [ANSWER], owner="one", now=NOW) == Answered([3], has_more=True)
    assert _lease(store, conversation.id, "two")
    assert store.answer(conversation.id, 2, [ANSWER], owner="two", now=NOW) == Answered([4], has_more=False)


def test_pending_messages_come_in_the_order_of_their_numbers(store: Store, conversation: Conversation) -> None:
    for n in (1, 2):
        accept(store, conversation.id, str(n), text=f"question {n}")
    texts = []
    while pending := take(store, conversation.id):
        texts.append(pending.text)
        _answer(store, conversation.id, pending.seq)
    assert texts == ["question 1", "question 2"]


def test_an_answer_takes_the_next_numbers(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    accept(store, conversation.id, "b")
    _lease(store, conversation.id)
    assert _answer(store, conversation.id, 1, ANSWER, OFFER) == [3, 4]
    third = store.messages(conversation.id)[2]
    assert (third.author, third.at, third.envelope) == (Author.BOT, later(3), ANSWER)
    fourth = store.messages(conversation.id)[3].envelope
    assert fourth is not None
    found = store.find_button(conversation.id, str(fourth.buttons[0].id))
    assert found is not None
    assert found.payload == "/ask_pain"


def test_a_message_is_answered_once(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    _lease(store, conversation.id)
    assert _answer(store, conversation.id, 1) == [2]
    assert _answer(store, conversation.id, 1) == []
    assert len(store.messages(conversation.id)) == 2


@pytest.mark.parametrize("seq", [0, 2, 99])
def test_only_a_pending_message_can_be_answered(seq: int, store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    accept(store, conversation.id, "b", replies=[ANSWER])
    _lease(store, conversation.id)
    assert _answer(store, conversation.id, seq) == []


def test_without_the_lease_there_is_no_answer(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    assert _answer(store, conversation.id, 1) == []
    _lease(store, conversation.id, "two")
    assert _answer(store, conversation.id, 1, owner="one") == []
    assert store.answer(conversation.id, 1, [ANSWER], owner="two", now=NOW).seqs == [2]


def test_a_late_answer_counts_as_long_as_nobody_else_took_over(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    store.take(conversation.id, owner="one", now=NOW, seconds=1)
    assert _answer(store, conversation.id, 1) == [2]


@pytest.mark.parametrize("kind", [Kind.EMERGENCY, Kind.URGENT, Kind.CRISIS, Kind.MINOR])
def test_no_answer_follows_a_safety_text_that_overtook_it(kind: Kind, store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", "What does it cost?")
    _lease(store, conversation.id)
    accept(store, conversation.id, "b", "I can't breathe", replies=[Envelope(kind, "Get help now.")])
    assert _answer(store, conversation.id, 1) == []
    assert _kinds(store, conversation.id) == ["patient", "patient", kind.value]
    assert take(store, conversation.id) is None


def test_a_safety_text_of_the_brain_still_follows_another(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    _lease(store, conversation.id)
    accept(store, conversation.id, "b", replies=[EMERGENCY])
    assert _answer(store, conversation.id, 1, ANSWER, Envelope(Kind.CRISIS, "You are not alone.")) == [4]
    assert _kinds(store, conversation.id) == ["patient", "patient", "emergency", "crisis"]


def test_what_is_asked_after_a_safety_text_is_answered(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", replies=[EMERGENCY])
    accept(store, conversation.id, "b")
    _lease(store, conversation.id)
    assert _answer(store, conversation.id, 3) == [4]


def test_another_notice_that_overtook_an_answer_does_not_drop_it(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    _lease(store, conversation.id)
    accept(store, conversation.id, "b", replies=[Envelope(Kind.HANDOFF, "We have told the team.")])
    assert _answer(store, conversation.id, 1) == [4]


@pytest.mark.parametrize("state", [State.HUMAN, State.CLOSED])
def test_the_bot_is_silent_while_it_does_not_own_the_conversation(
    state: State, engine: Engine, store: Store, conversation: Conversation
) -> None:
    accept(store, conversation.id, "a")
    _lease(store, conversation.id)
    set_state(engine, conversation.id, state)
    assert _answer(store, conversation.id, 1) == []
    assert take(store, conversation.id) is None
    assert store.conversations_with_pending(now=later(60), limit=9) == []
    set_state(engine, conversation.id, State.BOT)
    _lease(store, conversation.id)
    assert _answer(store, conversation.id, 1) == [2]


def test_the_sweep_finds_unanswered_conversations_longest_wait_first(store: Store) -> None:
    opened = [store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id for _ in range(4)]
    for wait, conversation_id in zip((3, 1, 2), opened, strict=False):
        accept(store, conversation_id, "a", now=later(10 - wait))
        accept(store, conversation_id, "b", now=later(11))
    accept(store, opened[3], "a", replies=[ANSWER])
    by_wait = [opened[0], opened[2], opened[1]]
    assert store.conversations_with_pending(now=later(20), limit=9) == by_wait
    assert store.conversations_with_pending(now=later(20), limit=2) == by_wait[:2]


def test_the_sweep_leaves_out_what_somebody_works_on(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    _lease(store, conversation.id)
    assert store.conversations_with_pending(now=later(29), limit=9) == []
    assert store.conversations_with_pending(now=later(30), limit=9) == [conversation.id]


def test_what_was_understood_is_kept_encrypted_with_the_patients_own_words(
    engine: Engine, store: Store, conversation: Conversation
) -> None:
    seq = accept(store, conversation.id, "a", "does it hurt?").seq
    _lease(store, conversation.id)
    understood = {"intent": "ask_pain", "confidence": 0.91, "entities": [{"name": "area", "value": "knees"}]}
    _answer(store, conversation.id, seq, replace(ANSWER, understood=understood), OFFER)
    said, reply, _ = store.messages(conversation.id)
    assert (said.text, said.understood) == ("does it hurt?", understood)
    assert "understood" not in said.to_json()
    assert reply.envelope is not None
    assert reply.envelope.understood is None
    assert store.export(conversation.id)["messages"][0]["understood"] == understood
    with engine.connect() as connection:
        assert all(b"knees" not in bytes(body) for body in connection.execute(select(messages.c.body)).scalars())


def test_a_late_reply_that_is_dropped_leaves_no_trace_in_the_message(store: Store, conversation: Conversation) -> None:
    seq = accept(store, conversation.id, "a").seq
    _lease(store, conversation.id)
    assert _answer(store, conversation.id, seq, replace(ANSWER, understood={"intent": "ask_pain"}), owner="two") == []
    assert store.messages(conversation.id)[0].understood is None
