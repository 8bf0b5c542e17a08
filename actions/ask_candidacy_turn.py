"""Shows where the patient stands in the questionnaire. Its loop calls this after each message, and again after an
answer to something else."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import questionnaire, say
from bot.candidacy.screens import show


class ActionAskCandidacyTurn(Action):
    def name(self) -> str:
        return "action_ask_candidacy_turn"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        found = questionnaire(tracker)
        if found is not None:
            desk, state = found
            say(dispatcher, show(desk, state))
        return []
