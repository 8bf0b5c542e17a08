"""The bot's first words when it has the talk again: the question that was left open, or that it listens."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import questionnaire, say
from bot.candidacy.screens import show
from bot.wiring import content

LOOP = "candidacy_form"


class ActionResumeTalk(Action):
    """No rule leads here: the brain runs it when the gateway says that staff are gone (`bot/brain/brain.py`)."""

    def name(self) -> str:
        return "action_resume_talk"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        found = questionnaire(tracker) if tracker.active_loop_name == LOOP else None
        if found is None:
            words = content()
            say(dispatcher, words.replies["back_and_listening"].envelope(words.values))
            return []
        desk, state = found
        # What was said around the question belonged to a message of long ago; the question itself stands.
        say(dispatcher, show(desk, state.but(notes=(), is_why=False)))
        return []
