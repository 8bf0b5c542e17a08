"""What the safety check makes of a patient's message, read together with what was said before it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import ConversationError
from bot.privacy.logs import safe_id
from bot.safety.check import SafetyCheck
from bot.safety.texts import SafetyTexts
from bot.store.store import Store
from bot.types import Envelope, Flag, Message
from bot.vocabulary import Author

logger = logging.getLogger(__name__)

EARLIER_MESSAGES = 3
EARLIER_LINES = 12


@dataclass(frozen=True)
class Safety:
    """The check, its texts, and what the placeholders in them stand for."""

    check: SafetyCheck
    texts: SafetyTexts
    values: dict[str, str]


class RefusedInDanger(ConversationError):
    """The refusal of a message that carries a red flag: `safety` is shown first, and `message` has its words."""

    def __init__(self, refusal: ConversationError, safety: Envelope) -> None:
        super().__init__(refusal.code, safety.text, status=refusal.status, retry_after_s=refusal.retry_after_s)
        self.safety = safety


@dataclass(frozen=True)
class Judged:
    """The red flag in a message and the reply to it, or neither."""

    flag: Flag | None = None
    reply: Envelope | None = None

    @property
    def replies(self) -> Sequence[Envelope]:
        return () if self.reply is None else (self.reply,)

    def refused(self, refusal: ConversationError) -> ConversationError:
        """The refusal of this message: it says where help is when the message carries a red flag."""
        if self.reply is None:
            return refusal
        # A button would need the log, which knows nothing of this message.
        return RefusedInDanger(refusal, self.reply.with_buttons(()))


class Judge:
    """Blocking and thread-safe. Never raises: an unreadable past must not hide a sign in the present."""

    def __init__(self, store: Store, safety: Safety) -> None:
        self._store = store
        self._safety = safety

    def judge(self, conversation_id: str, text: str, *, is_typed: bool) -> Judged:
        """The red flag in a message, read together with the few before it, and the reply to it."""
        try:
            recent = self._store.latest(conversation_id, EARLIER_LINES)
        except Exception:
            logger.exception("Conversation %s: the earlier messages can't be read.", safe_id(conversation_id))
            recent = []
        return self._judge(text, recent, is_typed=is_typed)

    def judge_alone(self, text: str, *, is_typed: bool) -> Judged:
        """As `judge`, without a look at the log."""
        return self._judge(text, (), is_typed=is_typed)

    def _judge(self, text: str, recent: Sequence[Message], *, is_typed: bool) -> Judged:
        earlier = [line.text for line in recent if line.author is Author.PATIENT and line.text]
        check = self._safety.check if is_typed else self._safety.check.plain
        flag = check.assess(text, earlier[-EARLIER_MESSAGES:], _said_last(recent))
        if flag is None:
            return Judged()
        answered = {(line.flag.level, code) for line in recent if line.flag is not None for code in line.flag.codes}
        repeat = {(flag.level, code) for code in flag.codes} <= answered
        return Judged(flag, self._safety.texts.envelope(flag, self._safety.values, repeat=repeat))


def _said_last(recent: Sequence[Message]) -> str:
    """The words to which a patient may answer: the bot's, the system's or those of staff."""
    said = [line.envelope.text if line.envelope else line.text for line in recent if line.author is not Author.PATIENT]
    return (said[-1] if said else None) or ""
