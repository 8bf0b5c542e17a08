"""The list of everything that the source documents say, and how each of it may be said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from bot.documents import NoBlanks, load_document
from bot.retrieval.card import Card
from bot.retrieval.library import Library

NEVER_SAID = "omit"


class Fact(NoBlanks):
    """One statement of the source documents. `heed` are the rows that its wording has to respect."""

    id: str = Field(..., regex=r"^F\d{3}$")
    tag: Literal["ok", "hedge", "no", "not_now", "review", "omit"]
    about: str
    heed: list[str] = Field([])


class Row(NoBlanks):
    """A conflict between sources (C) or a limit set by an authority (L)."""

    id: str = Field(..., regex=r"^(C\d+|L\d+[abc]?)$")
    about: str


class FactTable(NoBlanks):
    facts: list[Fact]
    conflicts: list[Row]
    limits: list[Row]


@dataclass(frozen=True)
class Facts:
    """Facts and rows by id."""

    facts: Mapping[str, Fact]
    rows: Mapping[str, Row]

    def about(self, fact_id: str) -> str:
        """What it is about, in our own few words."""
        return (self.facts.get(fact_id) or self.rows[fact_id]).about


def load_facts(knowledge_dir: Path) -> Facts:
    """Read `facts.yml`. Raises DocumentError that names each wrong field and its mend."""
    table = load_document(knowledge_dir / "facts.yml", FactTable)
    rows = [*table.conflicts, *table.limits]
    return Facts({fact.id: fact for fact in table.facts}, {row.id: row for row in rows})


def uncovered(facts: Facts, library: Library) -> list[str]:
    """The facts and rows that no card covers, in their order; what is to be said nowhere isn't missed."""
    told = {fact_id for card in library.cards.values() for fact_id in card.facts}
    wanted = [fact.id for fact in facts.facts.values() if fact.tag != NEVER_SAID]
    return [fact_id for fact_id in [*wanted, *facts.rows] if fact_id not in told]


def misuses(facts: Facts, library: Library) -> Iterator[str]:
    """One sentence for each card that names an unknown fact, or one that may not be said as it says it."""
    known = facts.facts.keys() | facts.rows.keys()
    for card in library.cards.values():
        for fact_id in card.facts:
            if fact_id not in known:
                yield f"{card.id}: field `facts`: {fact_id!r} is not in facts.yml; correct it or add it there."
            elif fact_id in facts.facts:
                yield from _misuse(facts.facts[fact_id], card)
        yield from _idle_waivers(facts, card)


def _misuse(fact: Fact, card: Card) -> Iterator[str]:
    if fact.tag == NEVER_SAID:
        yield f"{card.id}: field `facts`: {fact.id} is to be said nowhere; remove it."
        return
    missing = [row for row in fact.heed if row not in card.facts]
    if fact.tag == "no" and missing:
        yield (
            f"{card.id}: field `facts`: {fact.id} may only be corrected or warned about, and not without"
            f" {' and '.join(missing)}; say it and add it."
        )
    elif unsaid := [row for row in missing if row not in card.waived]:
        yield (
            f"{card.id}: field `facts`: {fact.id} is told without {' and '.join(unsaid)};"
            " say it and add it, or name under `waived` why it doesn't concern this card."
        )


def _idle_waivers(facts: Facts, card: Card) -> Iterator[str]:
    """What is waived although no fact of the card demands it, or although the card says it."""
    demanded = {row for fact_id in card.facts if fact_id in facts.facts for row in facts.facts[fact_id].heed}
    for row in card.waived:
        if row not in demanded or row in card.facts:
            yield f"{card.id}: field `waived`: {row} is not missing here; remove it."
