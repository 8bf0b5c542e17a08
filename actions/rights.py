"""What a patient wants done with what is held about them: only named here, carried out by the gateway."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import say_answers_beside
from actions.turn import forget_contact, intent_of, say, takes_contact_back
from bot.types import Envelope
from bot.wiring import Content, content

WISHES = {"ask_my_data": "held", "delete_my_data": "erase", "send_transcript": "transcript"}


class ActionRights(Action):
    def name(self) -> str:
        return "action_rights"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        # "Delete my number" is less than "delete my data": what was saved for staff goes, the talk stays.
        if takes_contact_back(tracker):
            return forget_contact(dispatcher)
        # The gateway replaces what is said here, buttons and all.
        events = say_answers_beside(dispatcher, tracker, with_offered=True)
        say(dispatcher, rights_envelope(content(), intent_of(tracker)))
        return events


def rights_envelope(words: Content, intent: str) -> Envelope:
    """The wish behind `intent`. Its text is read only where there is no gateway, as in the shell."""
    return replace(words.replies["rights"].envelope(words.values), request={"rights": WISHES[intent]})
