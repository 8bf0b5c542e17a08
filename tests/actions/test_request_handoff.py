"""What the wish for a person leads to, and what the second miss in a row does."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.clarify import ActionClarify
from actions.request_handoff import ActionRequestHandoff
from bot import wiring
from bot.handoff.contact import Contact
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import content
from tests.actions.turns import tracker

OPEN = dt.datetime(2026, 11, 18, 15, tzinfo=dt.timezone.utc)
CLOSED = dt.datetime(2026, 11, 22, 15, tzinfo=dt.timezone.utc)


def played(action: Action, turn: Tracker, **metadata: bool) -> tuple[list[Envelope], list[dict[str, Any]]]:
    turn.latest_message["metadata"] = metadata
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, turn, {}))
    return [Envelope.from_json(message["custom"]["envelope"]) for message in dispatcher.messages], list(events)


@pytest.mark.parametrize(("now", "asks"), [(OPEN, False), (CLOSED, True)])
def test_how_to_be_reached_is_asked_only_while_it_is_closed(
    now: dt.datetime, asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "now", lambda: now)
    (envelope,), events = played(ActionRequestHandoff(), tracker("request_handoff", "a person please"))
    assert bool(envelope.buttons) is not asks
    assert ("contact_form" in [event["name"] for event in events]) is asks


def test_it_is_asked_once_and_never_after_a_red_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "now", lambda: CLOSED)
    asked_before = tracker("request_handoff", slots={"contact": Contact(place="ended", end="none").to_text()})
    assert played(ActionRequestHandoff(), asked_before)[1] == []
    (envelope,), events = played(ActionRequestHandoff(), tracker("request_handoff"), after_flag=True)
    assert (envelope.buttons, events) == ((), [])


def test_the_gap_for_the_usual_wait_is_left_to_the_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "now", lambda: OPEN)
    (envelope,), _ = played(ActionRequestHandoff(), tracker("request_handoff"))
    assert "{usual_wait}" in envelope.text


@pytest.mark.parametrize(("now", "asks"), [(OPEN, False), (CLOSED, True)])
def test_a_question_beside_the_wish_for_a_person_is_answered_or_offered(
    now: dt.datetime, asks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "now", lambda: now)
    answered = tracker("request_handoff", "call me, and how much is it for hair", parts=[("ask_cost", "hair")])
    (answer, told), events = played(ActionRequestHandoff(), answered)
    assert (answer.card_ids, told.kind) == (("cost.hair",), Kind.HANDOFF)
    assert "contact_form" in [event["name"] for event in events] or not asks
    offered = tracker("request_handoff", "call me", offered=["ask_cost"])
    (told,), _ = played(ActionRequestHandoff(), offered)
    assert "/ask_cost" in [button.payload for button in told.buttons]


def test_after_a_red_flag_nothing_is_answered_beside_the_wish_for_a_person() -> None:
    turn = tracker("request_handoff", parts=[("ask_cost", None)], offered=["ask_pain"])
    (told,), _ = played(ActionRequestHandoff(), turn, after_flag=True)
    assert (told.kind, told.buttons) == (Kind.HANDOFF, ())


def missed_twice(text: str = "blorp fnarg", intent: str = "nlu_fallback", *, first: str = "nlu_fallback") -> Tracker:
    """The second of two messages that no card answers, `text` being the first."""
    fallback = Envelope(Kind.FALLBACK, "I don't know.")
    events = [
        {"event": "user", "text": text, "parse_data": {"intent": {"name": first}}},
        {"event": "action", "name": "action_clarify"},
        {"event": "bot", "data": {"custom": {"envelope": fallback.to_wire()}}},
        {"event": "user", "text": "qarth ozzip"},
    ]
    return tracker(intent, "qarth ozzip", events=events)


def test_the_second_miss_calls_staff_unless_they_are_called_already() -> None:
    (envelope,), _ = played(ActionClarify(), missed_twice())
    assert (envelope.kind, envelope.request) == (Kind.HANDOFF, {"handoff": "not_understood"})
    (envelope,), _ = played(ActionClarify(), missed_twice(), is_waiting=True)
    assert (envelope.kind, envelope.request) == (Kind.FALLBACK, None)


def test_a_sign_without_words_counts_as_no_miss() -> None:
    (envelope,), _ = played(ActionClarify(), missed_twice("???"))
    assert envelope.request is None


def test_what_is_surely_about_something_else_tells_staff_nothing() -> None:
    (envelope,), _ = played(ActionClarify(), missed_twice(intent="out_of_scope"))
    assert (envelope.kind, envelope.request) == (Kind.FALLBACK, None)
    assert "I only talk about mesotherapy" in envelope.text
    assert envelope.buttons[-1].payload == "/request_handoff"
    # Nor does it count as the first of two.
    (envelope,), _ = played(ActionClarify(), missed_twice(first="out_of_scope"))
    assert envelope.request is None
    (envelope,), _ = played(ActionClarify(), missed_twice("was my husband in yesterday?"))
    assert envelope.request is None


def test_who_waits_for_staff_may_be_writing_to_them() -> None:
    scarf = tracker("out_of_scope", "I left a blue scarf in your waiting room")
    (envelope,), _ = played(ActionClarify(), scarf, is_waiting=True)
    assert envelope.text == content().replies["kept_for_team"].envelope(content().values).text


@pytest.mark.parametrize("intent", ["out_of_scope", "nlu_fallback"])
@pytest.mark.parametrize("is_waiting", [True, False])
def test_nothing_is_told_about_other_people(intent: str, is_waiting: bool) -> None:
    ranking = [("request_handoff", 0.6), ("ask_booking_hours_location", 0.3)]
    events = missed_twice().events
    asked = tracker(intent, "was my husband in yesterday?", ranking=ranking, events=events)
    (envelope,), _ = played(ActionClarify(), asked, is_waiting=is_waiting)
    assert (envelope.kind, envelope.request) == (Kind.FALLBACK, None)
    assert "can't tell anything about other people" in envelope.text
    assert [button.payload for button in envelope.buttons] == ["/request_handoff"]


def test_a_guess_at_danger_goes_before_what_is_somebody_elses() -> None:
    asked = tracker("nlu_fallback", "was she treated by you, she is gasping", ranking=[("red_flag", 0.5)])
    (envelope,), _ = played(ActionClarify(), asked)
    assert envelope.kind is Kind.DECLINE_ADVICE


def test_a_question_on_somebodys_behalf_is_taken_as_any_other() -> None:
    ranking = [("ask_cost", 0.6)]
    asked = tracker("nlu_fallback", "my husband wants it too, what does it cost", ranking=ranking)
    (envelope,), _ = played(ActionClarify(), asked)
    assert (envelope.kind, envelope.topics) == (Kind.CLARIFY, ("cost",))
