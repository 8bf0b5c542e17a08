"""Twilio's error codes (twilio.com/docs/api/errors) in our own terms."""

from __future__ import annotations

from bot.channels.http import Answer
from bot.channels.reasons import (
    BAD_TEMPLATE,
    BAD_TOKEN,
    BUSY,
    CHAT_GONE,
    NO_SUCH_CHAT,
    PASSING,
    REFUSED,
    WINDOW_OVER,
)
from bot.errors import ChatGone, DeliveryError

STOPPED = 21610
"""The patient has texted STOP to this number."""

CODES = {
    STOPPED: CHAT_GONE,
    # Wrong token, or one without this right.
    20003: BAD_TOKEN,
    # Too many requests; 30 messages in 30 seconds to one number; a full queue, of the number, the account or the
    # campaign; WhatsApp's own rate, of the number and of the day.
    **dict.fromkeys((20429, 14107, 21611, 30001, 30022, 63018, 63038), BUSY),
    # Not a number; not a mobile; a landline; unknown to its carrier; not in WhatsApp.
    **dict.fromkeys((21211, 21614, 21635, 30005, 30006, 63003, 63024), NO_SUCH_CHAT),
    63016: WINDOW_OVER,
    # No such template; wrong variables; not in this language; too few of them; rejected, paused, disabled.
    **dict.fromkeys((21655, 21656, 63027, 63028, 63040, 63041, 63042), BAD_TEMPLATE),
}


def reason(code: object) -> str:
    """The reason for one of Twilio's codes, as a number or as digits; REFUSED for any other."""
    digits = str(code)
    return CODES.get(int(digits), REFUSED) if digits.isascii() and digits.isdigit() and len(digits) < 9 else REFUSED


def failure(answer: Answer) -> DeliveryError:
    """Why Twilio didn't take a message."""
    code = answer.body.get("code")
    found = reason(code)
    if found == CHAT_GONE:
        return ChatGone()
    if found == BUSY or answer.status in PASSING or answer.status >= 500:
        return DeliveryError(BUSY, retry_after_s=answer.retry_after_s)
    if answer.status == 401:
        found = BAD_TOKEN
    return DeliveryError(found, is_permanent=True)
