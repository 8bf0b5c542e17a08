"""The state of the knowledge base: what nobody has signed, what is due again, and what no card says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from bot.retrieval.card import Card
from bot.retrieval.facts import Facts, misuses, uncovered
from bot.retrieval.library import Library
from bot.vocabulary import TOPICS


def report(library: Library, facts: Facts, day: dt.date) -> Iterator[str]:
    """The report as lines. `day` decides what has expired."""
    cards = list(library.cards.values())
    yield from _section("Unsigned cards", (card.id for card in cards if card.review.status == "unreviewed"))
    yield from _section("Changed since they were signed", map(_signature, filter(_is_stale, cards)))
    expired = [card for card in cards if card.is_reviewed and not card.is_in_force(day)]
    yield from _section("Expired signatures", map(_signature, expired))
    yield from _section("Topics without a card", (topic for topic in TOPICS if topic not in library.topics()))
    yield from _section("Facts that no card covers", (f"{one} {facts.about(one)}" for one in uncovered(facts, library)))
    yield from _section("Facts said in a way that they may not be", misuses(facts, library))
    unread = [source.id for source in library.references.values() if source.url and source.read_on is None]
    yield from _section("Addresses that nobody has opened again (add `read_on` when you have)", unread)
    in_force = sum(card.is_in_force(day) for card in cards)
    yield f"{in_force} of {len(cards)} cards carry a signature that holds on {day}."


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    yield f"{title}: {len(found) or 'none'}"
    yield from (f"  {line}" for line in found)
    yield ""


def _is_stale(card: Card) -> bool:
    return card.review.status == "signed" and not card.is_reviewed


def _signature(card: Card) -> str:
    return f"{card.id}: {card.review.signed_by}, {card.review.signed_on}, due {card.review.due_on}"
