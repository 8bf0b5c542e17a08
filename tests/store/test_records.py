from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.errors import ConversationError
from bot.store.store import Store
from bot.store.tables import metadata
from bot.types import Conversation
from tests.store.samples import ANSWER, NOW, OFFER, TOKEN, accept, later, take


def _counts(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        count = select(func.count())
        found = {t.name: connection.execute(count.select_from(t)).scalar_one() for t in metadata.sorted_tables}
    # They are anonymous and stay.
    return found | {"counts": 0}


def _fill(store: Store, conversation_id: str) -> None:
    accept(store, conversation_id, "a", "Pain", payload="/ask_pain")
    take(store, conversation_id)
    store.answer(conversation_id, 1, [ANSWER, OFFER], owner="one", now=later(1))
    store.save_tracker(conversation_id, '{"slots": {}}', now=NOW)


def test_an_export_holds_everything_and_is_ready_for_json(store: Store, conversation: Conversation) -> None:
    _fill(store, conversation.id)
    export = json.loads(json.dumps(store.export(conversation.id)))
    assert export["conversation"]["id"] == conversation.id
    assert export["messages"][0] == {
        "seq": 1,
        "author": "patient",
        "at": NOW.isoformat(),
        "client_id": "a",
        "payload": "/ask_pain",
        "is_pending": False,
        "text": "Pain",
    }
    assert [m["envelope"]["kind"] for m in export["messages"][1:]] == ["answer", "clarify"]
    shown = {(button["seq"], button["title"], button["payload"]) for button in export["buttons"]}
    assert shown == {(3, "Pain", "/ask_pain"), (3, "Price", "/ask_cost")}
    assert export["tracker"] == '{"slots": {}}'


def test_an_export_does_not_hold_the_key_to_the_conversation(store: Store, conversation: Conversation) -> None:
    assert "token" not in json.dumps(store.export(conversation.id))
    assert TOKEN not in json.dumps(store.export(conversation.id))


def test_there_is_no_export_of_what_is_not_there(store: Store) -> None:
    with pytest.raises(ConversationError) as caught:
        store.export("nobody")
    assert caught.value.status == 404


def test_erasing_leaves_nothing_but_a_receipt_that_names_nobody(
    engine: Engine, store: Store, conversation: Conversation
) -> None:
    _fill(store, conversation.id)
    erasure = store.erase(conversation.id, now=later(9))
    assert (erasure.erased_at, erasure.messages) == (later(9), 3)
    assert _counts(engine) == dict.fromkeys(metadata.tables, 0) | {"erasures": 1}
    assert conversation.id not in str(erasure)
    assert store.find_conversation(conversation.id) is None
    assert store.load_tracker(conversation.id) is None


def test_erasing_one_conversation_keeps_the_others(store: Store, conversation: Conversation) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    _fill(store, conversation.id)
    _fill(store, other.id)
    before = store.export(other.id)
    store.erase(conversation.id, now=NOW)
    assert store.export(other.id) == before


def test_asking_again_for_an_erasure_gets_the_same_receipt(store: Store, conversation: Conversation) -> None:
    first = store.erase(conversation.id, now=later(1))
    assert store.erase(conversation.id, now=later(2)) == first


def test_a_tracker_without_a_conversation_can_be_erased(store: Store) -> None:
    store.save_tracker("shell", "{}", now=NOW)
    assert store.erase("shell", now=NOW).messages == 0
    assert store.load_tracker("shell") is None


def test_what_never_was_can_not_be_erased(engine: Engine, store: Store) -> None:
    with pytest.raises(ConversationError) as caught:
        store.erase("nobody", now=NOW)
    assert caught.value.status == 404
    assert _counts(engine)["erasures"] == 0


def test_a_turn_that_ends_after_the_erasure_brings_nothing_back(
    engine: Engine, store: Store, conversation: Conversation
) -> None:
    accept(store, conversation.id, "a")
    take(store, conversation.id)
    store.erase(conversation.id, now=NOW)
    assert store.answer(conversation.id, 1, [ANSWER], owner="one", now=later(1)).seqs == []
    store.save_tracker(conversation.id, "{}", now=later(1))
    store.release(conversation.id, "one")
    assert _counts(engine) == dict.fromkeys(metadata.tables, 0) | {"erasures": 1}
