"""A short answer is short as it is said, with the clinic's own facts in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.clinic import Clinic, load_clinic, placeholders
from bot.prices import PriceList
from bot.retrieval.asked import Asked
from bot.retrieval.card import ANSWER_WORDS, Card
from bot.retrieval.courses import load_general_prices
from bot.retrieval.library import Library
from bot.retrieval.offer import Offer
from bot.retrieval.render import answer_envelope
from bot.settings import ROOT
from bot.vocabulary import AREAS

SHIPPED = load_clinic(ROOT / "clinic.yml")
LABELS = {"skin": "Face and neck", "hair": "Hair and beard", "fat": "Belly fat", "pain": "Back and joint pain"}
NOTE_WORDS = 5
"""Of "We don't treat scars here.": on a card that isn't about one treatment it may come on top."""


def six(*treatments: str) -> Clinic:
    """A clinic with a price list of six lines, some without a number of sessions."""
    kinds: list[dict[str, Any]] = [
        {
            "treatment": treatment,
            "label": f"{LABELS.get(treatment, treatment.capitalize())} {number}",
            "per_session": {"from": 100 * number, "to": 200 * number},
            "sessions": {"from": 3, "to": 6} if number % 2 else None,
        }
        for number, treatment in enumerate(treatments, start=1)
    ]
    prices = PriceList(currency="EUR", as_of=dt.date(2026, 11, 21), items=kinds)
    return SHIPPED.copy(update={"prices": prices, "treatments": sorted(set(treatments))})


CLINICS = {
    "shipped": SHIPPED,
    "six treatments": six("skin", "hair", "fat", "cellulite", "scars", "pain"),
    "six prices for skin": six(*["skin"] * 6),
    "six prices for pain and fat": six(*["pain", "fat"] * 3),
    "no prices": SHIPPED.copy(update={"prices": None}),
}


def questions(library: Library) -> list[tuple[Card, tuple[str, ...]]]:
    """Every topic in general and for every area, with the card that answers."""
    found = [(topic, area) for topic in library.topics() for area in (None, *AREAS)]
    return [(card, (area,) if area else ()) for topic, area in found if (card := library.find(topic, area))]


@pytest.mark.parametrize("clinic", CLINICS.values(), ids=CLINICS)
def test_no_short_answer_is_long_when_it_is_said(library: Library, clinic: Clinic) -> None:
    full = replace(library, offer=Offer(clinic, load_general_prices(ROOT / "knowledge")))
    values = placeholders(clinic)
    long = {}
    for card, areas in questions(full):
        text = answer_envelope(full, card, values, areas=areas).text
        words = len(text.replace(full.offer.note(Asked(card, areas)), "").split())
        if words > ANSWER_WORDS or len(text.split()) > ANSWER_WORDS + NOTE_WORDS:
            long[f"{card.id} {areas}"] = text
    assert long == {}


@pytest.mark.parametrize("clinic", CLINICS.values(), ids=CLINICS)
@pytest.mark.parametrize("topic", ["cost", "booking_hours_location"])
def test_what_is_made_of_the_clinics_facts_is_short_with_the_note_too(
    library: Library, clinic: Clinic, topic: str
) -> None:
    full = replace(library, offer=Offer(clinic, load_general_prices(ROOT / "knowledge")))
    for card, areas in questions(full):
        text = answer_envelope(full, card, placeholders(clinic), areas=areas).text
        assert card.topic != topic or len(text.split()) <= ANSWER_WORDS, text


@pytest.mark.parametrize("card_id", ["effectiveness_evidence.body_fat", "session_spacing.body_fat"])
def test_what_the_shipped_clinic_does_not_offer_is_said_within_the_limit(library: Library, card_id: str) -> None:
    full = replace(library, offer=Offer(SHIPPED))
    text = answer_envelope(full, full.get(card_id), placeholders(SHIPPED), areas=("body_fat",)).text
    assert text.endswith(" We don't offer this here.")
    assert len(text.split()) <= ANSWER_WORDS
