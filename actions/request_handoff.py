"""Somebody asks for a person: staff are told, and the patient when to expect them and how they may be reached."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import say_answers_beside, with_offers
from actions.turn import (
    CONTACT,
    CONTACT_LOOP,
    ask_contact,
    contact_end,
    contact_of,
    entity_of,
    is_after_flag,
    is_open,
    is_waiting,
    promise,
    reply,
    say,
    text_of,
)
from bot.handoff.contact import Contact, begin
from bot.types import Envelope
from bot.vocabulary import Reason
from bot.wiring import content


class ActionRequestHandoff(Action):
    def name(self) -> str:
        return "action_request_handoff"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        pressed, text = entity_of(tracker, CONTACT), text_of(tracker)
        contact = begin(pressed, "" if text.startswith("/") else text, content().clinic.country)
        if contact.place == "ended":
            say(dispatcher, contact_end(contact))
            return [_keep(replace(contact, reached=None))]
        asks = bool(pressed) or contact.reached is not None or _is_due(tracker)
        events = _tell(dispatcher, tracker, is_asked_next=asks) if not pressed else []
        asked = ask_contact(contact, tracker) if asks and tracker.active_loop_name != CONTACT_LOOP else []
        return [*events, *asked]


def _tell(dispatcher: CollectingDispatcher, tracker: Tracker, *, is_asked_next: bool) -> list[EventType]:
    """That staff know. What else the message asks is answered before or offered, but not where it leads from help."""
    envelope = _told(tracker)
    if is_after_flag(tracker):
        say(dispatcher, envelope.with_buttons(()))
        return []
    events = say_answers_beside(dispatcher, tracker)
    say(dispatcher, with_offers(envelope.with_buttons(()) if is_asked_next else envelope, tracker))
    return events


def _told(tracker: Tracker) -> Envelope:
    name = "handoff_again" if is_waiting(tracker) else "request_handoff"
    envelope = reply(name, promise=promise())
    declined = entity_of(tracker, "why") == Reason.ADVICE_DECLINED.value
    return replace(envelope, request={"handoff": Reason.ADVICE_DECLINED.value}) if declined else envelope


def _is_due(tracker: Tracker) -> bool:
    """Whether to ask without being asked to: while the clinic is closed, once, and in the middle of nothing else."""
    is_free = tracker.active_loop_name is None and not is_after_flag(tracker)
    return is_free and not is_open() and contact_of(tracker) is None


def _keep(contact: Contact) -> EventType:
    return SlotSet(CONTACT, contact.to_text())
