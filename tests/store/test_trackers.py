from __future__ import annotations

import pytest
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher, DataKeyError, new_key
from bot.store.store import Store
from bot.types import Conversation
from tests.store.samples import NOW, later


def test_a_tracker_is_loaded_as_it_was_saved_last(store: Store, conversation: Conversation) -> None:
    store.save_tracker(conversation.id, '{"events": [1]}', now=NOW)
    store.save_tracker(conversation.id, '{"events": [1, 2, "ü"]}', now=later(1))
    assert store.load_tracker(conversation.id) == '{"events": [1, 2, "ü"]}'


def test_there_may_be_no_tracker(store: Store, conversation: Conversation) -> None:
    assert store.load_tracker(conversation.id) is None


def test_a_tracker_needs_no_conversation(store: Store) -> None:
    store.save_tracker("shell", "{}", now=NOW)
    assert store.load_tracker("shell") == "{}"


def test_trackers_do_not_mix(store: Store) -> None:
    store.save_tracker("one", "1", now=NOW)
    store.save_tracker("two", "2", now=NOW)
    assert (store.load_tracker("one"), store.load_tracker("two")) == ("1", "2")


def test_a_foreign_key_can_not_read_a_tracker(engine: Engine, store: Store) -> None:
    store.save_tracker("one", "1", now=NOW)
    with pytest.raises(DataKeyError):
        Store(engine, Cipher(new_key())).load_tracker("one")
