"""A question about a topic, or several: the card for each, or the honest word that there is none yet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import ActionClarify
from actions.turn import Question, is_follow_up, last_card_ids, questions_of, say, text_of
from bot.retrieval.card import Card
from bot.retrieval.library import Library
from bot.retrieval.render import answer_envelopes
from bot.types import Envelope
from bot.vocabulary import ANYWHERE, AREA_OF_TOPIC, CONCERN_OF_AREA
from bot.wiring import Content, content

AREA = "area"
CONCERN = "concern"
COST = "cost"


class ActionAnswerQuestion(Action):
    def name(self) -> str:
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        if _is_figures(text_of(tracker)) and not is_follow_up(tracker):
            # A phone number, say: whatever it was taken for, it asks nothing.
            return await ActionClarify().run(dispatcher, tracker, domain)
        questions = questions_of(tracker)
        about = _about(questions, tracker)
        for envelope in _replies(content(), questions, tracker):
            say(dispatcher, replace(envelope, about={name: value for name, value in about.items() if value}))
        return [SlotSet(name, value) for name, value in about.items() if value != tracker.get_slot(name)]


def _is_figures(text: str) -> bool:
    """Whether there is a figure in `text`, and no letter."""
    return any(sign.isdigit() for sign in text) and not any(sign.isalpha() for sign in text)


def _replies(words: Content, questions: list[Question], tracker: Tracker) -> list[Envelope]:
    cards = _cards(words.library, questions, tracker.get_slot(AREA))
    if not cards:
        return [words.replies["no_card"].envelope(words.values)]
    if is_follow_up(tracker) and {card.id for card in cards} <= last_card_ids(tracker):
        # The general card, once more: it would look like an answer for that area.
        return [words.replies["same_for_area"].envelope(words.values)]
    signed = [card for card in cards if words.may_say(card)]
    answers = [_with_chart(words, envelope) for envelope in answer_envelopes(words.library, signed, words.values)]
    unsigned = tuple(card.topic for card in cards if card not in signed)
    asked = [words.replies["ask_clinician"].envelope(words.values, topics=unsigned)] if unsigned else []
    return answers + asked


def _with_chart(words: Content, envelope: Envelope) -> Envelope:
    if COST not in envelope.topics or words.cost_chart is None:
        return envelope
    return replace(envelope, media=(words.cost_chart,))


def _cards(library: Library, questions: list[Question], area: str | None) -> list[Card]:
    """The card of each question, each once. A question that names no area is about the one before it."""
    found: dict[str, Card] = {}
    for question in questions:
        area = question.area or area
        card = library.find(question.topic, area)
        if card is not None:
            found.setdefault(card.id, card)
    return list(found.values())


def _about(questions: list[Question], tracker: Tracker) -> dict[str, str | None]:
    """The area and concern that the talk is about from now on: the last ones named, or implied by a topic."""
    area, concern = tracker.get_slot(AREA), tracker.get_slot(CONCERN)
    for question in questions:
        area = question.area or AREA_OF_TOPIC.get(question.topic) or area
        named = question.topic if question.topic in AREA_OF_TOPIC else CONCERN_OF_AREA.get(question.area or "")
        concern = named or concern
    return {AREA: None if area == ANYWHERE else area, CONCERN: concern}
