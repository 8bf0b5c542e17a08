"""The bot's first words when it has the talk again: the question that was left open, or that it listens."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.close_contact import back_to_loop
from actions.turn import CONTACT, CONTACT_LOOP, CONTACT_TURN, contact_of, questionnaire, say
from bot.candidacy.screens import show
from bot.handoff.contact import Contact
from bot.wiring import content

LOOP = "candidacy_form"


class ActionResumeTalk(Action):
    """No rule leads here: the brain runs it when the gateway says that staff are gone, or not asked any more
    (`bot/brain/brain.py`)."""

    def name(self) -> str:
        return "action_resume_talk"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        loop, events = tracker.active_loop_name, []
        if loop == CONTACT_LOOP:
            # Staff have been there since, or nobody is to come: how to reach the patient is no open question any more.
            contact = contact_of(tracker) or Contact()
            loop, events = contact.after, _left(contact)
        found = questionnaire(tracker) if loop == LOOP else None
        if found is None:
            words = content()
            say(dispatcher, words.replies["back_and_listening"].envelope(words.values))
            return events
        desk, state = found
        # What was said around the question belonged to a message of long ago; the question itself stands.
        say(dispatcher, show(desk, state.but(notes=(), is_why=False)))
        return events


def _left(contact: Contact) -> list[EventType]:
    """Out of the question how to reach the patient; a number that nobody has agreed to is dropped."""
    ended = SlotSet(CONTACT, Contact(place="ended", end="left").to_text())
    out = [ActiveLoop(None), SlotSet("requested_slot", None)]
    return [ended, SlotSet(CONTACT_TURN, None), *(back_to_loop(contact) or out)]
