"""What the clinic's own facts add to an answer: its price for just that, or that it doesn't offer it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clinic import NOT_HERE, Clinic, offers, price_text, prices_for
from bot.retrieval.card import Card
from bot.retrieval.courses import Courses, GeneralPrices, courses, total_text


@dataclass(frozen=True)
class Offer:
    """The facts of one clinic; without a clinic nothing is added."""

    clinic: Clinic | None = None
    general: GeneralPrices | None = None

    def has_price(self, card: Card) -> bool:
        """Whether the clinic has set a price for what `card` is about; for any treatment, where it is about all."""
        return self.clinic is not None and bool(prices_for(self.clinic, card.treatments, card.areas))

    def values(self, card: Card) -> dict[str, str]:
        """The placeholders that mean something else on each card."""
        if self.clinic is None or self.general is None:
            return {}
        found = courses(self.clinic, self.general, card.treatments, card.areas)
        return {
            "price_list": price_text(self.clinic, card.treatments, card.areas),
            "course_total": total_text(found, self.general),
        }

    def note(self, card: Card) -> str:
        """That the clinic doesn't offer what `card` is about; nothing when it does or doesn't say."""
        is_missing = self.clinic is not None and card.treatments and offers(self.clinic, card.treatments) is False
        return NOT_HERE if is_missing else ""

    def courses(self) -> Courses | None:
        """What courses cost here, or in general where the clinic has set no price."""
        if self.clinic is None or self.general is None:
            return None
        return courses(self.clinic, self.general)
