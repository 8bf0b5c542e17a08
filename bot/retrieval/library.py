"""All cards of one clinic, loaded and checked together, and the one that fits a question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bot.errors import DocumentError
from bot.retrieval.card import Card
from bot.retrieval.offer import Offer
from bot.retrieval.sources import Reference, load_sources
from bot.retrieval.text import load_folder
from bot.types import Source
from bot.vocabulary import TOPICS

Shelf = tuple[str, str | None]
"""A topic, and an area or None for the topic's general card."""


@dataclass(frozen=True)
class Library:
    """Cards by id and by shelf. Build it with `load_library`, which checks that the parts fit together."""

    cards: Mapping[str, Card]
    references: Mapping[str, Reference]
    shelves: Mapping[Shelf, Card]
    offer: Offer = field(default_factory=Offer)

    def get(self, card_id: str) -> Card:
        """The card of that id. Raises KeyError when there is none (an old button may still name it)."""
        return self.cards[card_id]

    def find(self, topic: str, area: str | None = None) -> Card | None:
        """The card for `topic` in `area`, else the topic's general card, else None."""
        return self.shelves.get((topic, area)) or self.shelves.get((topic, None))

    def topics(self) -> tuple[str, ...]:
        """The topics that have a card, in the order of the vocabulary."""
        return tuple(topic for topic in TOPICS if (topic, None) in self.shelves)

    def sources_of(self, card: Card) -> tuple[Source, ...]:
        """What `card` cites, as the patient sees it."""
        return tuple(self.references[source_id].shown for source_id in card.sources)


def load_library(knowledge_dir: Path, names: Collection[str]) -> Library:
    """Read `sources.yml` and every card below `cards/`; `names` are the placeholders that texts may use.

    Raises DocumentError with one sentence for each thing wrong in any file: file, field and mend.
    """
    references = load_sources(knowledge_dir / "sources.yml")
    cards, wrong = load_folder(knowledge_dir / "cards", Card, partial(_card_problems, references), names)
    # How cards fit together can be told only once each of them is right.
    wrong = wrong or [*_shelf_problems(cards)]
    if wrong:
        raise DocumentError("\n".join(wrong))
    shelves = {shelf: card for card in cards.values() for shelf in _shelves(card)}
    return Library({card.id: card for card in cards.values()}, references, shelves)


def _card_problems(references: Mapping[str, Reference], path: Path, card: Card) -> Iterator[str]:
    if path.parent.name != card.topic or card.id != f"{card.topic}.{path.stem}":
        yield (
            f"field `id`: {card.id!r} with topic {card.topic!r} stands in {path.parent.name}/{path.name};"
            " folder, file, `topic` and `id` must agree, like cards/pain/general.yml, pain and pain.general"
        )
    for source_id in card.sources:
        if source_id not in references:
            yield f"field `sources`: {source_id!r} is not in sources.yml; add it there or correct its spelling"


def _shelf_problems(cards: Mapping[Path, Card]) -> Iterator[str]:
    """Problems between cards: an id or a place twice, a topic with nothing to fall back on."""
    ids: dict[str, Path] = {}
    shelves: dict[Shelf, Path] = {}
    for path, card in cards.items():
        if card.id in ids:
            yield f"{path}: field `id`: {card.id!r} is also the id of {ids[card.id]}; give one of them another."
        ids.setdefault(card.id, path)
        for shelf in _shelves(card):
            if shelf in shelves:
                place = f"{shelf[0]} in {shelf[1]}" if shelf[1] else f"{shelf[0]} in general"
                yield f"{path}: field `areas`: {shelves[shelf]} answers {place} too; keep one of them."
            shelves.setdefault(shelf, path)
    for topic in sorted({topic for topic, _ in shelves} - {topic for topic, area in shelves if area is None}):
        path = next(path for shelf, path in shelves.items() if shelf[0] == topic)
        yield f"{path}: field `areas`: {topic!r} has cards for areas only; add a general card (one without `areas`)."


def _shelves(card: Card) -> list[Shelf]:
    return [(card.topic, area) for area in card.areas or (None,)]
