"""Which words surely name a wish about one's data, and how a talk reads that is taken along."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from bot.conversation.rights_words import wish
from bot.conversation.transcript import transcript_text
from bot.types import Envelope, Message, Source
from bot.vocabulary import Author, Kind, Right
from bot.wiring import content
from tests.training_lines import training_lines

OWN = {"ask_my_data": Right.HELD, "delete_my_data": Right.ERASE, "send_transcript": Right.TRANSCRIPT}


def test_no_line_of_another_intent_looks_like_a_wish() -> None:
    lines = training_lines()
    wrong = [(line.text, found) for line in lines if (found := wish(line.text)) and OWN.get(line.intent) is not found]
    assert wrong == []
    found = sum(wish(line.text) is not None for line in lines if line.intent in OWN)
    assert found > 70


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Please delete all my data.", Right.ERASE),
        ("forget me", Right.ERASE),
        ("I withdraw my consent", Right.ERASE),
        ("could you delete this whole conversation?", Right.ERASE),
        ("can you send me the transcript", Right.TRANSCRIPT),
        ("I'd like a copy of this chat please", Right.TRANSCRIPT),
        ("give me a copy of this chat please", Right.TRANSCRIPT),
        ("What data do you have about me?", Right.HELD),
        ("who can read my messages", Right.HELD),
        ("is this saved?", Right.HELD),
        ("how long do you keep this", Right.HELD),
        ("please don't delete my chat", None),
        ("I deleted my messages by mistake", None),
        ("did you delete my messages", None),
        ("can you delete moles", None),
        ("what do you know about mesotherapy", None),
        ("send me the price list", None),
        ("delete my last message", None),
        ("I have so much to say about my skin. " * 5 + "delete my data", None),
        ("yes", None),
        ("", None),
    ],
)
def test_words_are_taken_for_a_wish_only_when_they_surely_are(text: str, right: Right | None) -> None:
    assert wish(text) is right


def test_a_transcript_reads_as_who_said_what_and_when() -> None:
    at = datetime(2025, 6, 1, 12, 0, tzinfo=timezone.utc)
    clinic = content().clinic.copy(update={"name": "Clinic", "time_zone": "Europe/Paris"})
    answer = Envelope(
        Kind.ANSWER,
        "**It** stings. [Call](tel:+1234).",
        card_ids=("a",),
        sources=(Source("A guide", "https://example.org"), Source("A book")),
    )
    messages = [
        Message(1, Author.PATIENT, at, text="Does it hurt?"),
        Message(2, Author.BOT, at, envelope=answer),
        Message(3, Author.STAFF, at, text="Hello", name="Anna"),
        Message(4, Author.STAFF, at, text="Bye"),
        Message(5, Author.SYSTEM, at, envelope=replace(answer, text="Anna has left.", sources=())),
    ]
    assert transcript_text(messages, clinic).split("\n\n") == [
        "Clinic",
        "[1 Jun 2025 14:00] You:\nDoes it hurt?",
        "[1 Jun 2025 14:00] Assistant:\nIt stings. Call (tel:+1234).\n"
        "Source: A guide – https://example.org\nSource: A book",
        "[1 Jun 2025 14:00] Anna:\nHello",
        "[1 Jun 2025 14:00] Our team:\nBye",
        "[1 Jun 2025 14:00] Notice:\nAnna has left.",
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Bold** and [our page](https://clinic.example/a).", "Bold and our page (https://clinic.example/a)."),
        ("**Read [this](HTTPS://clinic.example)**", "Read this (HTTPS://clinic.example)"),
        ("[Call](tel:+15550100)\n- one\n\n- **two**", "Call (tel:+15550100)\n- one\n\n- two"),
        ("[Click](javascript:alert(1)) or [a\nb](https://clinic.example)",) * 2,
    ],
)
def test_its_marks_are_read_as_everywhere_else(text: str, shown: str) -> None:
    at = datetime(2025, 6, 1, 12, 0, tzinfo=timezone.utc)
    message = Message(1, Author.STAFF, at, text=text, name="Nora")
    assert transcript_text([message], content().clinic).partition("Nora:\n")[2] == shown
