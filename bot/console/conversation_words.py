"""Plain words for what is stored as codes: on a conversation's page, in print and in files."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.vocabulary import Reason, State

REASONS: dict[str, str] = {
    Reason.ASKED.value: "Asked for a person",
    Reason.RED_FLAG.value: "Red flag",
    Reason.NOT_UNDERSTOOD.value: "Not understood twice",
    Reason.QUESTIONNAIRE.value: "Questionnaire result sent",
    Reason.ADVICE_DECLINED.value: "Asked for advice that the bot may not give",
    Reason.STAFF.value: "Opened by a colleague",
}
STATES: dict[str, str] = {
    State.BOT.value: "with the bot",
    State.WAITING.value: "waiting",
    State.HUMAN.value: "with staff",
    State.CLOSED.value: "closed",
}
LEVELS: dict[str, str] = {
    "emergency": "Emergency",
    "urgent": "Urgent, today",
    "crisis": "Crisis",
    "minor": "Under age",
}
ACTS: dict[str, str] = {
    "open": "Opened",
    "raise": "Asked again",
    "claim": "Claimed",
    "release": "Released",
    "transfer": "Transferred",
    "take_over": "Taken over",
    "hand_back": "Handed back to the bot",
    "withdraw": "Withdrawn by the patient",
    "close": "Closed",
    "remind": "Reminded",
    "escalate": "Escalated",
    "reopen": "Reopened",
}
CONTACT_WAYS: dict[str, str] = {"phone": "Phone", "email": "E-mail", "chat": "This chat"}
OUTCOMES: tuple[tuple[str, str], ...] = (
    ("booked", "Booked"),
    ("answered", "Answered"),
    ("referred", "Referred"),
    ("no_answer_needed", "No answer needed"),
    ("other", "Other"),
)
"""How a conversation may be closed. `other` needs words beside it."""

DONE: dict[str, str] = {
    "claim": "The conversation is yours. The bot is silent until you hand it back.",
    "release": "Released. It waits in the queue again.",
    "transfer": "Transferred.",
    "take-over": "You have taken this conversation over.",
    "hand-back": "Handed back to the bot.",
    "close": "Closed.",
    "reopen": "Reopened. The conversation is yours.",
    "open": "The conversation is yours. The bot is silent until you hand it back.",
    "reply": "Sent.",
    "note": "Private note saved.",
    "tag": "Tags changed.",
    "wrong": "Marked as wrong. It is in the list of missed questions.",
}
"""What the page says after a form was sent, by the word in the address: an address can't put other words there."""


def named(words: dict[str, str], code: str) -> str:
    """The plain word for a code, or the code itself without underscores."""
    return words.get(code) or code.replace("_", " ").capitalize()


def waited(since: datetime, now: datetime) -> str:
    """`14 min`, `2 h 5 min` or `3 days`."""
    minutes = max(0, int((now - since).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // (24 * 60)} days"


class Clock:
    """Times as the clinic's own clock shows them."""

    def __init__(self, zone: ZoneInfo, now: datetime) -> None:
        self._zone = zone
        self.now = now

    def day(self, at: datetime) -> str:
        """`Fri 21 Nov`, with the year when it isn't this one."""
        local = at.astimezone(self._zone)
        year = "" if local.year == self.now.astimezone(self._zone).year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}"

    def hour(self, at: datetime) -> Markup:
        return self._time(at, f"{at.astimezone(self._zone):%H:%M}")

    def full(self, at: datetime) -> Markup:
        """Day and hour."""
        return self._time(at, f"{self.day(at)}, {at.astimezone(self._zone):%H:%M}")

    def _time(self, at: datetime, shown: str) -> Markup:
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), shown)
