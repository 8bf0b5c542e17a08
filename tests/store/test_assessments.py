"""Finished questionnaires and the versions that they were made with."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine

from bot.store.store import Store
from bot.store.tables import assessments
from bot.types import Conversation, Envelope, Flag
from bot.vocabulary import Kind, Level
from tests.store.samples import ANSWER, EMERGENCY, NOW, accept, later

RECORD = {"protocol_hash": "abc", "outcome": "not_now", "answers": [{"question": "keloids", "answers": ["yes"]}]}
SENT = Envelope(Kind.QUESTIONNAIRE, "Saved, and our staff can see it now.", assessment=RECORD)


def _answer(store: Store, conversation_id: str, *envelopes: Envelope) -> list[int]:
    seq = accept(store, conversation_id, "message-1").seq
    store.take(conversation_id, owner="one", now=NOW, seconds=30)
    return list(store.answer(conversation_id, seq, envelopes, owner="one", now=later(3)).seqs)


def test_it_is_stored_with_the_message_that_says_so(store: Store, conversation: Conversation) -> None:
    (seq,) = _answer(store, conversation.id, SENT)
    (stored,) = store.assessments(conversation.id)
    assert (stored.seq, stored.protocol_hash, stored.at, stored.body) == (seq, "abc", later(3), RECORD)
    assert store.messages(conversation.id)[-1].envelope == replace(SENT, assessment=None)


def test_a_message_without_one_stores_none(store: Store, conversation: Conversation) -> None:
    _answer(store, conversation.id, ANSWER)
    assert store.assessments(conversation.id) == []


def test_a_message_that_is_dropped_stores_none(store: Store, conversation: Conversation) -> None:
    seq = accept(store, conversation.id, "message-1").seq
    store.take(conversation.id, owner="one", now=NOW, seconds=30)
    flag = Flag(Level.EMERGENCY, ("E1",), (), "E1")
    accept(store, conversation.id, "message-2", flag=flag, replies=[EMERGENCY])
    assert store.answer(conversation.id, seq, [SENT], owner="one", now=later(3)).seqs == []
    assert store.assessments(conversation.id) == []


def test_nothing_of_it_is_readable_in_the_table(engine: Engine, store: Store, conversation: Conversation) -> None:
    _answer(store, conversation.id, SENT)
    with engine.connect() as connection:
        (row,) = connection.execute(select(assessments)).all()
    assert b"keloids" not in bytes(row.body)
    assert "not_now" not in str([value for value in row if isinstance(value, str)])


def test_it_is_exported_and_erased_with_the_conversation(store: Store, conversation: Conversation) -> None:
    _answer(store, conversation.id, SENT)
    (exported,) = json.loads(json.dumps(store.export(conversation.id)))["assessments"]
    assert exported["outcome"] == "not_now"
    store.erase(conversation.id, now=NOW)
    assert store.assessments(conversation.id) == []


def test_it_expires_with_the_conversation(store: Store, conversation: Conversation) -> None:
    _answer(store, conversation.id, SENT)
    assert store.expire(now=later(1000), retention=timedelta(0), limit=10) == 1
    assert store.assessments(conversation.id) == []


def test_a_version_is_kept_once(store: Store) -> None:
    assert store.load_protocol("abc") is None
    store.save_protocol("abc", version="1.0", document="{}", now=NOW)
    store.save_protocol("abc", version="1.0", document="other", now=later(1))
    assert store.load_protocol("abc") == "{}"


def test_the_message_after_a_flagged_one_says_so(store: Store, conversation: Conversation) -> None:
    flag = Flag(Level.EMERGENCY, ("E1",), (), "E1")
    accept(store, conversation.id, "message-1", flag=flag, replies=[EMERGENCY])
    accept(store, conversation.id, "message-2")
    pending = store.take(conversation.id, owner="one", now=NOW, seconds=30)
    assert pending is not None
    assert pending.after_flag
    store.answer(conversation.id, pending.seq, [ANSWER], owner="one", now=NOW)
    accept(store, conversation.id, "message-3")
    following = store.take(conversation.id, owner="one", now=NOW, seconds=30)
    assert following is not None
    assert not following.after_flag
