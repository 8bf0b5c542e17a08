"""Turns made up for actions, and what these said to them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.types import Envelope

Ranking = list[tuple[str, float]]


def tracker(
    intent: str = "",
    text: str = "some words",
    *,
    ranking: Ranking | None = None,
    entities: dict[str, str] | None = None,
    slots: dict[str, str] | None = None,
    events: list[dict[str, Any]] | None = None,
    parts: list[tuple[str, str | None]] | None = None,
    follow_up: bool = False,
    offered: list[str] | None = None,
) -> Tracker:
    latest = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "intent_ranking": [{"name": name, "confidence": chance} for name, chance in ranking or []],
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
        "parts": [{"intent": name, "areas": [area] if area else []} for name, area in parts or []],
        "follow_up": follow_up,
        "offered": offered or [],
    }
    return Tracker("one", slots or {}, latest, events or [], False, None, {}, "action_listen")


def all_said(action: Action, turn: Tracker) -> tuple[list[Envelope], dict[str, Any]]:
    """The envelopes, which also stand beside them as text and buttons for `rasa shell`; and the slots that were set."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, turn, {}))
    envelopes = []
    for message in dispatcher.messages:
        envelope = Envelope.from_json(json.loads(json.dumps(message["custom"]["envelope"])))
        assert message["text"] == envelope.text
        assert [button["payload"] for button in message["buttons"]] == [button.payload for button in envelope.buttons]
        envelopes.append(envelope)
    assert {event["event"] for event in events} <= {"slot"}
    return envelopes, {event["name"]: event["value"] for event in events}


def said(action: Action, turn: Tracker) -> Envelope:
    """The one envelope."""
    (envelope,), _ = all_said(action, turn)
    return envelope


def after(envelope: Envelope) -> list[dict[str, Any]]:
    """The events of a tracker in which that was said last."""
    return [{"event": "user"}, {"event": "bot", "data": {"custom": {"envelope": envelope.to_wire()}}}]
