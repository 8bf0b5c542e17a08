"""What somebody who steals the disk would see."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from bot.store.store import Store
from bot.store.tables import metadata
from bot.types import Button, Conversation, Envelope, Flag
from bot.vocabulary import Kind, Level
from tests.store.samples import NOW, TOKEN, take

WORDS = ["zebralips", "zebraflag", "zebracode", "zebrareason", "zebrapayload", "zebracrisis", "zebraanswer"]
WORDS += ["zebratitle", "zebraintent", "zebratracker", TOKEN]


def _say_all_the_words(store: Store, conversation_id: str) -> None:
    flag = Flag(Level.CRISIS, ("zebracode",), ("zebraflag",), "zebrareason")
    limits = {"now": NOW, "per_minute": 100}
    store.accept(conversation_id, client_id="a", text="zebralips", payload="/zebrapayload", flag=flag, **limits)
    reply = Envelope(Kind.CRISIS, "zebracrisis")
    take(store, conversation_id)
    offer = Envelope(Kind.CLARIFY, "zebraanswer", buttons=(Button("zebratitle", "/zebraintent"),))
    store.answer(conversation_id, 1, [offer], owner="one", now=NOW)
    store.accept(conversation_id, client_id="b", text="zebralips", replies=[reply], **limits)
    store.save_tracker(conversation_id, '{"text": "zebratracker"}', now=NOW)


def _files(engine: Engine) -> dict[str, bytes]:
    folder = Path(str(engine.url.database)).parent
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _found(haystack: bytes) -> list[str]:
    return [word for word in WORDS if word.encode() in haystack]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_words_are_in_the_files_of_sqlite(engine: Engine, store: Store, conversation: Conversation) -> None:
    _say_all_the_words(store, conversation.id)
    files = _files(engine)
    assert {"log.db", "log.db-wal"} <= set(files)
    # The search itself works: what is meant to be readable is found.
    assert any(conversation.id.encode() in content for content in files.values())
    assert {name: _found(content) for name, content in files.items()} == {name: [] for name in files}
    with closing(sqlite3.connect(str(engine.url.database))) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert _found(_files(engine)["log.db"]) == []


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_words_are_in_the_tables_of_postgresql(engine: Engine, store: Store, conversation: Conversation) -> None:
    _say_all_the_words(store, conversation.id)
    with engine.connect() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
    values = [bytes(v) if isinstance(v, (bytes, memoryview)) else str(v).encode() for row in rows for v in row]
    assert conversation.id.encode() in values
    assert _found(b" ".join(values)) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_after_an_erasure_not_even_the_encrypted_words_are_left(
    engine: Engine, store: Store, conversation: Conversation
) -> None:
    _say_all_the_words(store, conversation.id)
    with engine.connect() as connection:
        tables = ("messages", "buttons", "trackers")
        blobs = [bytes(row[0]) for t in tables for row in connection.execute(text(f"SELECT body FROM {t}"))]
    assert len(blobs) == 6
    assert all(any(blob in content for content in _files(engine).values()) for blob in blobs)
    store.erase(conversation.id, now=NOW)
    remains = b"".join(_files(engine).values())
    assert not any(blob in remains for blob in blobs)
    assert conversation.id.encode() not in remains
