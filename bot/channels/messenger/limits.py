"""What the Messenger Platform allows."""

from __future__ import annotations

from datetime import timedelta

from bot.channels.parts import Limits, Markup

LIMITS = Limits(
    markup=Markup.PLAIN,
    text=2000,
    buttons=13,
    button_title=20,
    text_with_buttons=2000,
    has_pictures=True,
    # A picture goes alone: Messenger knows no captions.
    caption=0,
    window=timedelta(hours=24),
    staff_window=timedelta(days=7),
)
CHAT_S, PER_SECOND = 0.2, 100.0
"""Meta allows a page some 300 a second; nothing is documented for one chat."""
