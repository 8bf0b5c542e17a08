"""Reads one message while the patient is asked how to be answered. What it doesn't take, the other rules answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import ASIDE, CONTACT, CONTACT_TURN, answer_of, contact_of, entity_of, intent_of, is_after_others
from bot.handoff.contact import Contact, Said, end_in_danger, step
from bot.wiring import content, safety_check

DONE = "done"


class ActionReadContact(Action):
    def name(self) -> str:
        return "action_read_contact"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        if tracker.get_slot("requested_slot") != CONTACT_TURN:
            # The loop begins: what began it has been read.
            return [SlotSet(CONTACT_TURN, None)]
        contact = contact_of(tracker) or Contact()
        text, pressed, intent = answer_of(tracker), entity_of(tracker, CONTACT), intent_of(tracker)
        if intent == "red_flag" and safety_check().assess(text):
            return _kept(end_in_danger(contact))
        if text.startswith("/") and pressed is None:
            return []
        may_ask = intent.startswith("ask_") or intent in ASIDE
        said = Said(text, pressed, may_ask=may_ask, after_others=is_after_others(tracker))
        taken = step(contact, said, content().clinic.country)
        # Without the loop's own slot the loop steps back for one turn, and another rule answers.
        return _kept(taken.contact) if taken.is_taken else [_slot(replace(taken.contact, tries=0))]


def _kept(contact: Contact) -> list[dict[str, Any]]:
    return [_slot(contact), SlotSet(CONTACT_TURN, DONE if contact.place == "ended" else None)]


def _slot(contact: Contact) -> dict[str, Any]:
    return dict(SlotSet(CONTACT, contact.to_text()))
