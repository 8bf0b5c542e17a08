"""What the patient reads when a sign is found: one text card for each level, filled with the clinic's numbers."""

from __future__ import annotations

import string
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from bot.documents import Strict, load_document
from bot.errors import DocumentError
from bot.types import Button, Envelope, Flag, Source
from bot.vocabulary import Kind, Level


class SourceEntry(Strict):
    title: str = Field(..., min_length=3)
    url: str | None = Field(None, regex=r"^https?://")


class ButtonEntry(Strict):
    title: str = Field(..., min_length=2, max_length=20)
    payload: str = Field(..., regex=r"^/[a-z_]+$")


class SafetyText(Strict):
    """The text card of one level (`knowledge/safety/texts/*.yml`)."""

    id: str = Field(..., regex=r"^safety_[a-z]+$")
    level: Level
    text: str = Field(..., min_length=40)
    short: str = Field(..., min_length=20)
    notes: dict[str, str] = Field({})
    """Sentences added after the first paragraph for one code."""
    button: ButtonEntry | None = None
    sources: list[SourceEntry] = Field(..., min_items=1)
    review: Literal["unreviewed", "reviewed"]


class SafetyTexts:
    """The safety text cards, one for each level."""

    def __init__(self, cards: Mapping[Level, SafetyText]) -> None:
        self._cards = dict(cards)

    def card(self, level: Level) -> SafetyText:
        return self._cards[level]

    def envelope(self, flag: Flag, values: Mapping[str, str], *, repeat: bool = False) -> Envelope:
        """The reply to `flag`, and nothing else: no topics, prices or menu.

        `values` are the clinic's placeholders (`bot.clinic.placeholders`); `repeat` gives the short form, for a sign
        that this conversation has already been answered for. Raises KeyError when a placeholder has no value; the
        loader has checked the names against `ALLOWED`.
        """
        card = self._cards[flag.level]
        text = card.short if repeat else self._with_notes(card, flag)
        return Envelope(
            kind=Kind(flag.level.value),
            text=text.format_map(values),
            card_ids=(card.id,),
            sources=tuple(Source(source.title, source.url) for source in card.sources),
            buttons=(Button(card.button.title, card.button.payload),) if card.button else (),
            reviewed=card.review == "reviewed",
        )

    def _with_notes(self, card: SafetyText, flag: Flag) -> str:
        notes = list(dict.fromkeys(card.notes[code] for code in flag.codes if code in card.notes))
        if flag.level is not Level.CRISIS and "4D" in flag.codes:
            notes.append(self._cards[Level.CRISIS].short)
        first, gap, rest = card.text.partition("\n\n")
        return "\n\n".join([first, *notes]) + gap + rest


ALLOWED = frozenset(
    {
        "clinic_name", "phone", "urgent_phone", "out_of_hours_phone", "emergency_number", "crisis_line",
        "crisis_directory", "child_helpline", "minimum_age", "opening_hours",
    }
)  # fmt: skip
"""Placeholders that a safety text may use: never the price list."""


def load_safety_texts(knowledge_dir: Path) -> SafetyTexts:
    """Read every text card. Raises DocumentError when one is wrong, a level has none or a placeholder is unknown."""
    folder = knowledge_dir / "safety" / "texts"
    cards: dict[Level, SafetyText] = {}
    for path in sorted(folder.glob("*.yml")):
        card = load_document(path, SafetyText)
        _check_placeholders(path, card)
        if card.level in cards:
            raise DocumentError(f"{path}: level {card.level.value} has two cards; keep one.")
        cards[card.level] = card
    missing = [level.value for level in Level if level not in cards]
    if missing:
        raise DocumentError(f"{folder}: no safety text for {', '.join(missing)}; restore the file.")
    return SafetyTexts(cards)


def _check_placeholders(path: Path, card: SafetyText) -> None:
    for text in (card.text, card.short, *card.notes.values()):
        try:
            names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError:
            raise DocumentError(f"{path}: a brace is left open in {text[:30]!r}; write a name as {{phone}}.") from None
        unknown = sorted(names - ALLOWED)
        if unknown:
            raise DocumentError(
                f"{path}: placeholder {{{unknown[0]}}} isn't allowed here; use {', '.join(sorted(ALLOWED))}."
            )
