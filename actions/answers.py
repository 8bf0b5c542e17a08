"""From questions to answers: which cards, what goes with them, and what the talk is about from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Question, say
from bot.retrieval.card import Card
from bot.retrieval.library import Library
from bot.types import Envelope
from bot.vocabulary import ANYWHERE, AREA_OF_TOPIC, CONCERN_OF_AREA
from bot.wiring import Content

AREA = "area"
CONCERN = "concern"
COST = "cost"

About = dict[str, str | None]
"""The `area` and `concern` of a talk, None where it has none."""


def cards_of(library: Library, questions: Sequence[Question], tracker: Tracker) -> list[Card]:
    """The card of each question, each once. A question that names no area is about the one before it."""
    found: dict[str, Card] = {}
    area = tracker.get_slot(AREA)
    for question in questions:
        area = question.area or area
        card = library.find(question.topic, area)
        if card is not None:
            found.setdefault(card.id, card)
    return list(found.values())


def about(questions: Sequence[Question], tracker: Tracker) -> About:
    """The area and concern that the talk is about from now on: the last ones named, or implied by a topic.

    A concern that belongs to another area than the one named last is none any more.
    """
    area, concern = tracker.get_slot(AREA), tracker.get_slot(CONCERN)
    for question in questions:
        area = question.area or AREA_OF_TOPIC.get(question.topic) or area
        named = question.topic if question.topic in AREA_OF_TOPIC else CONCERN_OF_AREA.get(question.area or "")
        concern = named or (concern if AREA_OF_TOPIC.get(concern or "") == area else None)
    return {AREA: None if area == ANYWHERE else area, CONCERN: concern}


def with_chart(words: Content, envelope: Envelope) -> Envelope:
    """`envelope`, with what a full course costs as a picture if it is about the cost."""
    if COST not in envelope.topics or words.cost_chart is None:
        return envelope
    return replace(envelope, media=(words.cost_chart,))


def say_about(
    dispatcher: CollectingDispatcher, tracker: Tracker, envelopes: Sequence[Envelope], now: About
) -> list[EventType]:
    """Say them in order, each with what the talk is about `now`; the slots that change by it."""
    named = {name: value for name, value in now.items() if value}
    for envelope in envelopes:
        say(dispatcher, replace(envelope, about=named))
    return [SlotSet(name, value) for name, value in now.items() if value != tracker.get_slot(name)]
