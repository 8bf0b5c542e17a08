"""What the five apps allow, as the layout meets it."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.parts import Limits, Markup

DAY = timedelta(hours=24)

TELEGRAM = Limits(
    Markup.HTML,
    4096,
    buttons=100,
    button_title=60,
    text_with_buttons=4096,
    has_pictures=True,
    caption=1024,
)
WHATSAPP = Limits(
    Markup.STARS,
    4096,
    buttons=3,
    button_title=20,
    text_with_buttons=1024,
    rows=10,
    row_title=24,
    row_description=72,
    text_with_rows=1024,
    has_pictures=True,
    caption=1024,
    window=DAY,
)
MESSENGER = Limits(
    Markup.PLAIN,
    2000,
    buttons=13,
    button_title=20,
    text_with_buttons=2000,
    has_pictures=True,
    window=DAY,
    staff_window=timedelta(days=7),
)
SMS = Limits(Markup.PLAIN, 1600)
TWILIO_WHATSAPP = Limits(Markup.STARS, 1600, has_pictures=True, caption=1600, window=DAY)

APPS = {
    "telegram": TELEGRAM,
    "whatsapp": WHATSAPP,
    "messenger": MESSENGER,
    "sms": SMS,
    "twilio_whatsapp": TWILIO_WHATSAPP,
}
