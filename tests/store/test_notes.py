"""Notes, tags and how far staff have read, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.errors import ConversationError
from bot.people import Staff
from bot.store.store import Store
from bot.types import Conversation
from bot.vocabulary import Role
from tests.store.samples import NOW, accept, later, together

NORA = Staff("nora-id", "nora@clinic.example", "Nora", Role.AGENT)
DAN = Staff("dan-id", "dan@clinic.example", "Dan", Role.AGENT)


def test_notes_are_read_back_the_oldest_first(store: Store, conversation: Conversation) -> None:
    store.add_note(conversation.id, "Ring her", by=NORA, now=NOW)
    store.add_note(conversation.id, "Done", by=DAN, now=later(5))
    found = store.notes(conversation.id)
    assert [(one.text, one.name, one.at) for one in found] == [("Ring her", "Nora", NOW), ("Done", "Dan", later(5))]


def test_the_same_note_twice_at_once_is_one(store: Store, conversation: Conversation) -> None:
    together([lambda: store.add_note(conversation.id, "Ring her", by=NORA, now=NOW)] * 3)
    assert len(store.notes(conversation.id)) == 1
    store.add_note(conversation.id, "Ring her", by=DAN, now=NOW)
    store.add_note(conversation.id, "Ring her", by=NORA, now=later(60))
    assert len(store.notes(conversation.id)) == 3


def test_a_note_is_encrypted_where_it_lies(engine: Engine, store: Store, conversation: Conversation) -> None:
    store.add_note(conversation.id, "Ring her", by=NORA, now=NOW)
    with engine.connect() as connection:
        assert b"Ring" not in bytes(connection.execute(text("SELECT body FROM notes")).scalar_one())


def test_a_tag_is_there_once(store: Store, conversation: Conversation) -> None:
    together([lambda: store.add_tag(conversation.id, "price")] * 3)
    store.add_tag(conversation.id, "call back")
    assert store.tags(conversation.id) == ["call back", "price"]
    store.remove_tag(conversation.id, "price")
    store.remove_tag(conversation.id, "price")
    assert store.tags(conversation.id) == ["call back"]


def test_the_most_used_tags_come_first(store: Store, conversation: Conversation) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    for conversation_id, tag in ((conversation.id, "a"), (conversation.id, "b"), (other.id, "b")):
        store.add_tag(conversation_id, tag)
    assert store.known_tags(limit=5) == ["b", "a"]
    assert store.known_tags(limit=1) == ["b"]


def test_reading_never_goes_back_nor_beyond_the_end(store: Store, conversation: Conversation) -> None:
    for number in range(5):
        accept(store, conversation.id, f"message-{number}")
    assert store.read_up_to(conversation.id, "nora-id") == 0
    for seq, expected in ((3, 3), (2, 3), (5, 5), (99, 5)):
        store.mark_read(conversation.id, "nora-id", seq)
        assert store.read_up_to(conversation.id, "nora-id") == expected
    assert store.read_up_to(conversation.id, "dan-id") == 0


def test_all_of_it_goes_with_the_conversation(store: Store, conversation: Conversation) -> None:
    store.add_note(conversation.id, "Ring her", by=NORA, now=NOW)
    store.add_tag(conversation.id, "price")
    store.mark_read(conversation.id, "nora-id", 0)
    store.erase(conversation.id, now=NOW)
    assert (store.notes(conversation.id), store.tags(conversation.id), store.known_tags(limit=5)) == ([], [], [])
    for write in (
        lambda: store.add_note(conversation.id, "late", by=NORA, now=NOW),
        lambda: store.add_tag(conversation.id, "late"),
        lambda: store.remove_tag(conversation.id, "late"),
        lambda: store.mark_read(conversation.id, "nora-id", 1),
    ):
        with pytest.raises(ConversationError, match="no longer exists"):
            write()
