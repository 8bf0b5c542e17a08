"""Asks how the patient wants to be answered, for a number or an address, or whether it may be saved."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import contact_of, reply, say
from bot.handoff.contact import Contact
from bot.types import Envelope

PLACES = {"choose": "contact_ask", "phone": "contact_phone", "email": "contact_email", "confirm": "contact_confirm"}
UNREAD = {"choose": "contact_noted", "confirm": "contact_yes_or_no"}


class ActionAskContactTurn(Action):
    def name(self) -> str:
        return "action_ask_contact_turn"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        contact = contact_of(tracker)
        if contact is not None and contact.place in PLACES:
            say(dispatcher, _question(contact))
        return []


def _question(contact: Contact) -> Envelope:
    value = contact.reached.value if contact.reached else ""
    question = reply(PLACES[contact.place], contact=value)
    note = f"contact_{contact.problem}" if contact.problem else UNREAD.get(contact.place) if contact.tries else None
    return question if note is None else replace(question, text=f"{reply(note).text}\n\n{question.text}")
