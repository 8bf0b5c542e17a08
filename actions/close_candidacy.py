"""The last word of the questionnaire: a safety text, a thank-you with the stored assessment, or a plain end."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import promise, questionnaire, reply, say, text_of
from bot.candidacy.assessment import assessment_record
from bot.candidacy.desk import Desk
from bot.candidacy.engine import so_far
from bot.candidacy.screens import show
from bot.candidacy.state import State
from bot.types import Envelope, Flag
from bot.vocabulary import Level, Reason
from bot.wiring import content, safety_check

LEVELS = {"emergency": Level.EMERGENCY, "same_day": Level.URGENT, "minor": Level.MINOR}


class ActionCloseCandidacy(Action):
    def name(self) -> str:
        return "action_close_candidacy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        found = questionnaire(tracker)
        flag = safety_check().assess(text_of(tracker))
        if flag is not None:
            say(dispatcher, _safety_text(flag))
        elif found is not None:
            say(dispatcher, _last_word(*found))
        return [SlotSet("candidacy_turn", None)]


def _last_word(desk: Desk, state: State) -> Envelope:
    if state.end in {"urgent", "under_age"}:
        cause = so_far(desk.protocol, state.answers).causes[0]
        flag = Flag(LEVELS[cause.text or "emergency"], (), (), f"questionnaire {cause.rule}")
        return _safety_text(flag)
    shown = show(desk, state)
    # Only after the patient's own yes does the record leave the talk, in the message that says so.
    return _sent(shown, assessment_record(desk, state)) if state.end == "sent" else shown


def _sent(shown: Envelope, record: dict[str, Any]) -> Envelope:
    """Staff are told too, and the patient when to expect them."""
    return replace(
        shown,
        text=f"{shown.text}\n\n{promise()}",
        buttons=reply("request_handoff", promise="").buttons,
        assessment=record,
        request={"handoff": Reason.QUESTIONNAIRE.value},
    )


def _safety_text(flag: Flag) -> Envelope:
    words = content()
    return words.safety_texts.envelope(flag, words.values)
