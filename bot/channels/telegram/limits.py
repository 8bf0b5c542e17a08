"""What Telegram allows in one message."""

from __future__ import annotations

from bot.channels.parts import Limits, Markup

LIMITS = Limits(
    markup=Markup.HTML,
    text=4096,
    # One in each row. Telegram documents no length for titles; longer ones are cut on a phone's screen.
    buttons=100,
    button_title=60,
    text_with_buttons=4096,
    has_pictures=True,
    caption=1024,
)
