"""What every action reads from the tracker and hands to the dispatcher. Functions only: the action server would
try to start a shared base class."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot import wiring
from bot.candidacy.desk import Desk
from bot.candidacy.state import State
from bot.candidacy.talk import fit_version
from bot.conversation.other_people import asks_about_others
from bot.conversation.promise import USUAL_WAIT
from bot.emoji import spoken
from bot.handoff.contact import Contact, forget, request_of, wants_only_it_forgotten
from bot.hours import next_opening_text
from bot.types import Envelope
from bot.vocabulary import PASSING, Kind
from bot.wiring import content, desk_of

ASK = "ask_"
CONTACT, CONTACT_TURN, CONTACT_LOOP = "contact", "contact_turn", "contact_form"
ASIDE = frozenset({"seek_advice", "greet", "thank", "goodbye", "praise_or_insult", "red_flag", "start_candidacy"})
"""Intents beside the questions that a rule of their own answers while something else is being asked."""


WITH_QUESTIONS = frozenset({"seek_advice", "request_handoff", "ask_my_data", "delete_my_data", "send_transcript"})
"""Intents beside which a message may ask questions that are answered with it."""
OUT_OF_SCOPE = "out_of_scope"
UNANSWERED = {Kind.FALLBACK.value, Kind.CLARIFY.value}


class Question(NamedTuple):
    """One thing that a message asks. `area` only where the question names it."""

    topic: str
    area: str | None


def intent_of(tracker: Tracker) -> str:
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")


def topic_of(intent: str) -> str | None:
    """`pain` for `ask_pain`; None for an intent that is no topic."""
    return intent.removeprefix(ASK) if intent.startswith(ASK) else None


def questions_of(tracker: Tracker) -> list[Question]:
    """What the latest message asks, in its order: several where the pipeline has found several."""
    parts = _parts(tracker)
    if len(parts) < 2:
        return [Question(topic_of(intent_of(tracker)) or "", entity_of(tracker, "area"))]
    return parts


def beside(tracker: Tracker) -> list[Question]:
    """The questions that the latest message asks beside what its intent is, which no card answers."""
    return _parts(tracker) if intent_of(tracker) in WITH_QUESTIONS else []


def offered(tracker: Tracker) -> list[str]:
    """Intents that the latest message holds as well, surely or likely, for buttons."""
    return [str(name) for name in tracker.latest_message.get("offered") or ()]


def topic_within(tracker: Tracker) -> str | None:
    """The one topic that a clause of the latest message surely asks, though the whole message may not be clear."""
    parts = _parts(tracker)
    return parts[0].topic if len(parts) == 1 else None


def _parts(tracker: Tracker) -> list[Question]:
    found = tracker.latest_message.get("parts") or []
    return [Question(topic_of(str(part["intent"])) or "", next(iter(part["areas"]), None)) for part in found]


def is_follow_up(tracker: Tracker) -> bool:
    """Whether the message leans on the answer before it ("and for hair?")."""
    return bool(tracker.latest_message.get("follow_up"))


def ranked_intents(tracker: Tracker) -> list[tuple[str, float]]:
    """What the classifier thought, best first, as (intent, confidence)."""
    ranking = tracker.latest_message.get("intent_ranking") or []
    return [(str(item["name"]), float(item["confidence"])) for item in ranking if item.get("name")]


def text_of(tracker: Tracker) -> str:
    return str(tracker.latest_message.get("text") or "")


def answer_of(tracker: Tracker) -> str:
    """The latest message as the answer to a question: a thumb up says yes."""
    return spoken(text_of(tracker))


def is_pressed(tracker: Tracker) -> bool:
    """Whether the latest message is a button's payload and not in words."""
    return text_of(tracker).startswith("/")


def entity_of(tracker: Tracker, name: str) -> str | None:
    """The first value of an entity in the latest message."""
    return next(iter(tracker.get_latest_entity_values(name)), None)


def last_turn(tracker: Tracker) -> list[Envelope] | None:
    """The bot's messages of the last turn that was more than small talk or a notice; None when a red flag came since,
    which the gateway has answered."""
    turn: list[Envelope] = []
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            if any(envelope.kind not in PASSING for envelope in turn):
                return turn
            if (event.get("metadata") or {}).get("after_flag"):
                return None
            turn = []
        elif said := _envelope_of(event):
            turn.insert(0, Envelope.from_json(said))
    return turn


def texts_said(tracker: Tracker) -> set[str]:
    """Every text that the bot has said in this talk, as far as it is remembered."""
    return {str(envelope.get("text")) for envelope in _said(tracker)}


def last_card_ids(tracker: Tracker) -> set[str]:
    """The cards of the bot's last turn that answered."""
    cards: set[str] = set()
    for event in reversed(tracker.events):
        if event.get("event") == "user" and cards:
            break
        cards.update(_envelope_of(event).get("card_ids", []))
    return cards


def _said(tracker: Tracker) -> Iterator[dict[str, Any]]:
    """The bot's messages, the last first."""
    return (envelope for event in reversed(tracker.events) if (envelope := _envelope_of(event)))


def _envelope_of(event: dict[str, Any]) -> dict[str, Any]:
    if event.get("event") != "bot":
        return {}
    return dict(((event.get("data") or {}).get("custom") or {}).get("envelope") or {})


def has_words(text: str) -> bool:
    """Whether there is anything to understand: signs and figures alone ask nothing."""
    return any(sign.isalpha() for sign in text)


def was_missed(tracker: Tracker) -> bool:
    """Whether the message before the latest one was typed in words and not understood."""
    names: set[str] = set()
    kinds: set[str] = set()
    users = 0
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            users += 1
            if users == 2:
                return _asks_for_answer(event) and "action_clarify" in names and kinds <= UNANSWERED
        elif users == 1:
            names.add(str(event.get("name")))
            kinds.update([kind] if (kind := _envelope_of(event).get("kind")) else [])
    return False


def _asks_for_answer(event: dict[str, Any]) -> bool:
    """Whether a message holds words that may be a question for us: neither signs, nor surely about something else."""
    text, intent = str(event.get("text") or ""), ((event.get("parse_data") or {}).get("intent") or {}).get("name")
    return has_words(text) and intent != OUT_OF_SCOPE and not asks_about_others(text)


def is_waiting(tracker: Tracker) -> bool:
    """Whether staff have been asked to this talk and nobody has claimed it yet."""
    return bool((tracker.latest_message.get("metadata") or {}).get("is_waiting"))


def is_after_flag(tracker: Tracker) -> bool:
    """Whether a red flag was answered just before: then nothing is asked that leads away from help."""
    return bool((tracker.latest_message.get("metadata") or {}).get("after_flag"))


def is_after_others(tracker: Tracker) -> bool:
    """Whether staff or a notice had spoken last: what was typed then answers no question of the bot's."""
    return bool((tracker.latest_message.get("metadata") or {}).get("after_others"))


def is_open() -> bool:
    """Whether somebody is at the clinic now."""
    return content().clinic.hours.is_open(wiring.now())


def reply(name: str, **gaps: str) -> Envelope:
    """One of the bot's own sentences, with the clinic's facts and `gaps` filled in."""
    words = content()
    return words.replies[name].envelope({**words.values, **gaps})


def promise() -> str:
    """What somebody may expect who waits for a person: how long it takes, or when the clinic opens again.

    How long is measured where the log is: the text keeps a gap for it, which the gateway fills.
    """
    if is_open():
        return reply("promise_open", usual_wait=USUAL_WAIT).text
    opening = next_opening_text(content().clinic.hours, wiring.now(), with_zone=True)
    return reply("promise_closed", next_opening=opening or "as soon as we can be").text


def contact_of(tracker: Tracker) -> Contact | None:
    """Where the question stands how the patient wants to be answered; None before it was asked first."""
    stored = tracker.get_slot(CONTACT)
    try:
        return Contact.from_text(stored) if stored else None
    except (ValueError, TypeError, KeyError):
        return None


def ask_contact(contact: Contact, tracker: Tracker) -> list[EventType]:
    """Lead into the question how to reach the patient, as far as `contact` has come; then back to where they were."""
    kept = replace(contact, after=tracker.active_loop_name)
    return [SlotSet(CONTACT, kept.to_text()), SlotSet(CONTACT_TURN, None), FollowupAction(CONTACT_LOOP)]


def contact_end(contact: Contact) -> Envelope:
    """The last word of that question, with what the store has to do."""
    return replace(reply(f"contact_{contact.end}"), request=request_of(contact, wiring.now().isoformat()))


def takes_contact_back(tracker: Tracker) -> bool:
    """Whether a number or address that is saved for staff is to go, and only that."""
    left = contact_of(tracker)
    return left is not None and left.end == "saved" and wants_only_it_forgotten(text_of(tracker))


def forget_contact(dispatcher: CollectingDispatcher) -> list[EventType]:
    """Say that it is gone, with the store told to drop it."""
    say(dispatcher, contact_end(forget()))
    return [SlotSet(CONTACT, forget().to_text())]


def say(dispatcher: CollectingDispatcher, envelope: Envelope) -> None:
    """The whole envelope travels as custom data; text and buttons beside it are for `rasa shell`."""
    buttons: list[dict[str, Any]] = [{"title": b.title, "payload": b.payload} for b in envelope.buttons]
    dispatcher.utter_message(text=envelope.text, buttons=buttons, json_message={"envelope": envelope.to_wire()})


def pressed_answer(tracker: Tracker) -> tuple[str, str] | None:
    """What a pressed button of the questionnaire answers: its question or screen, and the answer."""
    question, answer = entity_of(tracker, "question"), entity_of(tracker, "answer")
    return (question, answer) if question and answer else None


def typed_texts(tracker: Tracker) -> list[str]:
    """What the patient has typed so far, oldest first; pressed buttons are left out."""
    texts = [str(event.get("text") or "") for event in tracker.events if event.get("event") == "user"]
    return [text for text in texts if not text.startswith("/")]


def questionnaire(tracker: Tracker) -> tuple[Desk, State] | None:
    """Where the patient stands in the questionnaire, with the version that they began with; None before a first one.

    A version that is lost, or a place that this program can't read, goes on in the present version.
    """
    stored = tracker.get_slot("candidacy")
    present = desk_of()
    if not stored or present is None:
        return None
    try:
        state = State.parse_raw(stored)
    except ValueError:
        return None
    desk = desk_of(state.hash)
    return (desk, state) if desk else (present, fit_version(present, state))
