"""Reads one message of the questionnaire. What it doesn't take, the other rules answer."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import answer_of, intent_of, is_after_others, pressed_answer, questionnaire, text_of, typed_texts
from bot.candidacy.desk import Desk
from bot.candidacy.state import State
from bot.candidacy.talk import Said, begin, is_unfinished, return_to, step
from bot.errors import DocumentError
from bot.wiring import desk_of, safety_check

OTHERS = frozenset(
    {
        "request_handoff",
        "seek_advice",
        "greet",
        "thank",
        "goodbye",
        "praise_or_insult",
        "red_flag",
        "delete_my_data",
        "send_transcript",
    }
)
"""Intents beside the questions that a rule of their own answers in the middle of the questionnaire."""
DONE = "done"


class ActionReadCandidacy(Action):
    def name(self) -> str:
        return "action_read_candidacy"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        now = datetime.now(timezone.utc)
        if tracker.get_slot("requested_slot") is None:
            return [_keep(_started(tracker, now)), SlotSet("candidacy_turn", None)]
        found = questionnaire(tracker)
        if found is None:
            return [_keep(_started(tracker, now)), SlotSet("candidacy_turn", None)]
        desk, state = found
        if intent_of(tracker) == "red_flag" and safety_check().assess(text_of(tracker)):
            return [_keep(state.but(place="ended", end="stopped", notes=())), SlotSet("candidacy_turn", DONE)]
        pressed = pressed_answer(tracker)
        # A button of another kind, such as a topic's, is no answer and has a rule of its own.
        is_button = text_of(tracker).startswith("/")
        if is_button and pressed is None and not _starts(tracker):
            return []
        if is_button and pressed is None:
            return [_keep(state.but(notes=())), SlotSet("candidacy_turn", None)]
        if is_after_others(tracker) and not _starts(tracker):
            # A "yes" to a nurse is no answer about the patient's health.
            return [_keep(state.but(notes=(), is_why=False))]
        taken = step(desk, state, Said(answer_of(tracker), pressed, _may_ask(tracker)), now)
        if not taken.is_taken and not _starts(tracker):
            # Without the loop's own slot the loop steps back for one turn, and another rule answers.
            return [_keep(taken.state)]
        state = taken.state if taken.state.answers or taken.state.place == "ended" else _anew(taken.state, now)
        return [_keep(state), SlotSet("candidacy_turn", DONE if state.place == "ended" else None)]


def _may_ask(tracker: Tracker) -> bool:
    intent = intent_of(tracker)
    return intent.startswith("ask_") or intent in OTHERS or _starts(tracker)


def _starts(tracker: Tracker) -> bool:
    """Whether somebody asks to begin, who has begun already: the same question again is the answer to that."""
    return intent_of(tracker) == "start_candidacy"


def _started(tracker: Tracker, now: datetime) -> State:
    """A new questionnaire, or the one that the patient has left."""
    found = questionnaire(tracker)
    if found is None:
        return begin(_present(), typed_texts(tracker), now)
    desk, state = found
    return return_to(desk if state.answers and is_unfinished(state) else _present(), state, now)


def _anew(state: State, now: datetime) -> State:
    """Nothing is answered yet, or any more: whoever starts over starts with the present version."""
    present = _present()
    if state.hash == present.protocol.hash:
        return state
    return begin(present, (), now).but(stated=state.stated)


def _present() -> Desk:
    present = desk_of()
    if present is None:
        raise DocumentError("There is no questionnaire; restore knowledge/candidacy.")
    return present


def _keep(state: State) -> dict[str, Any]:
    return dict(SlotSet("candidacy", state.json()))
