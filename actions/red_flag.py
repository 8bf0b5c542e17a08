"""A sign that needs care now: the safety text, alone."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import say, text_of
from bot.wiring import content, safety_check


class ActionRedFlag(Action):
    def name(self) -> str:
        return "action_red_flag"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        words = content()
        flag = safety_check().assess(text_of(tracker))
        if flag is None:
            # Only the classifier thought so. Its guess isn't enough to raise an alarm, and too much to answer.
            say(dispatcher, words.replies["decline_advice"].envelope(words.values))
        else:
            say(dispatcher, words.safety_texts.envelope(flag, words.values))
        return []
