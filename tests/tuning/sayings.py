"""A few things said, for both processes."""

from __future__ import annotations

TEXTS = ("does it hurt", "When can I be seen in public again, my face will be swollen I guess?", "price")
HURT = ("does it hurt", "is it sore", "will I scream", "ouch?", "how bad is the sting", "painful or not")
PRICE = ("what does it cost", "price", "how much", "is it dear", "what do you charge", "euros for one")
