"""A question about a topic, or several: the card for each, or the honest word that there is none yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import COST, about, answers_to, cards_of, say_about, with_offers
from actions.torn import both_answers, named_only
from actions.turn import (
    Question,
    intent_of,
    is_follow_up,
    last_card_ids,
    offered,
    questions_of,
    ranked_intents,
    topic_within,
)
from bot.retrieval.asked import Asked
from bot.types import Envelope
from bot.wiring import Content, content


class ActionAnswerQuestion(Action):
    def name(self) -> str:
        return "action_answer_question"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        questions = questions_of(tracker)
        if both := _both(content(), questions, tracker):
            return say_about(dispatcher, tracker, both, about([named_only(tracker)], tracker))
        envelopes = _replies(content(), questions, tracker)
        return say_about(dispatcher, tracker, envelopes, about(questions, tracker))


def _both(words: Content, questions: Sequence[Question], tracker: Tracker) -> list[Envelope]:
    """Both likely answers to a single question that the classifier doesn't understand for certain; else none.

    What leans on an answer before it isn't judged by its own words, and where a clause says the same as the whole
    message, two readings agree.
    """
    if len(questions) != 1 or questions[0].topic == topic_within(tracker) or is_follow_up(tracker) or offered(tracker):
        return []
    ranking = ranked_intents(tracker)
    is_as_ranked = bool(ranking) and ranking[0][0] == intent_of(tracker)
    return both_answers(words, ranking, tracker) if is_as_ranked else []


def _replies(words: Content, questions: list[Question], tracker: Tracker) -> list[Envelope]:
    cards = cards_of(words.library, questions, tracker)
    if not cards:
        return [words.replies["no_card"].envelope(words.values)]
    told = _told(cards, tracker)
    answers = answers_to(words, [asked for asked in cards if asked not in told])
    *others, last = answers + ([_no_more(words, told)] if told else [])
    return [*others, with_offers(last, tracker)]


def _told(cards: Sequence[Asked], tracker: Tracker) -> list[Asked]:
    """The general cards that would be given once more: they would look like an answer for that area.

    What it costs differs by area on one card too.
    """
    if not is_follow_up(tracker) or not {asked.card.id for asked in cards} <= last_card_ids(tracker):
        return []
    return [asked for asked in cards if asked.card.topic != COST]


def _no_more(words: Content, told: Sequence[Asked]) -> Envelope:
    """That there is nothing more for that area, after the word that it isn't offered here, if so."""
    reply = words.replies["same_for_area"].envelope(words.values)
    notes = dict.fromkeys(note for asked in told if (note := words.library.offer.note(asked)))
    return replace(reply, text="\n\n".join([*notes, reply.text]))
