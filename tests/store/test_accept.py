from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.errors import ConversationError
from bot.store.log import Accepted
from bot.store.store import Store
from bot.types import Conversation, Flag, Message, Pending
from bot.vocabulary import Author, Level, State
from tests.store.samples import ANSWER, EMERGENCY, NOW, OFFER, accept, later, set_state, take

FLAG = Flag(Level.EMERGENCY, ("airway",), ("can't breathe",), "breathing")


def _authors(store: Store, conversation_id: str) -> list[tuple[int, Author]]:
    return [(message.seq, message.author) for message in store.messages(conversation_id)]


def test_messages_are_numbered_from_one_without_gaps(store: Store, conversation: Conversation) -> None:
    assert [accept(store, conversation.id, str(n)) for n in range(3)] == [Accepted(n, True) for n in (1, 2, 3)]
    found = store.find_conversation(conversation.id)
    assert found is not None
    assert found.last_seq == 3


def test_a_message_is_read_back_as_it_was_sent(store: Store, conversation: Conversation) -> None:
    text = "Tut es weh? 😬 \ud800 \x00 <b>"
    accept(store, conversation.id, "a", text, now=later(2))
    assert store.messages(conversation.id) == [Message(1, Author.PATIENT, later(2), text, None, "a")]


def test_the_same_client_id_again_gets_the_same_number_and_changes_nothing(
    store: Store, conversation: Conversation
) -> None:
    accept(store, conversation.id, "a", "first")
    accept(store, conversation.id, "b", "second")
    assert accept(store, conversation.id, "a", "changed", replies=[EMERGENCY]) == Accepted(1, False)
    assert [message.text for message in store.messages(conversation.id)] == ["first", "second"]


def test_two_conversations_may_use_the_same_client_id(store: Store, conversation: Conversation) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    assert accept(store, conversation.id, "a") == accept(store, other.id, "a") == Accepted(1, True)


def test_a_message_waits_for_the_bot_with_its_payload(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", "Pain", payload="/ask_pain")
    accept(store, conversation.id, "b", "and swelling?")
    assert take(store, conversation.id) == Pending(conversation.id, 1, "Pain", "/ask_pain")


def test_safety_replies_follow_their_message_at_once_and_nothing_waits(
    store: Store, conversation: Conversation
) -> None:
    accepted = accept(store, conversation.id, "a", "I can't breathe", flag=FLAG, replies=[EMERGENCY, OFFER])
    assert accepted == Accepted(1, True)
    assert _authors(store, conversation.id) == [(1, Author.PATIENT), (2, Author.BOT), (3, Author.BOT)]
    assert store.messages(conversation.id)[1].envelope == EMERGENCY
    assert take(store, conversation.id) is None
    assert accept(store, conversation.id, "b") == Accepted(4, True)


def test_the_flag_is_kept_with_the_message(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", "I can't breathe", flag=FLAG, replies=[EMERGENCY])
    flag = store.export(conversation.id)["messages"][0]["flag"]
    assert flag == {"level": "emergency", "codes": ["airway"], "words": ["can't breathe"], "reason": "breathing"}


def test_a_burst_is_stopped_and_told_how_long_to_wait(store: Store, conversation: Conversation) -> None:
    for n in range(5):
        accept(store, conversation.id, str(n), now=later(n * 0.5), burst=5)
    with pytest.raises(ConversationError, match="wait 3 seconds") as caught:
        accept(store, conversation.id, "more", now=later(2.5), burst=5)
    error = caught.value
    assert (error.code, error.status, error.retry_after_s) == ("too_many_messages", 429, 3)
    assert len(store.messages(conversation.id)) == 5


def test_waiting_as_long_as_told_is_enough(store: Store, conversation: Conversation) -> None:
    for n in range(5):
        accept(store, conversation.id, str(n), now=later(n * 0.5), burst=5)
    assert accept(store, conversation.id, "more", now=later(2.5 + 3), burst=5) == Accepted(6, True)


def test_a_minute_has_room_for_so_many_messages(store: Store, conversation: Conversation) -> None:
    for n in range(6):
        accept(store, conversation.id, str(n), now=later(n * 6), per_minute=6)
    with pytest.raises(ConversationError) as caught:
        accept(store, conversation.id, "more", now=later(45), per_minute=6)
    assert caught.value.retry_after_s == 15
    assert accept(store, conversation.id, "more", now=later(60), per_minute=6).is_new


def test_the_longer_of_two_waits_is_told(store: Store, conversation: Conversation) -> None:
    for n in range(5):
        accept(store, conversation.id, str(n))
    with pytest.raises(ConversationError) as caught:
        accept(store, conversation.id, "more", per_minute=5, burst=5)
    assert caught.value.retry_after_s == 60


def test_what_the_bot_says_does_not_count(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", replies=[ANSWER] * 5)
    assert accept(store, conversation.id, "b", per_minute=2, burst=2).is_new


def test_a_retry_of_a_stored_message_is_not_limited(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    assert accept(store, conversation.id, "a", per_minute=1, burst=1) == Accepted(1, False)


def test_a_closed_conversation_takes_no_more_but_knows_what_it_took(
    engine: Engine, store: Store, conversation: Conversation
) -> None:
    accept(store, conversation.id, "a")
    set_state(engine, conversation.id, State.CLOSED)
    with pytest.raises(ConversationError) as caught:
        accept(store, conversation.id, "b")
    assert (caught.value.code, caught.value.status) == ("conversation_closed", 409)
    assert accept(store, conversation.id, "a") == Accepted(1, False)


@pytest.mark.parametrize("state", [State.WAITING, State.HUMAN])
def test_staff_owning_the_conversation_does_not_stop_the_patient(
    state: State, engine: Engine, store: Store, conversation: Conversation
) -> None:
    set_state(engine, conversation.id, state)
    assert accept(store, conversation.id, "a").is_new


def test_an_unknown_or_erased_conversation_takes_nothing(store: Store, conversation: Conversation) -> None:
    store.erase(conversation.id, now=NOW)
    for conversation_id in (conversation.id, "nobody"):
        with pytest.raises(ConversationError) as caught:
            accept(store, conversation_id, "a")
        assert (caught.value.code, caught.value.status) == ("conversation_closed", 404)
