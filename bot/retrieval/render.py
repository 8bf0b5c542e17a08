"""From a card to the message that a patient reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from bot.retrieval.card import Card
from bot.retrieval.library import Library
from bot.retrieval.placeholders import fill
from bot.types import Button, Envelope
from bot.vocabulary import Kind

NEXT_BUTTONS = 2
LEADING_TO_QUESTIONS = frozenset(
    {
        "candidacy",
        "contraindications",
        "pregnancy_breastfeeding",
        "medications_blood_thinners",
        "medical_conditions",
        "allergies",
    }
)
"""Topics after whose answer the questionnaire is offered."""
QUESTIONS = Button("Go through the questions", payload="/start_candidacy")
PERSON = Button("Talk to a person", payload="/request_handoff")


def answer_envelope(library: Library, card: Card, values: Mapping[str, str], *, more: bool = False) -> Envelope:
    """`card` as an answer with its sources and next steps; the longer text when `more`.

    `values` is what placeholders stand for (`bot.clinic.placeholders`).
    """
    text = f"{card.more}\n\n**How sure are we?** {card.evidence.note}" if more else card.answer
    return Envelope(
        kind=Kind.ANSWER,
        text=fill(text, values),
        topics=(card.topic,),
        card_ids=(card.id,),
        sources=library.sources_of(card),
        buttons=tuple(_buttons(library, card, more=more)),
        reviewed=card.is_reviewed,
    )


def topic_button(card: Card) -> Button:
    """Asks the card's topic. Show it with a topic's general card: its title speaks for the whole topic."""
    return Button(card.title, payload=f"/ask_{card.topic}")


def _buttons(library: Library, card: Card, *, more: bool) -> Iterator[Button]:
    if not more:
        yield Button("Tell me more", payload=f"/ask_more{json.dumps({'card': card.id})}")
    following = [found for topic in card.next if (found := library.find(topic))]
    yield from map(topic_button, following[:NEXT_BUTTONS])
    if card.topic in LEADING_TO_QUESTIONS:
        yield QUESTIONS
    yield PERSON
