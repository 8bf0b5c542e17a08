"""A question about a topic: the card for it, or the honest word that there is none yet."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import entity_of, intent_of, say, topic_of
from bot.retrieval.render import answer_envelope
from bot.wiring import content


class ActionAnswerQuestion(Action):
    def name(self) -> str:
        return "action_answer_question"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        words = content()
        topic = topic_of(intent_of(tracker)) or ""
        area = entity_of(tracker, "area") or tracker.get_slot("area")
        card = words.library.find(topic, area)
        if card is None:
            say(dispatcher, words.replies["no_card"].envelope(words.values))
        else:
            say(dispatcher, answer_envelope(words.library, card, words.values))
        return []
