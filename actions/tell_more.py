"""The longer text of the last answer, by button or in words."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import entity_of, last_card_id, say, texts_said
from bot.retrieval.render import answer_envelope
from bot.wiring import content


class ActionTellMore(Action):
    def name(self) -> str:
        return "action_tell_more"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        words = content()
        card = words.library.cards.get(entity_of(tracker, "card") or last_card_id(tracker) or "")
        if card is not None and not words.may_say(card):
            say(dispatcher, words.replies["ask_clinician"].envelope(words.values, topics=(card.topic,)))
        elif card is not None:
            more = answer_envelope(words.library, card, words.values, more=True)
            told = more.text in texts_said(tracker)
            say(dispatcher, words.replies["no_more"].envelope(words.values) if told else more)
        else:
            # Nothing was answered yet, or the card is gone since: ask what it is about.
            say(dispatcher, words.replies["affirm"].envelope(words.values))
        return []
