"""What the owner can learn from a talk: questions without an answer, and answers that didn't help."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timezone

from bot.errors import ConversationError
from bot.store.store import Store
from bot.types import Envelope, Message, MissedQuestion, Pending
from bot.vocabulary import Author, Kind, Missed, Reason

UNANSWERED = (Kind.FALLBACK, Kind.CLARIFY)
LOOK_BACK = 12
"""Messages between an answer and its question: several answers, and buttons, may lie between."""


class Learning:
    """Keeps questions redacted. `redact` takes out what may point to a person."""

    def __init__(self, store: Store, redact: Callable[[str], str]) -> None:
        self._store = store
        self._redact = redact

    def note(self, pending: Pending, envelopes: Sequence[Envelope], seqs: Sequence[int]) -> None:
        """Keep a typed question that got no answer; blocking. `seqs` are the numbers of the `envelopes`."""
        if pending.payload is not None:
            return
        for envelope, seq in zip(envelopes, seqs, strict=False):
            if envelope.kind in UNANSWERED or (envelope.request or {}).get("handoff") == Reason.NOT_UNDERSTOOD.value:
                question = MissedQuestion(Missed.UNANSWERED, self._redact(pending.text), envelope.topics)
                self._store.keep_missed(pending.conversation_id, seq, question, now=datetime.now(timezone.utc))

    async def rate(self, conversation_id: str, seq: int, *, is_helpful: bool) -> None:
        """A patient's thumb under an answer; the last one counts. Raises ConversationError (404) for no answer."""
        await asyncio.to_thread(self._rate, conversation_id, seq, is_helpful)

    async def mark_wrong(self, conversation_id: str, seq: int, comment: str) -> None:
        """A colleague says that message `seq` of the bot is wrong. Raises ConversationError (404) for no such one."""
        await asyncio.to_thread(self._mark_wrong, conversation_id, seq, comment)

    def _mark_wrong(self, conversation_id: str, seq: int, comment: str) -> None:
        before = self._store.messages(conversation_id, after=max(0, seq - LOOK_BACK), limit=LOOK_BACK)
        answer = next((message.envelope for message in before if message.seq == seq), None)
        if answer is None:
            raise ConversationError("answer_unknown", "That answer isn't part of this conversation.", status=404)
        asked = self._redact(_question(before, seq))
        question = MissedQuestion(Missed.WRONG, asked, answer.topics, answer.card_ids, comment=comment)
        self._store.keep_missed(conversation_id, seq, question, now=datetime.now(timezone.utc))

    def _rate(self, conversation_id: str, seq: int, is_helpful: bool) -> None:
        before = self._store.messages(conversation_id, after=max(0, seq - LOOK_BACK), limit=LOOK_BACK)
        answer = next((message.envelope for message in before if message.seq == seq), None)
        if answer is None or answer.kind is not Kind.ANSWER:
            raise ConversationError("answer_unknown", "That answer isn't part of this conversation.", status=404)
        self._store.keep_rating(conversation_id, seq, is_helpful=is_helpful, now=datetime.now(timezone.utc))
        if is_helpful:
            self._store.forget_missed(conversation_id, seq)
            return
        question = MissedQuestion(
            Missed.NOT_HELPFUL, self._redact(_question(before, seq)), answer.topics, answer.card_ids
        )
        self._store.keep_missed(conversation_id, seq, question, now=datetime.now(timezone.utc))


def _question(messages: Sequence[Message], seq: int) -> str:
    """What the patient said last before message `seq`."""
    said = [message.text for message in messages if message.author is Author.PATIENT and message.seq < seq]
    return (said[-1] if said else None) or ""
