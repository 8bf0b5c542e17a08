"""What may point to a person is taken out of a question before it is kept."""

from __future__ import annotations

import re

import pytest

from bot.privacy.redact import redact
from bot.wiring import content, known_words

SHORT = set(
    re.findall(
        r"\w+", "does it hurt hurts how much is the price for my face i am a teacher from ask about and call me today"
    )
)


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("call me on +1 (555) 010-0123 please", "call me on [number] please"),
        ("07700 900123", "[number]"),
        ("write to ann.example+x@mail.example.org", "write to [mail]"),
        ("see www.my-page.example/ann", "see [link]"),
        ("i am @ann_90 there", "i am [handle] there"),
        ("can i come on 12/03/2026 or 2026-03-12", "can i come on [date] or [date]"),
        ("born 3rd of May 1980", "born [date]"),
        ("on march 14th, 2025", "on [date]"),
        ("my postcode is SW1A 1AA", "my postcode is [postcode]"),
        ("my name is sarah jones and i ask about the price", "my name is [name] and i ask about the price"),
        ("dr müller said it hurts", "[name] said it hurts"),
        ("i'm Zoë from Leeds", "i'm [name] from [name]"),
        ("does it hurt Ann-Marie?", "does it hurt [name]?"),
    ],
)
def test_what_points_to_a_person_is_taken_out(text: str, redacted: str) -> None:
    words = SHORT | set(re.findall(r"\w+", "on please write to see there can come or born said"))
    assert redact(text, words) == redacted


@pytest.mark.parametrize(
    "text",
    [
        "Does it hurt?",
        "How much is the price for my face",
        "i am a teacher",
        "is it 30 minutes",
        "4 to 10 sessions",
        "",
    ],
)
def test_a_question_about_nobody_stays_as_it_is(text: str) -> None:
    assert redact(text, SHORT) == text


def test_ordinary_questions_keep_their_words() -> None:
    known = known_words(content())
    for text in ("Does it hurt much?", "I'm worried about bruises. What can I do?", "How long until I see a change?"):
        assert redact(text, known) == text
    assert redact("Hi, Rosamund here. Does it hurt?", known) == "Hi, [name] here. Does it hurt?"
