"""Carries out what patients may want done with what is held about them. The brain only names the wish."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.clinic import Clinic
from bot.conversation.rights_words import wish, yes_or_no
from bot.privacy.logs import safe_id
from bot.retrieval.replies import Reply
from bot.store.held import Held
from bot.store.records import Erasure
from bot.store.store import Store
from bot.types import Envelope, Message, Pending
from bot.vocabulary import ASK_AGAIN, SAFETY_KINDS, Kind, Right, State

logger = logging.getLogger(__name__)

ERASE_YES, ERASE_NO = "/erase_me_yes", "/erase_me_no"
"""Payloads of the two buttons below the question whether to erase; the brain never sees them."""
PAYLOADS = {
    "/ask_my_data": Right.HELD,
    "/send_transcript": Right.TRANSCRIPT,
    "/delete_my_data": Right.ERASE,
}
ASKS_ON = frozenset({Kind.QUESTIONNAIRE, Kind.NOTICE})
"""What the questions are that come again after anything else was answered."""
WITHOUT_BOT = frozenset({State.HUMAN, State.CLOSED})
"""While staff have the word, and when a talk has ended: what is held is the patient's still."""
TRANSCRIPT = {"type": "transcript"}
"""Media that a client turns into its own way of saving the talk, with the key that it has."""


@dataclass(frozen=True)
class Words:
    """What is said: the replies, what their placeholders stand for, and the clinic whose rules they tell."""

    replies: Mapping[str, Reply]
    values: Mapping[str, str]
    clinic: Clinic


@dataclass(frozen=True)
class AtOnce:
    """What the system says to a message itself, and the payload of the bot's turn after it, if it gets one."""

    notices: tuple[Envelope, ...]
    turn: str | None = None


class Rights:
    """Blocking and thread-safe. `words` is asked anew each time, since the clinic may change its rules."""

    def __init__(self, store: Store, words: Callable[[], Words]) -> None:
        self._store = store
        self._words = words

    def carry_out(self, pending: Pending, envelopes: Sequence[Envelope]) -> list[Envelope]:
        """The brain's `envelopes`, each that names a wish replaced by what fulfils it.

        What the words alone surely name isn't lost when the brain took it for something else ("forget me").
        """
        conversation_id = pending.conversation_id
        if not any("rights" in (envelope.request or {}) for envelope in envelopes) and pending.payload is None:
            missed = self.find(conversation_id, pending.text, None)
            if missed is not None and not any(envelope.kind in SAFETY_KINDS for envelope in envelopes):
                return _alone([missed, *(one for one in envelopes if one.kind is Kind.QUESTIONNAIRE)])
        return _alone([self._fulfilled(conversation_id, envelope) for envelope in envelopes])

    def at_once(self, conversation_id: str, text: str, payload: str | None) -> AtOnce | None:
        """What is said to a message without the brain; None when the message is for somebody else."""
        if payload == ERASE_NO:
            return AtOnce((self.kept(),), ASK_AGAIN)
        if payload == ERASE_YES:
            # The button of an earlier question: ask once more.
            return AtOnce((self.envelope(conversation_id, Right.ERASE),))
        if payload is None and (answer := self.answered(conversation_id, text)):
            return answer
        conversation = self._store.find_conversation(conversation_id)
        # Elsewhere the brain understands such a wish, and better; in these states nobody asks it.
        if conversation is None or conversation.state not in WITHOUT_BOT:
            return None
        found = self.find(conversation_id, text, payload)
        return None if found is None else AtOnce((found,))

    def find(self, conversation_id: str, text: str, payload: str | None) -> Envelope | None:
        """What fulfils the wish that a message surely names, understood without the brain; None when it names none."""
        right = wish(text) if payload is None else PAYLOADS.get(payload)
        return None if right is None else self.envelope(conversation_id, right)

    def envelope(self, conversation_id: str, right: Right) -> Envelope:
        """What the patient gets for that wish. Raises ConversationError (404) when nothing is held any more."""
        if right is Right.ERASE:
            return self._say("rights_erase")
        if right is Right.TRANSCRIPT:
            return replace(self._say("rights_transcript"), media=(TRANSCRIPT,))
        return self._held(conversation_id)

    def answered(self, conversation_id: str, text: str) -> AtOnce | None:
        """What is said to a "yes" or "no" that was typed below the question whether to erase; None for anything else.

        Only the button erases: a "yes" may have been meant for what somebody else said meanwhile.
        """
        meant = yes_or_no(text)
        if meant is None or not self._asks_to_erase(self._store.latest(conversation_id, 1)):
            return None
        return AtOnce((self._say("rights_press"),)) if meant else AtOnce((self.kept(),), ASK_AGAIN)

    def _asks_to_erase(self, last: Sequence[Message]) -> bool:
        envelope = last[0].envelope if last else None
        asked = [button.title for button in self._words().replies["rights_erase"].buttons]
        return envelope is not None and [button.title for button in envelope.buttons] == asked

    def kept(self) -> Envelope:
        """For who would rather not erase."""
        return self._say("rights_kept")

    def erased(self, erasure: Erasure) -> Envelope:
        """The receipt in words, for channels that have no screen of their own for it."""
        late = {
            "messages": str(erasure.messages),
            "receipt": erasure.receipt_id,
            "erased_on": self._day(erasure.erased_at),
        }
        return self._say("rights_erased", late)

    def may_erase(self, conversation_id: str, button_id: str) -> bool:
        """Whether that "yes" belongs to the latest question, and wasn't answered by "keep it" since."""
        return self._store.is_open_question(conversation_id, button_id, yes=ERASE_YES, no=ERASE_NO)

    def _fulfilled(self, conversation_id: str, envelope: Envelope) -> Envelope:
        named = (envelope.request or {}).get("rights")
        if named is None:
            return envelope
        try:
            return replace(self.envelope(conversation_id, Right(named)), understood=envelope.understood)
        except ValueError:
            logger.error("Conversation %s: the brain named an unknown right.", safe_id(conversation_id))
            return envelope

    def _held(self, conversation_id: str) -> Envelope:
        days = self._words().clinic.retention_days
        held = self._store.held(conversation_id, retention=timedelta(days=days))
        if held is None:
            # Erased since: there is nobody to read this.
            return self._say("rights")
        sheet = self._store.find_media(conversation_id, "sheet") is not None
        return self._say("rights_held", self._late(held, days) | {"sheet": _yes(sheet)})

    def _late(self, held: Held, days: int) -> dict[str, str]:
        return {
            "since": self._day(held.since),
            "messages": str(held.messages),
            "questionnaire": _yes(held.questionnaires),
            "request": _yes(held.handoffs),
            "contact": _yes(held.contacts),
            "notes": _yes(held.notes),
            "erased_on": self._day(held.until),
            "retention_days": str(days),
        }

    def _say(self, name: str, late: Mapping[str, str] | None = None) -> Envelope:
        words = self._words()
        return words.replies[name].envelope({**words.values, **(late or {})})

    def _day(self, at: datetime) -> str:
        local = at.astimezone(self._words().clinic.zone)
        return f"{local.day} {local:%B %Y}"


def _alone(envelopes: list[Envelope]) -> list[Envelope]:
    """Without what asks on below the question whether to erase: a "yes" there would be read as an answer to that."""
    asked = next((place for place, one in enumerate(envelopes) if _asks_to_erase(one)), len(envelopes))
    after = [one for one in envelopes[asked + 1 :] if one.kind not in ASKS_ON or one.request or one.assessment]
    return [*envelopes[: asked + 1], *after]


def _asks_to_erase(envelope: Envelope) -> bool:
    return any(button.payload == ERASE_YES for button in envelope.buttons)


def _yes(count: int | bool) -> str:
    return "yes" if count else "no"
