from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.store.store import Store
from bot.types import Conversation, MissedQuestion
from bot.vocabulary import Missed
from tests.store.samples import NOW, later

QUESTION = MissedQuestion(Missed.UNANSWERED, "can i bring my dog", ("booking_hours_location",))
RATED = MissedQuestion(Missed.NOT_HELPFUL, "does it hurt", ("pain",), ("pain.general",))


def test_missed_questions_are_read_back_the_oldest_first(store: Store, conversation: Conversation) -> None:
    store.keep_missed(conversation.id, 4, RATED, now=later(2))
    store.keep_missed(conversation.id, 2, QUESTION, now=later(1))
    found = store.missed_questions()
    assert [(one.reason, one.question, one.topics, one.card_ids, one.at) for one in found] == [
        (QUESTION.reason, QUESTION.question, QUESTION.topics, (), later(1)),
        (RATED.reason, RATED.question, RATED.topics, RATED.card_ids, later(2)),
    ]


def test_the_last_word_about_a_message_counts(store: Store, conversation: Conversation) -> None:
    store.keep_missed(conversation.id, 2, RATED, now=NOW)
    store.keep_missed(conversation.id, 2, RATED, now=later(1))
    assert len(store.missed_questions()) == 1
    store.forget_missed(conversation.id, 2)
    assert store.missed_questions() == []


def test_a_missed_question_goes_with_its_conversation(store: Store, conversation: Conversation) -> None:
    store.keep_missed(conversation.id, 2, QUESTION, now=NOW)
    store.erase(conversation.id, now=later(1))
    assert store.missed_questions() == []
    store.keep_missed(conversation.id, 2, QUESTION, now=later(2))
    assert store.missed_questions() == []


def test_an_export_holds_what_was_kept_for_learning(store: Store, conversation: Conversation) -> None:
    store.keep_missed(conversation.id, 2, QUESTION, now=NOW)
    (kept,) = store.export(conversation.id)["missed"]
    assert (kept["seq"], kept["reason"], kept["question"]) == (2, "unanswered", "can i bring my dog")


def test_the_words_are_encrypted_where_they_lie(engine: Engine, store: Store, conversation: Conversation) -> None:
    store.keep_missed(conversation.id, 2, QUESTION, now=NOW)
    with engine.connect() as connection:
        body = bytes(connection.execute(text("SELECT body FROM missed")).scalar_one())
    assert b"dog" not in body
