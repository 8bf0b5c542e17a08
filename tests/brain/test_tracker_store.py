"""Rasa's memory of a conversation: bounded, encrypted, and loud when the database fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from bot.brain.tracker_store import KEPT_EVENTS
from tests.trained import Trained

MARKER = "zebralips"


def files(database: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in database.parent.iterdir()}


@pytest.fixture
def broken_database(trained: Trained) -> Iterator[None]:
    """The table of trackers is gone for the length of a test."""
    _rename(trained.database, "trackers", "hidden")
    yield
    _rename(trained.database, "hidden", "trackers")


def _rename(database: Path, old: str, new: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(f"ALTER TABLE {old} RENAME TO {new}")


def test_words_are_not_readable_on_the_disk(trained: Trained) -> None:
    conversation_id = trained.new_id()
    trained.answer(f"does it hurt, asks {MARKER}", at=conversation_id)
    contents = files(trained.database)
    # The search works: the id, which is no secret, is there.
    assert any(conversation_id.encode() in content for content in contents.values())
    readable = (MARKER.encode(), b"latest_message", b"ask_pain", b"pinch")
    assert [word for word in readable for content in contents.values() if word in content] == []
    stored = trained.talk.store.load_tracker(conversation_id)
    assert stored is not None
    assert MARKER in stored


def test_a_long_talk_is_cut_to_its_newest_events_and_goes_on(trained: Trained) -> None:
    conversation_id = trained.new_id()
    for number in range(KEPT_EVENTS // 4):
        trained.answer("pressed", payload=f"/{('greet', 'thank')[number % 2]}", at=conversation_id)
    trained.answer("does it hurt?", at=conversation_id)
    tracker = trained.run(trained.brain.trackers.retrieve(conversation_id))
    assert tracker is not None
    # Before the newest stands what only older ones have set: one event for each such slot.
    assert KEPT_EVENTS <= len(tracker.events) <= KEPT_EVENTS + len(tracker.slots)
    assert tracker.latest_message.text == "does it hurt?"
    (reply,) = trained.answer("tell me more", at=conversation_id)
    assert reply.card_ids == ("pain.general",)


def test_an_unknown_conversation_has_no_tracker(trained: Trained) -> None:
    assert trained.run(trained.brain.trackers.retrieve("nobody")) is None


@pytest.mark.usefixtures("broken_database")
def test_a_broken_database_is_an_error_not_a_forgotten_talk(trained: Trained) -> None:
    with pytest.raises(SQLAlchemyError):
        trained.answer("and for the scalp?", at="conversation-1")


def test_a_turn_saves_its_tracker_once(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    saved: list[str] = []
    save = trained.talk.store.save_tracker

    def counting(conversation_id: str, body: str, **others: Any) -> None:
        saved.append(conversation_id)
        save(conversation_id, body, **others)

    monkeypatch.setattr(trained.brain.trackers._store, "save_tracker", counting)
    conversation_id = trained.new_id()
    trained.answer("does it hurt?", at=conversation_id)
    trained.answer("thanks", at=conversation_id)
    assert saved == [conversation_id] * 2
