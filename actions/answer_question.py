"""A question about a topic, or several: the card for each, or the honest word that there is none yet."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Question, is_follow_up, last_card_ids, questions_of, say
from bot.retrieval.card import Card
from bot.retrieval.library import Library
from bot.retrieval.render import answer_envelopes
from bot.vocabulary import AREA_OF_TOPIC
from bot.wiring import content

AREA = "area"


class ActionAnswerQuestion(Action):
    def name(self) -> str:
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        words = content()
        questions = questions_of(tracker)
        cards = _cards(words.library, questions, tracker.get_slot(AREA))
        if not cards:
            say(dispatcher, words.replies["no_card"].envelope(words.values))
        elif is_follow_up(tracker) and {card.id for card in cards} <= last_card_ids(tracker):
            # The general card, once more: it would look like an answer for that area.
            say(dispatcher, words.replies["same_for_area"].envelope(words.values))
            return _remembered(questions, tracker)
        for envelope in answer_envelopes(words.library, cards, words.values):
            say(dispatcher, envelope)
        return _remembered(questions, tracker)


def _cards(library: Library, questions: list[Question], area: str | None) -> list[Card]:
    """The card of each question, each once. A question that names no area is about the one before it."""
    found: dict[str, Card] = {}
    for question in questions:
        area = question.area or area
        card = library.find(question.topic, area)
        if card is not None:
            found.setdefault(card.id, card)
    return list(found.values())


def _remembered(questions: list[Question], tracker: Tracker) -> list[EventType]:
    """Who asks about hair loss has named an area too, whatever the words were."""
    implied = [area for question in questions if (area := question.area or AREA_OF_TOPIC.get(question.topic))]
    return [SlotSet(AREA, implied[-1])] if implied and implied[-1] != tracker.get_slot(AREA) else []
