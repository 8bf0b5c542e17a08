"""What a patient asked: the card that answers it, and the areas that it was asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.retrieval.card import Card
from bot.vocabulary import AREA_OF_TOPIC, AREAS, TREATMENT_OF_AREA


@dataclass(frozen=True)
class Asked:
    """A card in answer to a question. A general card answers for every area that has no closer one."""

    card: Card
    named: tuple[str, ...] = ()
    """What the question names, or the talk before it."""

    @property
    def areas(self) -> tuple[str, ...]:
        """The areas named that the card holds for; all of its own where none was."""
        return tuple(area for area in self.named if area in (self.card.areas or AREAS)) or tuple(self.card.areas)

    @property
    def treatments(self) -> tuple[str, ...]:
        """What a clinic would have to offer for the answer to concern it; none where it holds for all.

        A topic that is itself about one treatment decides: fat under the chin is fat, not skin.
        """
        area = AREA_OF_TOPIC.get(self.card.topic)
        return tuple(dict.fromkeys(TREATMENT_OF_AREA[one] for one in ((area,) if area else self.areas)))

    def naming(self, area: str | None) -> Asked:
        """The same card, asked for `area` too."""
        return self if area is None or area in self.named else replace(self, named=(*self.named, area))
