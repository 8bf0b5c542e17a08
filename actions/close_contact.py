"""The last word of the question how the patient wants to be answered; then the talk goes on where it was."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import CONTACT, CONTACT_TURN, contact_end, contact_of, say, text_of
from bot.handoff.contact import Contact
from bot.wiring import content, safety_check

TURN_OF_LOOP = {"candidacy_form": "candidacy_turn"}
"""What a loop that was interrupted asks for when it goes on."""


class ActionCloseContact(Action):
    def name(self) -> str:
        return "action_close_contact"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        contact = contact_of(tracker) or Contact(place="ended", end="left")
        flag = safety_check().assess(text_of(tracker)) if contact.end == "danger" else None
        words = content()
        say(dispatcher, contact_end(contact) if flag is None else words.safety_texts.envelope(flag, words.values))
        # What was typed stays in the log alone, once the store has it or it is dropped.
        ended = Contact(place="ended", end=contact.end)
        return [SlotSet(CONTACT, ended.to_text()), SlotSet(CONTACT_TURN, None), *back_to_loop(contact)]


def back_to_loop(contact: Contact) -> list[EventType]:
    """Lead back to the loop that the question came into the middle of; nothing where there was none."""
    turn = TURN_OF_LOOP.get(contact.after or "")
    if turn is None or contact.end == "danger":
        return []
    return [ActiveLoop(contact.after), SlotSet("requested_slot", turn)]
