"""From questions to answers: which cards, what goes with them, and what the talk is about from then on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Question, beside, offered, say, topic_of
from bot.retrieval.asked import Asked
from bot.retrieval.library import Library
from bot.retrieval.render import PERSON, QUESTIONS, answer_envelopes, topic_button
from bot.types import Envelope
from bot.vocabulary import ANYWHERE, AREA_OF_TOPIC, CONCERN_OF_AREA
from bot.wiring import Content, content

AREA = "area"
CONCERN = "concern"
COST = "cost"
START = "start_candidacy"

About = dict[str, str | None]
"""The `area` and `concern` of a talk, None where it has none."""


def cards_of(library: Library, questions: Sequence[Question], tracker: Tracker) -> list[Asked]:
    """The card of each question, each once and with the areas that it was asked for.

    A question that names no area is about the one before it.
    """
    found: dict[str, Asked] = {}
    area = tracker.get_slot(AREA)
    for question in questions:
        area = question.area or area
        card = library.find(question.topic, area)
        if card is not None:
            found[card.id] = found.get(card.id, Asked(card)).naming(area)
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


def answers_to(words: Content, cards: Sequence[Asked]) -> list[Envelope]:
    """The answer of each card that may be said; for the others, that the clinician knows."""
    signed = [asked for asked in cards if words.may_say(asked.card)]
    envelopes = answer_envelopes(words.library, signed, words.values)
    answers = [with_chart(words, asked, envelope) for asked, envelope in zip(signed, envelopes, strict=True)]
    unsigned = tuple(asked.card.topic for asked in cards if asked not in signed)
    return answers + ([words.replies["ask_clinician"].envelope(words.values, topics=unsigned)] if unsigned else [])


def say_answers_beside(
    dispatcher: CollectingDispatcher, tracker: Tracker, *, with_offered: bool = False
) -> list[EventType]:
    """Answer the questions that a message asks beside what it wants else, which is then said last."""
    words, questions = content(), beside(tracker)
    if with_offered:
        questions += [Question(topic, None) for intent in offered(tracker) if (topic := topic_of(intent))]
    if not questions:
        return []
    answers = answers_to(words, cards_of(words.library, questions, tracker))
    return say_about(dispatcher, tracker, answers, about(questions, tracker))


def with_offers(envelope: Envelope, tracker: Tracker) -> Envelope:
    """`envelope`, with a button for each thing that the message asks as well; the offer of a person stays last."""
    words, known = content(), {button.payload for button in envelope.buttons}
    cards = [words.library.find(topic_of(intent) or "") for intent in offered(tracker)]
    found = [topic_button(card) for card in cards if card is not None and words.may_say(card)]
    found += [QUESTIONS] if START in offered(tracker) else []
    new = tuple(button for button in found if button.payload not in known)
    person = str(PERSON.payload)
    end = [place for place, button in enumerate(envelope.buttons) if (button.payload or "").startswith(person)]
    at = end[0] if end else len(envelope.buttons)
    return envelope.with_buttons((*envelope.buttons[:at], *new, *envelope.buttons[at:]))


def with_chart(words: Content, asked: Asked, envelope: Envelope) -> Envelope:
    """`envelope`, with what a full course costs as a picture if it is about the cost."""
    chart = words.cost_chart(asked) if asked.card.topic == COST else None
    return envelope if chart is None else replace(envelope, media=(chart,))


def say_about(
    dispatcher: CollectingDispatcher, tracker: Tracker, envelopes: Sequence[Envelope], now: About
) -> list[EventType]:
    """Say them in order, each with what the talk is about `now`; the slots that change by it."""
    named = {name: value for name, value in now.items() if value}
    for envelope in envelopes:
        say(dispatcher, replace(envelope, about=named))
    return [SlotSet(name, value) for name, value in now.items() if value != tracker.get_slot(name)]
