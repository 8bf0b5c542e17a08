"""What WhatsApp's Cloud API allows."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.parts import Limits, Markup

LIMITS = Limits(
    markup=Markup.STARS,
    text=4096,
    buttons=3,
    button_title=20,
    text_with_buttons=1024,
    rows=10,
    row_title=24,
    row_description=72,
    text_with_rows=1024,
    has_pictures=True,
    caption=1024,
    window=timedelta(hours=24),
)
CHAT_S, PER_SECOND = 6.0, 80.0
"""One message in six seconds to one person (error 131056), 80 in a second from one number (130429)."""
