from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest

from bot.types import Button, Envelope, Flag, Message, Pending, Source
from bot.vocabulary import Author, Kind, Level

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
ANSWER = Envelope(
    Kind.ANSWER,
    "It stings.",
    topics=("pain",),
    card_ids=("pain.general",),
    sources=(Source("A guide", "https://example.org"), Source("A book")),
    buttons=(Button("More", payload="/secret_payload", id="opaque"),),
    media=({"kind": "chart", "alt": "A curve"},),
    reviewed=False,
)
FLAG = Flag(Level.EMERGENCY, ("E1",), ("breath",), "E1: breathing")


def test_an_answer_without_a_card_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="needs the id of the card"):
        Envelope(Kind.ANSWER, "It stings.")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.ANSWER])
def test_every_other_kind_needs_no_card(kind: Kind) -> None:
    assert Envelope(kind, "Hello.").card_ids == ()


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
@pytest.mark.parametrize("kind", list(Kind))
def test_no_message_is_without_text(kind: Kind, text: str) -> None:
    with pytest.raises(ValueError, match="has no text"):
        Envelope(kind, text, card_ids=("a",))


def test_what_a_client_sees_never_holds_a_payload() -> None:
    shown = json.dumps(ANSWER.to_json())
    assert "secret_payload" not in shown
    assert ANSWER.to_json()["buttons"] == [{"title": "More", "id": "opaque"}]
    assert "secret_payload" not in json.dumps(Message(1, Author.BOT, NOW, envelope=ANSWER).to_json())


def test_the_wire_between_brain_and_gateway_keeps_everything_but_the_id() -> None:
    again = Envelope.from_json(json.loads(json.dumps(ANSWER.to_wire())))
    assert again == ANSWER.with_buttons((Button("More", payload="/secret_payload"),))


def test_what_the_gateway_has_to_do_travels_to_it_and_is_shown_to_nobody() -> None:
    contact = {"contact": {"way": "phone", "value": "+1 202-555-0143", "consent_at": NOW.isoformat()}}
    envelope = Envelope(Kind.NOTICE, "Saved.", request=contact)
    assert Envelope.from_json(json.loads(json.dumps(envelope.to_wire()))) == envelope
    assert set(envelope.to_json()) == set(ANSWER.to_json())
    assert "0143" not in json.dumps(envelope.to_json())
    assert "0143" not in json.dumps(Message(1, Author.BOT, NOW, envelope=envelope).to_json())


def test_what_is_shown_reads_back_without_the_payload() -> None:
    again = Envelope.from_json(json.loads(json.dumps(ANSWER.to_json())))
    assert again == ANSWER.with_buttons((Button("More", id="opaque"),))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "unheard"},
        {"kind": None},
        {"text": None},
        {"text": ""},
        {"text": 7},
        {"card_ids": []},
        {"sources": ["a"]},
        {"buttons": [{"payload": "/a"}]},
        {"media": ["a"]},
    ],
    ids=str,
)
def test_any_other_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Envelope.from_json(ANSWER.to_wire() | change)


def test_why_a_message_was_flagged_is_for_staff_only() -> None:
    message = Message(1, Author.PATIENT, NOW, "text", client_id="message-1", flag=FLAG)
    assert set(message.to_json()) == {"seq", "author", "at", "text", "client_id"}


def test_a_payload_is_not_printed_with_what_is_pending() -> None:
    assert "secret_payload" not in repr(Pending("a", 1, "More", "/secret_payload"))


def test_what_the_model_understood_goes_to_the_store_and_to_no_patient() -> None:
    envelope = replace(ANSWER, understood={"intent": "ask_pain", "confidence": 0.91})
    assert Envelope.from_json(envelope.to_wire()).understood == envelope.understood
    assert "understood" not in envelope.to_json()
    message = Message(
        1, Author.PATIENT, NOW, "does it hurt?", understood=envelope.understood, card_ids=("pain.general",)
    )
    assert set(message.to_json()) == {"seq", "author", "at", "text"}
