"""What the clinic's own facts add to an answer: its price for just that, or that it doesn't offer it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.clinic import Clinic, offers, price_range_text, price_text, prices_for
from bot.retrieval.asked import Asked
from bot.retrieval.courses import Courses, GeneralPrices, courses, list_text, total_text

NOT_HERE = "We don't offer this here."
Scope = tuple[Collection[str], Collection[str]]
"""Treatments and areas; none of them stands for all."""


@dataclass(frozen=True)
class Offer:
    """The facts of one clinic; without a clinic nothing is added."""

    clinic: Clinic | None = None
    general: GeneralPrices | None = None

    def has_price(self, asked: Asked) -> bool:
        """Whether the clinic has set a price that the answer can name."""
        return self.clinic is not None and bool(prices_for(self.clinic, *_scope(self.clinic, asked)))

    def values(self, asked: Asked) -> dict[str, str]:
        """The placeholders that mean something else in each answer."""
        if self.clinic is None or self.general is None:
            return {}
        scope = _scope(self.clinic, asked)
        found = courses(self.clinic, self.general, *scope)
        return {
            "price_list": self._prices(self.clinic, asked, price_text(self.clinic, *scope)),
            "price_range": self._prices(self.clinic, asked, price_range_text(self.clinic, *scope)),
            "course_total": total_text(found),
            "course_list": list_text(found),
        }

    def note(self, asked: Asked) -> str:
        """That the clinic doesn't offer what was asked about; nothing when it does or doesn't say.

        "This" is what the whole card is about; of other cards it is said by name.
        """
        if self.clinic is None:
            return ""
        missing = [one for one in asked.treatments if offers(self.clinic, (one,)) is False]
        if missing == [*Asked(asked.card).treatments]:
            return NOT_HERE if missing else ""
        return f"We don't treat {' or '.join(missing)} here." if missing else ""

    def courses(self, asked: Asked) -> Courses | None:
        """What courses of what was asked about cost here, or in general where the clinic has set no price for it.

        None where it isn't offered, and where nobody has a price: a picture of other treatments would be no answer.
        """
        if self.clinic is None or self.general is None:
            return None
        found = courses(self.clinic, self.general, asked.treatments, asked.areas)
        return found if found.courses else None

    def _prices(self, clinic: Clinic, asked: Asked, listed: str) -> str:
        """The prices `listed` for what was asked about; where the clinic has none, that first, and then the others."""
        if not asked.treatments or prices_for(clinic, asked.treatments, asked.areas):
            return listed
        lead = self.note(asked) if offers(clinic, asked.treatments) is False else _ask_for_price(asked)
        return f"{lead} {listed}" if self.has_price(asked) else lead


def _scope(clinic: Clinic, asked: Asked) -> Scope:
    """Whose prices an answer names: of what was asked about, or of all where a general card has none for that."""
    if asked.card.areas or prices_for(clinic, asked.treatments, asked.areas):
        return asked.treatments, asked.areas
    return (), ()


def _ask_for_price(asked: Asked) -> str:
    """A card about just that needn't name it."""
    return f"Ask us for our own price{'' if asked.card.areas else ' for ' + ' and '.join(asked.treatments)}."
