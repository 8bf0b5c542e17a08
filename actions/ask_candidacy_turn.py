"""Shows where the patient stands in the questionnaire. Its loop calls this after each message, and again after an
answer to something else."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import START, with_offers
from actions.turn import intent_of, questionnaire, say
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
            # Who asks to begin, and something beside, finds that below the first question.
            say(
                dispatcher,
                with_offers(show(desk, state), tracker) if intent_of(tracker) == START else show(desk, state),
            )
        return []
