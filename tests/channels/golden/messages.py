"""Everything that the bot may say, as stored messages, in groups that are one file for each app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timezone

from bot.candidacy.desk import Desk
from bot.candidacy.load import load_protocol
from bot.candidacy.screens import show
from bot.candidacy.talk import begin
from bot.conversation.rights import TRANSCRIPT
from bot.retrieval.asked import Asked
from bot.retrieval.render import answer_envelope
from bot.settings import ROOT
from bot.types import Envelope, Flag, Message
from bot.vocabulary import Author, Level
from bot.wiring import file_content
from tests.candidacy.visit import START, Visit

AT = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
SAID_LATER = {
    "contact": "+1 555 0199",
    "erased_on": "22 December 2026",
    "messages": "14",
    "next_opening": "on Monday at 9:00 (New York)",
    "notes": "none",
    "privacy": "Our privacy notice: https://clinic.example/privacy",
    "promise": "Somebody will write here. It usually takes about 5 minutes.",
    "questionnaire": "31 answers",
    "receipt": "ER-7K2M",
    "request": "yes, since 22 November",
    "retention_days": "30",
    "sheet": "yes",
    "since": "22 November 2026",
    "staff_name": "Nora",
    "usual_wait": "It usually takes about 5 minutes.",
    "wait": "5 minutes",
}
"""For the gaps that are filled when a reply is said."""
STAFF_TEXTS = {
    "plain": "Hello, I read your questions. Is 3 < 5 & *both* <b>fine</b>? Write to first_last@clinic.example.",
    "rich": "**Before you come:**\n\n- eat as usual\n- read [our page](https://clinic.example/before_you_come)\n\n"
    "1. Park behind the house.\n2. Call [the desk](tel:+15550100).",
    "list": "- first\n- second",
    "unsafe": "[Click](javascript:alert(1)) or [clinic.example](https://evil.example/x) > now",
}

Named = Iterator[tuple[str, Message]]


def groups() -> Mapping[str, list[tuple[str, Message]]]:
    """The messages of each group by name, in a fixed order."""
    found = {
        "answers": _cards(more=False),
        "more": _cards(more=True),
        "safety": _safety(),
        "replies": _replies(),
        "questions": _questions(),
        "screens": _screens(),
        "others": _others(),
    }
    return {name: list(messages) for name, messages in found.items()}


def bot(envelope: Envelope, author: Author = Author.BOT) -> Message:
    """Stored, so that its buttons have ids instead of payloads."""
    buttons = (replace(button, payload=None, id=f"b{place}") for place, button in enumerate(envelope.buttons, start=1))
    return Message(1, author, AT, envelope=envelope.with_buttons(tuple(buttons)))


def _cards(*, more: bool) -> Named:
    words = file_content()
    for name, card in words.library.cards.items():
        envelope = answer_envelope(words.library, card, words.values, more=more)
        chart = words.cost_chart(Asked(card)) if card.topic == "cost" and not more else None
        yield name, bot(envelope if chart is None else replace(envelope, media=(chart,)))


def _safety() -> Named:
    words = file_content()
    for level in Level:
        notes = words.safety_texts.card(level).notes
        for codes in ((), *((code,) for code in notes), *([("4D",)] if level is not Level.CRISIS else [])):
            envelope = words.safety_texts.envelope(Flag(level, codes, (), ""), words.values)
            yield " ".join([level.value, *codes]), bot(envelope)
        short = words.safety_texts.envelope(Flag(level, (), (), ""), words.values, repeat=True)
        yield f"{level.value} again", bot(short)


def _replies() -> Named:
    words = file_content()
    for name, reply in words.replies.items():
        yield name, bot(reply.envelope({**words.values, **SAID_LATER}))


def _desk() -> Desk:
    values = file_content().values
    return Desk(load_protocol(ROOT / "knowledge", values), values)


def _questions() -> Named:
    desk = _desk()
    for question in desk.protocol.questions:
        yield question.id, bot(show(desk, begin(desk, (), START).but(open=question.id)))


def _screens() -> Named:
    desk = _desk()
    visit = Visit(desk)
    asked = visit.to("blood_thinner")
    yield "why", bot(show(desk, asked.but(is_why=True)))
    yield "confirm", bot(show(desk, asked.but(doubt=("thinner",))))
    yield "not understood twice", bot(show(desk, asked.but(misses=2).note(desk.say("numbered"))))
    yield "not understood again", bot(show(desk, asked.but(misses=3).note(desk.say("offer_staff"))))
    several = next(question for question in desk.protocol.questions if question.many)
    yield "several", bot(show(desk, asked.but(open=several.id, partial=(several.answers[0].id,))))
    yield "stopped", bot(show(desk, visit.press("blood_thinner", "stop")))
    yield "declined", bot(show(desk, Visit(desk).press("consent", "no")))
    for changed in ({}, {"diabetes": "yes", "keloids": "yes"}, {"blood_thinner": "thinner", "own_choice": "not_sure"}):
        visit = Visit(desk)
        name = " and ".join(changed) or "clear"
        yield f"read back {name}", bot(show(desk, visit.to_end(**changed)))
        yield f"result {name}", bot(show(desk, visit.press("read_back", "all_right")))
    yield "sent", bot(show(desk, visit.press("send", "send")))


def _others() -> Named:
    for name, text in STAFF_TEXTS.items():
        yield f"staff {name}", Message(1, Author.STAFF, AT, text=text, name="Nora")
    yield "staff without name", Message(1, Author.STAFF, AT, text="Hello.")
    yield "system", Message(1, Author.SYSTEM, AT, text="This chat is closed. *Goodbye*")
    said = file_content().replies["rights_transcript"].envelope(file_content().values)
    for name in ("transcript", "transcript without links"):
        yield name, bot(replace(said, media=(TRANSCRIPT,)), Author.SYSTEM)
    desk = _desk()
    visit = Visit(desk)
    visit.to_end(keloids="yes")
    yield "sheet without links", bot(show(desk, visit.press("read_back", "all_right")))
