"""What each safety text must say, and what it must never say."""

from __future__ import annotations

import pytest

from bot.clinic import Clinic, placeholders
from bot.knowledge import grade
from bot.safety.texts import SafetyTexts
from bot.types import Envelope, Flag
from bot.vocabulary import Kind, Level

NOBODY_WATCHES = "Nobody watches this chat for emergencies"
SELLING = ("price", "cost", "session", "book", "$", "offer", "menu", "questionnaire")


def flag(level: Level, *codes: str) -> Flag:
    return Flag(level=level, codes=codes, words=(), reason="")


@pytest.fixture(params=[(level, repeat) for level in Level for repeat in (False, True)], ids=str)
def envelope(request: pytest.FixtureRequest, texts: SafetyTexts, values: dict[str, str]) -> Envelope:
    level, repeat = request.param
    return texts.envelope(flag(level, "E1"), values, repeat=repeat)


def test_every_text_says_that_nobody_watches_the_chat(envelope: Envelope) -> None:
    assert NOBODY_WATCHES in envelope.text


def test_no_text_sells_or_lists_topics(envelope: Envelope) -> None:
    assert [word for word in SELLING if word in envelope.text.lower()] == []
    assert envelope.topics == ()


def test_every_text_reads_at_grade_six_or_lower(texts: SafetyTexts, values: dict[str, str]) -> None:
    for level in Level:
        card = texts.card(level)
        for text in (card.text, card.short, *card.notes.values()):
            assert grade(text.format_map(values)) <= 6.0, text


def test_every_text_names_its_card_sources_and_that_nobody_reviewed_it(envelope: Envelope) -> None:
    assert envelope.card_ids == (f"safety_{envelope.kind.value}",)
    assert envelope.sources
    assert envelope.reviewed is False


def test_every_text_but_the_one_for_minors_offers_one_next_step(envelope: Envelope) -> None:
    payloads = [button.payload for button in envelope.buttons]
    assert payloads == ([] if envelope.kind is Kind.MINOR else ["/request_handoff"])


def test_every_text_says_that_it_is_automatic(envelope: Envelope) -> None:
    assert "I am a computer program" in envelope.text


@pytest.mark.parametrize(
    "part",
    ["{emergency_number}", "injections", "when you had them", "Lie down", "hard to breathe, sit up", "pen",
     "Don't drive yourself", "Don't wait for a reply here"],
)  # fmt: skip
def test_the_emergency_text_says(texts: SafetyTexts, part: str) -> None:
    assert part in texts.card(Level.EMERGENCY).text


@pytest.mark.parametrize(
    "part",
    ["I'm really sorry you feel this way", "You matter", "a person now", "{emergency_number}", "{crisis_line}",
     "{crisis_directory}", "stay with someone you trust"],
)  # fmt: skip
def test_the_crisis_text_says(texts: SafetyTexts, part: str) -> None:
    assert part in texts.card(Level.CRISIS).text


@pytest.mark.parametrize(
    "part",
    ["for adults", "{minimum_age}", "Looks and feelings matter", "parent", "carer", "doctor", "school nurse",
     "pushing you", "unsafe", "{child_helpline}", "your child's doctor"],
)  # fmt: skip
def test_the_minor_text_says(texts: SafetyTexts, part: str) -> None:
    assert part in texts.card(Level.MINOR).text


@pytest.mark.parametrize(
    "part", ["today", "{urgent_phone}", "urgent care", "{out_of_hours_phone}", "{emergency_number}"]
)
def test_the_urgent_text_says(texts: SafetyTexts, part: str) -> None:
    assert part in texts.card(Level.URGENT).text


@pytest.mark.parametrize(
    ("level", "code", "part"),
    [
        (Level.EMERGENCY, "E9", "Go to emergency care now. Then call us"),
        (Level.EMERGENCY, "E10", "Press hard"),
        (Level.URGENT, "U2", "not later today"),
        (Level.URGENT, "U5", "get help now"),
        (Level.URGENT, "U6", "mycobacteria"),
        (Level.URGENT, "U11", "Don't stop a medicine"),
        (Level.URGENT, "U12", "blood tests"),
    ],
)
def test_a_code_adds_its_own_advice(
    texts: SafetyTexts, values: dict[str, str], level: Level, code: str, part: str
) -> None:
    assert part in texts.envelope(flag(level, code), values).text
    assert part not in texts.envelope(flag(level, "E4"), values).text


def test_an_emergency_with_a_crisis_also_names_the_crisis_line(texts: SafetyTexts, values: dict[str, str]) -> None:
    text = texts.envelope(flag(Level.EMERGENCY, "E4", "4D"), values).text
    assert values["crisis_line"] in text
    assert text.startswith("**This could be an emergency.")


def test_the_short_form_is_shorter_and_still_names_the_number(texts: SafetyTexts, values: dict[str, str]) -> None:
    whole = texts.envelope(flag(Level.EMERGENCY, "E1"), values).text
    short = texts.envelope(flag(Level.EMERGENCY, "E1"), values, repeat=True).text
    assert len(short) < len(whole)
    assert values["emergency_number"] in short


def test_an_unset_number_becomes_plain_words(texts: SafetyTexts) -> None:
    clinic = Clinic(name="Any clinic", time_zone="UTC", opening_hours={})
    text = texts.envelope(flag(Level.EMERGENCY, "E1"), placeholders(clinic)).text
    assert "Call your local emergency number now" in text
    assert "{" not in text
