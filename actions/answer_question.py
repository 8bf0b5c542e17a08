"""A question about a topic, or several: the card for each, or the honest word that there is none yet."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import about, answers_to, cards_of, say_about, with_offers
from actions.turn import Question, is_follow_up, last_card_ids, questions_of
from bot.types import Envelope
from bot.wiring import Content, content


class ActionAnswerQuestion(Action):
    def name(self) -> str:
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        questions = questions_of(tracker)
        envelopes = _replies(content(), questions, tracker)
        return say_about(dispatcher, tracker, envelopes, about(questions, tracker))


def _replies(words: Content, questions: list[Question], tracker: Tracker) -> list[Envelope]:
    cards = cards_of(words.library, questions, tracker)
    if not cards:
        return [words.replies["no_card"].envelope(words.values)]
    if is_follow_up(tracker) and {card.id for card in cards} <= last_card_ids(tracker):
        # The general card, once more: it would look like an answer for that area.
        return [words.replies["same_for_area"].envelope(words.values)]
    *others, last = answers_to(words, cards)
    return [*others, with_offers(last, tracker)]
