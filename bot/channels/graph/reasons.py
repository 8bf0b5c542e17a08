"""Meta's error codes in our own terms. WhatsApp and Messenger share the space of codes.

developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes and
…/messenger-platform/error-codes. What isn't here is a refusal.
"""

from __future__ import annotations

from bot.channels.graph.shapes import as_object
from bot.channels.http import Answer
from bot.channels.reasons import (
    BAD_ANSWER,
    BAD_TEMPLATE,
    BAD_TOKEN,
    BUSY,
    CHAT_GONE,
    NO_SUCH_CHAT,
    REFUSED,
    WINDOW_OVER,
)
from bot.errors import ChatGone, DeliveryError

OUTSIDE_WINDOW = 10
"""Messenger's, always with a subcode. Without one it says that the token lacks a permission, in both apps."""
PERMISSIONS, TEMPLATES = range(200, 300), range(132_000, 133_000)
CODES = {
    **dict.fromkeys((0, 3, 102, 190, 131_005), BAD_TOKEN),
    # Limits of the app, the account, the number (130429), the pair of two numbers (131056), and Meta's own trouble.
    **dict.fromkeys((2, 4, 17, 32, 341, 613, 1200, 80_007, 130_429, 131_016, 131_048, 131_056, 131_057, 133_004), BUSY),
    131_047: WINDOW_OVER,
    # Not on WhatsApp, too old a WhatsApp, or blocked: Meta doesn't say which, so it isn't taken for a stop.
    131_026: NO_SUCH_CHAT,
    131_050: CHAT_GONE,
    551: CHAT_GONE,
}
SUBCODES = {(100, 2_018_001): NO_SUCH_CHAT, (200, 1_545_041): CHAT_GONE}


def reason(code: int, subcode: int = 0) -> str:
    """One of bot/channels/reasons.py."""
    if code == OUTSIDE_WINDOW:
        return WINDOW_OVER if subcode else BAD_TOKEN
    if found := SUBCODES.get((code, subcode)) or CODES.get(code):
        return found
    if code in PERMISSIONS:
        return BAD_TOKEN
    return BAD_TEMPLATE if code in TEMPLATES else REFUSED


def refusal(answer: Answer) -> DeliveryError:
    """The error for an answer that isn't good."""
    code = _code(answer)
    if code == CHAT_GONE:
        return ChatGone()
    is_passing = code in {BUSY, BAD_ANSWER}
    return DeliveryError(code, is_permanent=not is_passing, retry_after_s=answer.retry_after_s if is_passing else None)


def _code(answer: Answer) -> str:
    error = as_object(answer.body.get("error"))
    code, subcode = error.get("code"), error.get("error_subcode")
    found = reason(code, subcode if isinstance(subcode, int) else 0) if isinstance(code, int) else REFUSED
    if found == REFUSED and (answer.status == 429 or answer.status >= 500 or error.get("is_transient") is True):
        return BUSY
    if isinstance(code, int):
        return found
    if answer.status == 401:
        return BAD_TOKEN
    return REFUSED if answer.status >= 400 else BAD_ANSWER
