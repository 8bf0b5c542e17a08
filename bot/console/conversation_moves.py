"""What staff do with a handoff from its conversation's page. The desk decides whether it is possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.console.conversation_words import OUTCOMES
from bot.console.page import Tools
from bot.errors import ConversationError
from bot.people import Staff
from bot.staff.permissions import may
from bot.store.transcripts import Case
from bot.vocabulary import Permission

LONGEST_WHY = 500


@dataclass(frozen=True)
class Request:
    """One move that somebody wants: where, who, the form's fields, and when."""

    tools: Tools
    conversation_id: str
    me: Staff
    form: Mapping[str, str]
    now: datetime

    @property
    def case(self) -> Case:
        """The handoff that the form was about: the one it names, or else the newest. Raises ConversationError."""
        found = self.tools.store.cases(self.conversation_id)
        named = self.form.get("handoff")
        case = next((one for one in found if one.id == named), None) if named else next(iter(found), None)
        if case is None:
            raise ConversationError("gone", "There is no handoff here any more. Reload the page.", status=404)
        return case

    def why(self, *, needed: str = "") -> str:
        """The form's reason, shortened; raises ConversationError with the sentence `needed` when it is empty."""
        said = self.form.get("why", "").strip()[:LONGEST_WHY]
        if needed and not said:
            raise ConversationError("why_missing", needed)
        return said


def make_move(tools: Tools, name: str, conversation_id: str, me: Staff, form: Mapping[str, str], now: datetime) -> None:
    """Make one of MOVES, and put it into the audit. Blocking. Raises HandoffError or ConversationError."""
    detail = MOVES[name](Request(tools, conversation_id, me, form, now))
    tools.store.audit(name.replace("-", "_"), by=me, subject=conversation_id, detail=detail, now=now)


def _claim(asked: Request) -> str:
    asked.tools.desk.claim(asked.case.id, by=asked.me, now=asked.now)
    return ""


def _release(asked: Request) -> str:
    asked.tools.desk.release(asked.case.id, by=asked.me, why=asked.why(), now=asked.now)
    return ""


def _transfer(asked: Request) -> str:
    to = asked.tools.store.find_staff(asked.form.get("to", ""))
    if to is None or not to.is_active or not may(to.role, Permission.REPLY):
        raise ConversationError("colleague_unknown", "Choose a colleague who may answer patients.")
    asked.tools.desk.transfer(asked.case.id, to, by=asked.me, why=asked.why(), now=asked.now)
    return f"to {to.name}"


def _take_over(asked: Request) -> str:
    why = asked.why(needed="Say why you take this conversation over. Your colleague will read it.")
    before = asked.case
    owner = None if before.owner is None else asked.tools.store.find_staff(before.owner)
    asked.tools.desk.take_over(before.id, by=asked.me, why=why, now=asked.now)
    return "" if owner is None else f"from {owner.name}"


def _hand_back(asked: Request) -> str:
    asked.tools.desk.hand_back(asked.case.id, by=asked.me, why=asked.why(), now=asked.now)
    return ""


def _close(asked: Request) -> str:
    outcome = asked.form.get("outcome", "")
    if outcome not in dict(OUTCOMES):
        raise ConversationError("outcome_missing", "Choose how it ended before you close it.")
    words = asked.why(needed="Say in a few words how it ended." if outcome == "other" else "")
    why = f"{outcome}: {words}" if words else outcome
    asked.tools.desk.close(asked.case.id, by=asked.me, why=why, now=asked.now)
    return outcome


def _open(asked: Request) -> str:
    why = asked.why(needed="Say why you want to talk to this patient.")
    asked.tools.desk.open_for(asked.conversation_id, by=asked.me, why=why, now=asked.now)
    return ""


def _reopen(asked: Request) -> str:
    asked.tools.desk.reopen(asked.conversation_id, by=asked.me, why=asked.why(), now=asked.now)
    return ""


MOVES: dict[str, Callable[[Request], str]] = {
    "claim": _claim,
    "release": _release,
    "transfer": _transfer,
    "take-over": _take_over,
    "hand-back": _hand_back,
    "close": _close,
    "open": _open,
    "reopen": _reopen,
}
"""By the last word of the form's address. Each returns what the audit says beside it: never a patient's words."""
