"""The bot's own sentences: greetings, what it is, what it must leave to a clinician."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import say_answers_beside, with_offers
from actions.turn import intent_of, say
from bot.wiring import content

REPLIES = {
    "greet": "greet",
    "thank": "thanks",
    "goodbye": "goodbye",
    "affirm": "affirm",
    "deny": "deny",
    "ask_bot": "about_bot",
    "praise_or_insult": "praise_or_insult",
    "seek_advice": "decline_advice",
}


class ActionReply(Action):
    def name(self) -> str:
        return "action_reply"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        words = content()
        events = say_answers_beside(dispatcher, tracker)
        reply = words.replies[REPLIES.get(intent_of(tracker), "fallback")]
        say(dispatcher, with_offers(reply.envelope(words.values), tracker))
        return events
