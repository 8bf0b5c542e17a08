"""From a card to the message that a patient reads."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

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
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def answer_envelope(library: Library, card: Card, values: Mapping[str, str], *, more: bool = False) -> Envelope:
    """`card` as an answer with its sources and next steps; the longer text when `more`.

    `values` is what placeholders stand for (`bot.clinic.placeholders`).
    """
    long = f"{card.more}\n\n**How sure are we?** {card.evidence.note}"
    return Envelope(
        kind=Kind.ANSWER,
        text=_said(library, card, values, long if more else short_answer(library, card)),
        topics=(card.topic,),
        card_ids=(card.id,),
        sources=library.sources_of(card),
        buttons=tuple(_buttons(library, card, more=more)),
        reviewed=card.is_in_force(dt.date.today()),
    )


def answer_envelopes(
    library: Library, cards: Sequence[Card], values: Mapping[str, str], *, titled: bool = False
) -> Iterator[Envelope]:
    """Several questions of one message: an answer to each, in order.

    What one answer has said, a later one leaves out, and only the last one leads on, to topics not answered yet.
    With `titled`, each is whole and stands under its card's title, for readers who want one of them alone.
    """
    said: set[str] = set()
    answered = {f"/ask_{card.topic}" for card in cards}
    for place, card in enumerate(cards, start=1):
        envelope = answer_envelope(library, card, values)
        answer = short_answer(library, card)
        text = (
            f"**{card.title}**\n\n{envelope.text}" if titled else _said(library, card, values, _without(answer, said))
        )
        said.update(_sentences(answer))
        more, *leads = [button for button in envelope.buttons if button.payload not in answered]
        # Side by side, "Tell me more" would not say of what.
        named = more if len(cards) == 1 else replace(more, title=f"More: {card.title}")
        yield replace(envelope, text=text, buttons=(named, *(leads if place == len(cards) else ())))


def short_answer(library: Library, card: Card) -> str:
    """The answer of `card`, or the one for clinics that have a price of their own for it."""
    return card.own if card.own is not None and library.offer.has_price(card) else card.answer


def topic_button(card: Card) -> Button:
    """Asks the card's topic. Show it with a topic's general card: its title speaks for the whole topic."""
    return Button(card.title, payload=f"/ask_{card.topic}")


def _said(library: Library, card: Card, values: Mapping[str, str], text: str) -> str:
    """`text` with its gaps filled, and the word that the clinic doesn't offer what it is about, if so."""
    filled = fill(text, {**values, **library.offer.values(card)}).strip()
    note = "" if "{price_list}" in text else library.offer.note(card)
    return f"{filled} {note}".strip() if "\n" not in filled else f"{filled}\n\n{note}".strip()


def _without(answer: str, said: set[str]) -> str:
    """`answer` without sentences in `said`; the first stays, it is the answer, and whom to call is said each time."""
    first, *others = _sentences(answer)
    kept = [other for other in others if other not in said or "{" in other]
    return answer if kept == others else " ".join([first, *kept])


def _sentences(text: str) -> list[str]:
    return SENTENCE_END.split(text)


def _buttons(library: Library, card: Card, *, more: bool) -> Iterator[Button]:
    if not more:
        yield Button("Tell me more", payload=f"/ask_more{json.dumps({'card': card.id})}")
    following = [found for topic in card.next if (found := library.find(topic))]
    yield from map(topic_button, following[:NEXT_BUTTONS])
    if card.topic in LEADING_TO_QUESTIONS:
        yield QUESTIONS
    yield PERSON
