"""What is kept for the owner of a clinic to learn from."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.conversation.learning import Learning
from bot.errors import ConversationError
from bot.privacy.cipher import Cipher, new_key
from bot.privacy.redact import redact
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.types import Envelope, Pending
from bot.vocabulary import Kind, Missed
from tests.store.samples import NOW, accept, later

ANSWER = Envelope(Kind.ANSWER, "It varies.", topics=("pain",), card_ids=("pain.general",))
FALLBACK = Envelope(Kind.FALLBACK, "I don't know.")
CLARIFY = Envelope(Kind.CLARIFY, "Did you mean?", topics=("pain", "cost"))
HELLO = Envelope(Kind.SMALLTALK, "Hello.")
KNOWN = frozenset(["my", "name", "is", "and", "does", "it", "hurt", "the", "dog"])


class Talk:
    """One conversation in a store of its own."""

    def __init__(self, folder: Path) -> None:
        engine = create_store_engine(f"sqlite:///{folder / 'log.db'}")
        upgrade(engine)
        self.store = Store(engine, Cipher(new_key()))
        self.learning = Learning(self.store, lambda text: redact(text, KNOWN))
        self.id = self.store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id
        self._count = 0

    def turn(self, text: str, *envelopes: Envelope, payload: str | None = None) -> list[int]:
        """A message and what the bot says to it; the numbers of the bot's messages."""
        self._count += 1
        at = later(60 * self._count)
        seq = accept(self.store, self.id, f"message-{self._count}", text, payload=payload, now=at).seq
        self.store.take(self.id, owner="one", now=at, seconds=30)
        seqs = list(self.store.answer(self.id, seq, envelopes, owner="one", now=at).seqs)
        self.learning.note(Pending(self.id, seq, text, payload), envelopes, seqs)
        return seqs

    def rate(self, seq: int, *, is_helpful: bool) -> None:
        asyncio.run(self.learning.rate(self.id, seq, is_helpful=is_helpful))

    def kept(self) -> list[tuple[Missed, str, tuple[str, ...]]]:
        return [(one.reason, one.question, one.topics) for one in self.store.missed_questions()]


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def test_a_question_without_an_answer_is_kept_redacted(talk: Talk) -> None:
    talk.turn("my name is ann does the dog hurt", FALLBACK)
    assert talk.kept() == [(Missed.UNANSWERED, "my name is [name] does the dog hurt", ())]


def test_an_offer_of_topics_counts_as_unanswered_and_names_them(talk: Talk) -> None:
    talk.turn("the hurt", CLARIFY)
    assert talk.kept() == [(Missed.UNANSWERED, "the hurt", ("pain", "cost"))]


def test_answers_small_talk_and_buttons_are_not_kept(talk: Talk) -> None:
    talk.turn("does it hurt", ANSWER)
    talk.turn("hello", HELLO)
    talk.turn("Does it hurt?", FALLBACK, payload="/ask_pain")
    assert talk.kept() == []


def test_a_thumb_down_keeps_the_question_before_the_answer(talk: Talk) -> None:
    first, second = talk.turn("does it hurt", ANSWER, ANSWER)
    talk.turn("hello", HELLO)
    talk.rate(second, is_helpful=False)
    assert talk.kept() == [(Missed.NOT_HELPFUL, "does it hurt", ("pain",))]
    talk.rate(first, is_helpful=False)
    assert len(talk.kept()) == 2


def test_the_last_thumb_counts(talk: Talk) -> None:
    (seq,) = talk.turn("does it hurt", ANSWER)
    talk.rate(seq, is_helpful=False)
    talk.rate(seq, is_helpful=False)
    assert len(talk.kept()) == 1
    talk.rate(seq, is_helpful=True)
    assert talk.kept() == []


def test_only_an_answer_can_be_rated(talk: Talk) -> None:
    (seq,) = talk.turn("hello", HELLO)
    for wrong in (seq, seq - 1, 0, 99):
        with pytest.raises(ConversationError, match="isn't part of this conversation") as caught:
            talk.rate(wrong, is_helpful=False)
        assert caught.value.status == 404


def test_a_colleagues_word_about_an_answer_wins_over_the_patients_thumb(talk: Talk) -> None:
    (seq,) = talk.turn("my name is ann does it hurt", ANSWER)
    talk.rate(seq, is_helpful=False)
    asyncio.run(talk.learning.mark_wrong(talk.id, seq, "It does, at first."))
    (kept,) = talk.store.missed_questions()
    assert (kept.reason, kept.question) == (Missed.WRONG, "my name is [name] does it hurt")
    assert (kept.comment, kept.card_ids) == ("It does, at first.", ("pain.general",))


def test_only_a_message_of_the_bot_can_be_wrong(talk: Talk) -> None:
    talk.turn("does it hurt", ANSWER)
    for seq in (1, 9):
        with pytest.raises(ConversationError, match="isn't part"):
            asyncio.run(talk.learning.mark_wrong(talk.id, seq, "no"))
    assert talk.kept() == []
