"""Searching messages and notes together, on both databases."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.people import Staff
from bot.store.desk_tables import notes
from bot.store.search import BATCH, MOST_HITS, Found, Place
from bot.store.store import Store
from bot.types import Conversation
from bot.vocabulary import Author, Role
from tests.store.samples import accept, later

NORA = Staff("nora-id", "nora@clinic.example", "Nora", Role.AGENT)


def needle(text: str) -> bool:
    return "needle" in text


def search(store: Store, before: Place | None = None) -> Found:
    return store.search(needle, before=before, seconds=60)


def talk(store: Store, conversation: Conversation, count: int, word: str = "needle") -> None:
    """Messages in the even minutes and notes in the odd ones."""
    for number in range(count):
        accept(store, conversation.id, f"m{number}", f"{word} {number}", now=later(120 * number))
        store.add_note(conversation.id, f"noted {word} {number}", by=NORA, now=later(120 * number + 60))


def test_messages_and_notes_come_in_the_order_of_their_times(store: Store, conversation: Conversation) -> None:
    talk(store, conversation, 3)
    found = search(store)
    assert [hit.text for hit in found.hits] == [
        "noted needle 2", "needle 2", "noted needle 1", "needle 1", "noted needle 0", "needle 0",
    ]  # fmt: skip
    assert (found.read, found.go_on) == (6, None)
    note, message = found.hits[:2]
    assert (note.author, note.name, note.note_id > 0, note.conversation_id) == (None, "Nora", True, conversation.id)
    assert note.seq == 3
    assert (message.author, message.name, message.note_id, message.seq) == (Author.PATIENT, "", 0, 3)


def test_going_on_leaves_nothing_out_and_repeats_nothing(store: Store, conversation: Conversation) -> None:
    talk(store, conversation, MOST_HITS)
    first = search(store)
    assert len(first.hits) == MOST_HITS
    assert first.go_on is not None
    rest = search(store, first.go_on)
    assert rest.go_on is not None
    assert search(store, rest.go_on).hits == []
    texts = {hit.text for hit in (*first.hits, *rest.hits)}
    assert len(texts) == len(first.hits) + len(rest.hits) == 2 * MOST_HITS


def test_more_of_each_than_is_read_at_once(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "first", "a needle", now=later(0))
    for number in range(BATCH):
        accept(store, conversation.id, str(number), "hay", now=later(number + 1))
    store.add_note(conversation.id, "a needle here", by=NORA, now=later(9999))
    found = search(store)
    assert [hit.text for hit in found.hits] == ["a needle here", "a needle"]
    assert found.read == BATCH + 2


def test_a_note_that_no_key_opens_hides_no_other(store: Store, engine: Engine, conversation: Conversation) -> None:
    talk(store, conversation, 2)
    with engine.begin() as connection:
        connection.execute(update(notes).where(notes.c.at == later(60)).values(body=b"nonsense"))
    assert [hit.text for hit in search(store).hits] == ["noted needle 1", "needle 1", "needle 0"]
