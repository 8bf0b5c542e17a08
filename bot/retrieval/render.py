"""From a card to the message that a patient reads."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.retrieval.asked import Asked
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
HOW_SURE = "**How sure are we?**"
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def answer_envelope(
    library: Library, card: Card, values: Mapping[str, str], *, areas: Sequence[str] = (), more: bool = False
) -> Envelope:
    """`card` as an answer with its sources and next steps; the longer text when `more`.

    `values` is what placeholders stand for (`bot.clinic.placeholders`), `areas` what the question names.
    """
    asked = Asked(card, tuple(areas))
    return Envelope(
        kind=Kind.ANSWER,
        text=_said(library, asked, values, long_answer(library, asked) if more else short_answer(library, asked)),
        topics=(card.topic,),
        card_ids=(card.id,),
        sources=library.sources_of(card),
        buttons=tuple(_buttons(library, asked, more=more)),
        reviewed=card.is_in_force(dt.date.today()),
    )


def answer_envelopes(
    library: Library, questions: Sequence[Asked], values: Mapping[str, str], *, titled: bool = False
) -> Iterator[Envelope]:
    """Several questions of one message: an answer to each, in order.

    What one answer has said, a later one leaves out, and only the last one leads on, to topics not answered yet.
    With `titled`, each is whole and stands under its card's title, for readers who want one of them alone.
    """
    said: set[str] = set()
    answered = {f"/ask_{asked.card.topic}" for asked in questions}
    for place, asked in enumerate(questions, start=1):
        title, answer = asked.card.title, short_answer(library, asked)
        envelope = answer_envelope(library, asked.card, values, areas=asked.named)
        short = _said(library, asked, values, _without(answer, said), said)
        text = f"**{title}**\n\n{envelope.text}" if titled else short
        said.update([*_sentences(answer), library.offer.note(asked)])
        more, *leads = [button for button in envelope.buttons if button.payload not in answered]
        # Side by side, "Tell me more" would not say of what.
        named = more if len(questions) == 1 else replace(more, title=f"More: {title}")
        yield replace(envelope, text=text, buttons=(named, *(leads if place == len(questions) else ())))


def short_answer(library: Library, asked: Asked) -> str:
    """The answer of the card, or the one for clinics that have a price of their own for it."""
    own = asked.card.own
    return own if own is not None and library.offer.has_price(asked) else asked.card.answer


def long_answer(library: Library, asked: Asked) -> str:
    """The longer text of the card with how sure we are, likewise."""
    card = asked.card
    if card.own_more is not None and library.offer.has_price(asked):
        return f"{card.own_more}\n\n{HOW_SURE} {card.own_note}"
    return f"{card.more}\n\n{HOW_SURE} {card.evidence.note}"


def topic_button(card: Card) -> Button:
    """Asks the card's topic. Show it with a topic's general card: its title speaks for the whole topic."""
    return Button(card.title, payload=f"/ask_{card.topic}")


def _said(
    library: Library, asked: Asked, values: Mapping[str, str], text: str, told: Collection[str] = frozenset()
) -> str:
    """`text` with its gaps filled, and the word that the clinic doesn't offer what it is about, unless it is `told`."""
    filled = fill(text, {**values, **library.offer.values(asked)}).strip()
    note = library.offer.note(asked)
    if not note or note in filled or note in told:
        return filled
    return f"{filled} {note}" if "\n" not in filled else f"{filled}\n\n{note}"


def _without(answer: str, said: set[str]) -> str:
    """`answer` without sentences in `said`; the first stays, it is the answer, and whom to call is said each time."""
    first, *others = _sentences(answer)
    kept = [other for other in others if other not in said or "{" in other]
    return answer if kept == others else " ".join([first, *kept])


def _sentences(text: str) -> list[str]:
    return SENTENCE_END.split(text)


def _buttons(library: Library, asked: Asked, *, more: bool) -> Iterator[Button]:
    card = asked.card
    if not more:
        about = {"card": card.id} | ({"area": asked.areas[0]} if asked.named and len(asked.areas) == 1 else {})
        yield Button("Tell me more", payload=f"/ask_more{json.dumps(about)}")
    following = [found for topic in card.next if (found := library.find(topic))]
    yield from map(topic_button, following[:NEXT_BUTTONS])
    if card.topic in LEADING_TO_QUESTIONS:
        yield QUESTIONS
    yield PERSON
