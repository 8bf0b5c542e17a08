"""Which of a patient's messages are about going from staff back to the bot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.types import WayBack
from bot.vocabulary import BACK_TO_BOT


@dataclass(frozen=True)
class WaysBack:
    """How a patient gets back to the bot: `pressed` by the button; words that `is_wish` takes for it are `asked`."""

    is_wish: Callable[[str], bool]
    pressed: WayBack
    asked: WayBack

    def of(self, text: str, payload: str | None) -> WayBack | None:
        """The way that a message is, typed or pressed; None for all others."""
        if payload == BACK_TO_BOT:
            return self.pressed
        return self.asked if payload is None and self.is_wish(text) else None
