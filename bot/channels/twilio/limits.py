"""What SMS and WhatsApp allow over Twilio, and how fast.

Neither has buttons: over Twilio they need a content template made beforehand for each text, so choices are numbered.
"""

from __future__ import annotations

from datetime import timedelta

from bot.channels.pace import Pace
from bot.channels.parts import Limits, Markup
from bot.channels.twilio.line import SMS, WHATSAPP

LONGEST = 1600
"""Of `Body`; Twilio refuses more with 21617, and cuts an SMS into segments itself."""
LONGEST_CAPTION = 1024
"""Twilio would take more, WhatsApp doesn't."""

LIMITS = {
    SMS: Limits(Markup.PLAIN, text=LONGEST),
    WHATSAPP: Limits(
        Markup.STARS, text=LONGEST, has_pictures=True, caption=LONGEST_CAPTION, window=timedelta(hours=24)
    ),
}

CHAT_S = 1.0
"""Between two messages to one patient: Twilio promises no order for what comes closer together."""
SMS_PER_SECOND = 1.0
"""A long code of the US or Canada sends one segment in a second; more waits in Twilio's queue, for hours if need be.
A toll-free number sends 3, a short code 100: raise it for those."""
WHATSAPP_PER_SECOND = 10.0
"""The least that Twilio gives a WhatsApp sender."""


def pace_of(name: str) -> Pace:
    return Pace(chat_s=CHAT_S, per_second=WHATSAPP_PER_SECOND if name == WHATSAPP else SMS_PER_SECOND)
