from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.privacy.cipher import Cipher
from bot.privacy.tokens import hash_token
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.types import Conversation
from bot.vocabulary import State
from tests.store.samples import NOW, TOKEN, later

HOUR = 3600
DAY = 24 * HOUR
HASH = hash_token(TOKEN)


def test_a_new_conversation_is_found_as_it_was_opened(store: Store) -> None:
    opened = store.open_conversation(channel="telegram", locale="en", token_hash=None, now=NOW)
    assert store.find_conversation(opened.id) == opened
    assert opened == Conversation(opened.id, "telegram", State.BOT, 0, "en", NOW)


def test_opening_records_consent(store: Store, conversation: Conversation) -> None:
    assert store.export(conversation.id)["conversation"]["consent_at"] == NOW.isoformat()


def test_two_conversations_never_share_an_id(store: Store) -> None:
    opened = [store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id for _ in range(20)]
    assert len(set(opened)) == 20


def test_two_conversations_never_share_a_token(store: Store, conversation: Conversation) -> None:
    with pytest.raises(IntegrityError):
        store.open_conversation(channel="web", locale="en", token_hash=HASH, now=NOW)


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="has no time zone"):
        store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW.replace(tzinfo=None))


def test_an_unknown_conversation_is_not_found(store: Store) -> None:
    assert store.find_conversation("nobody") is None


def test_the_right_token_opens_its_conversation(store: Store, conversation: Conversation) -> None:
    assert store.authenticate(conversation.id, HASH, now=later(1)) == conversation


@pytest.mark.parametrize("wrong", ["", hash_token("another"), HASH[:-1], HASH.upper(), TOKEN])
def test_any_other_token_does_not(wrong: str, store: Store, conversation: Conversation) -> None:
    assert store.authenticate(conversation.id, wrong, now=NOW) is None


def test_the_token_of_another_conversation_does_not(store: Store, conversation: Conversation) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=hash_token("other"), now=NOW)
    assert store.authenticate(other.id, HASH, now=NOW) is None


@pytest.mark.parametrize("guess", ["", HASH])
def test_nothing_opens_a_conversation_without_a_token_or_one_that_is_not_there(guess: str, store: Store) -> None:
    tokenless = store.open_conversation(channel="telegram", locale="en", token_hash=None, now=NOW)
    assert store.authenticate(tokenless.id, guess, now=NOW) is None
    assert store.authenticate("nobody", guess, now=NOW) is None


def test_a_token_ends_after_twelve_idle_hours(store: Store, conversation: Conversation) -> None:
    assert store.authenticate(conversation.id, HASH, now=later(12 * HOUR + 1)) is None
    assert store.authenticate(conversation.id, HASH, now=later(12 * HOUR)) is not None


def test_using_a_token_keeps_it_alive(store: Store, conversation: Conversation) -> None:
    assert store.authenticate(conversation.id, HASH, now=later(11 * HOUR)) is not None
    assert store.authenticate(conversation.id, HASH, now=later(22 * HOUR)) is not None


def test_a_token_ends_after_thirty_days_however_often_it_is_used(store: Store, conversation: Conversation) -> None:
    last_use = 0
    while store.authenticate(conversation.id, HASH, now=later(last_use + 12 * HOUR)):
        last_use += 12 * HOUR
        assert last_use <= 30 * DAY
    assert last_use == 30 * DAY


def test_being_seen_is_written_at_most_once_a_minute(engine: Engine, store: Store, conversation: Conversation) -> None:
    updates: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        updates.extend([statement] if statement.startswith("UPDATE") else [])

    event.listen(engine, "before_cursor_execute", note)
    for seconds in (1, 30, 59, 60, 61, 100, 119, 120):
        store.authenticate(conversation.id, HASH, now=later(seconds))
    assert len(updates) == 2
    assert store.export(conversation.id)["conversation"]["seen_at"] == (NOW + timedelta(minutes=2)).isoformat()


def test_ping_answers_while_the_database_does(store: Store) -> None:
    store.ping()


def test_ping_fails_when_the_database_is_away(key: str) -> None:
    away = create_store_engine("postgresql://mesoguide@/none?host=/nonexistent")
    with pytest.raises(OperationalError):
        Store(away, Cipher(key)).ping()
