"""What a patient's few words to an app mean, wherever they are in the talk: yes, no, stop, start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from bot.channels.events import Inbound, What
from bot.conversation.rights_words import yes_or_no

AGREE, DECLINE = "consent-yes", "consent-no"
"""Ids of the two buttons below the question whether to begin. They are the same for everybody, and nobody's yet."""
STOP_WORDS = frozenset({"stop", "stopall", "stop all", "unsubscribe"})
SMS_STOP_WORDS = STOP_WORDS | {"cancel", "end", "quit"}
"""Where phone companies take these too; in a chat they may mean something else."""
START_WORDS = frozenset({"start", "unstop"})
"""An SMS "yes" is as good after a stop: phone companies take it so."""
PLAIN: Mapping[str, bool] = {"1": True, "2": False, "agree": True, "i agree": True, "yes i agree": True}
"""Answers to the question whether to begin, beside every plain yes and no."""
PUNCTUATION = re.compile(r"[^\w\s]")


def without_words(event: Inbound) -> Inbound:
    """What may be stored of an event before its patient has agreed: that there was one, and a plain yes, no or stop."""
    is_plain = _plain(event.text) in SMS_STOP_WORDS | START_WORDS or answer(event) is not None
    return event if is_plain else replace(event, text="")


def is_stop(channel: str, text: str) -> bool:
    """Whether it is one of the words by which messages are ended there, and nothing else."""
    return _plain(text) in (SMS_STOP_WORDS if channel == "sms" else STOP_WORDS)


def is_start(event: Inbound) -> bool:
    """Whether the patient wants to begin, and says nothing else."""
    return event.what is What.START or _plain(event.text) in START_WORDS


def lifts_stop(channel: str, event: Inbound) -> bool:
    """Whether it ends a stop of before: no machine says START, and none presses a button."""
    is_yes = channel == "sms" and _plain(event.text) == "yes"
    return is_start(event) or is_yes or event.what is What.BUTTON


def answer(event: Inbound) -> bool | None:
    """Yes or no to the question whether to begin; None for anything else."""
    if event.button in {AGREE, DECLINE}:
        return event.button == AGREE
    if event.what is not What.TEXT:
        return None
    return PLAIN.get(_plain(event.text), yes_or_no(event.text))


def _plain(text: str) -> str:
    return " ".join(PUNCTUATION.sub(" ", text).lower().split())
