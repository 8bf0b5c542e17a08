"""What each app allows, by its name."""

from __future__ import annotations

from bot.channels.messenger.limits import LIMITS as MESSENGER
from bot.channels.telegram.limits import LIMITS as TELEGRAM
from bot.channels.twilio.limits import LIMITS as TWILIO
from bot.channels.whatsapp.limits import LIMITS as WHATSAPP

SMS, TWILIO_WHATSAPP = TWILIO["sms"], TWILIO["twilio_whatsapp"]
APPS = {
    "telegram": TELEGRAM,
    "whatsapp": WHATSAPP,
    "messenger": MESSENGER,
    "sms": SMS,
    "twilio_whatsapp": TWILIO_WHATSAPP,
}
