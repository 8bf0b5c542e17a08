"""Whatever a table holds of a conversation is exported with it, and gone with it."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher
from bot.store.desk_tables import outbox
from bot.store.store import Store
from bot.store.tables import metadata
from bot.types import Conversation
from tests.store.filled import SHOWN, delivery, fill, nurse, rows_left, tables_of_conversations
from tests.store.samples import ANSWER, NOW, accept, later, take


def test_every_table_of_a_conversation_is_known_here() -> None:
    # A new table belongs into `fill`, `SHOWN` and `Records.export`.
    assert tables_of_conversations() == set(SHOWN)


def test_an_export_shows_a_row_of_every_table(
    engine: Engine, store: Store, key: str, conversation: Conversation
) -> None:
    fill(engine, store, key, conversation.id, nurse(store))
    export = json.loads(json.dumps(store.export(conversation.id)))
    assert [name for name, is_shown in SHOWN.items() if not is_shown(export)] == []


def test_an_export_names_staff_and_holds_no_id_of_theirs(
    engine: Engine, store: Store, key: str, conversation: Conversation
) -> None:
    anna = nurse(store)
    fill(engine, store, key, conversation.id, anna)
    export = store.export(conversation.id)
    assert anna.id not in json.dumps(export)
    assert "staff@example.org" not in json.dumps(export)
    assert export["messages"][-1]["name"] == "Anna"
    assert export["handoffs"][0]["history"][0]["by"] == "Anna"


def test_a_colleague_who_is_not_listed_any_more_is_the_team(
    engine: Engine, store: Store, key: str, conversation: Conversation
) -> None:
    staff = nurse(store)
    fill(engine, store, key, conversation.id, staff)
    with engine.begin() as connection:
        connection.execute(metadata.tables["staff"].delete())
    export = store.export(conversation.id)
    assert staff.id not in json.dumps(export)
    assert export["messages"][-1]["name"] == "our team"


def test_erasing_leaves_no_row_in_any_table(engine: Engine, store: Store, key: str, conversation: Conversation) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    fill(engine, store, key, conversation.id, nurse(store))
    with engine.connect() as connection:
        assert set(rows_left(connection, conversation.id)) == tables_of_conversations() | {"conversations"}
    store.erase(conversation.id, now=later(1))
    with engine.connect() as connection:
        assert rows_left(connection, conversation.id) == {}
        assert connection.execute(select(outbox)).all() == []
    assert store.find_conversation(other.id) is not None


def test_what_waits_to_be_sent_is_sent_no_more(
    engine: Engine, store: Store, key: str, conversation: Conversation
) -> None:
    with engine.begin() as connection:
        row = delivery(Cipher(key), "one") | {"leased_by": "a worker", "leased_until": later(60)}
        connection.execute(outbox.insert().values(conversation_id=conversation.id, **row))
    store.erase(conversation.id, now=NOW)
    with engine.connect() as connection:
        assert connection.execute(select(outbox)).all() == []


def test_erasing_during_a_turn_ends_it_silently(engine: Engine, store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    take(store, conversation.id)
    store.erase(conversation.id, now=NOW)
    answered = store.answer(conversation.id, 1, [ANSWER], owner="one", now=later(1))
    store.save_tracker(conversation.id, "{}", now=later(1))
    assert answered.seqs == []
    with engine.connect() as connection:
        assert rows_left(connection, conversation.id) == {}
