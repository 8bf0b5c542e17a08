"""What one knowledge card holds, and what makes a card wrong."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any, Literal

from pydantic import Field, validator

from bot.documents import NoBlanks
from bot.retrieval.text import Text, Title
from bot.vocabulary import AREAS, TOPICS

ANSWER_WORDS = 60
SIGNATURE = "`signed_by`, `signed_on`, `due_on` and `text_hash`"


class Evidence(NoBlanks):
    """How firm the ground under an answer is, in one word and in the patient's words."""

    strength: Literal["good", "some", "mixed", "unclear", "poor", "none"]
    note: str


class Review(NoBlanks):
    """Which clinician has signed the text. A signature holds for the text that had `text_hash` and no other."""

    status: Literal["unreviewed", "signed"]
    signed_by: str | None = None
    signed_on: dt.date | None = None
    due_on: dt.date | None = None
    text_hash: str | None = Field(None, regex=r"^[0-9a-f]{64}$")

    @validator("text_hash", always=True)
    def _whole_signature(cls, value: str | None, values: dict[str, Any]) -> str | None:
        signature = [values.get("signed_by"), values.get("signed_on"), values.get("due_on"), value]
        if values.get("status") == "signed" and not all(signature):
            raise ValueError(f"a signed review needs {SIGNATURE}; add them or write unreviewed")
        if values.get("status") == "unreviewed" and any(signature):
            raise ValueError(f"an unreviewed text has none of {SIGNATURE}; remove them")
        return value


class Card(Text):
    """One reviewed answer to one question. No `areas` means that it holds wherever no closer card does."""

    id: str = Field(..., regex=r"^[a-z_]+\.[a-z_]+$")
    topic: str
    areas: list[str] = Field([])
    title: Title
    answer: str
    own: str | None = None
    """Said instead of `answer` where the clinic has a price of its own: that wins over general ones."""
    more: str
    own_more: str | None = None
    evidence: Evidence
    own_note: str | None = None
    """Said instead of the evidence's note, as `own_more` instead of `more`."""
    facts: list[str] = Field(..., min_items=1)
    waived: dict[str, str] = Field({})
    """Conflicts and limits that a fact of this card demands but that don't concern it here, each with the reason."""
    sources: list[str] = Field(..., min_items=1)
    next: list[str] = Field([], max_items=3)
    review: Review

    @validator("topic", "next", each_item=True)
    def _known_topic(cls, value: str) -> str:
        if value not in TOPICS:
            raise ValueError(f"{value!r} is not a topic; use one of {', '.join(TOPICS)}")
        return value

    @validator("areas", each_item=True)
    def _known_area(cls, value: str) -> str:
        if value not in AREAS:
            raise ValueError(f"{value!r} is not an area; use one of {', '.join(AREAS)}")
        return value

    @validator("facts", each_item=True)
    def _fact_number(cls, value: str) -> str:
        kind, number = value[:1], value[1:].rstrip("abc")
        if kind not in {"F", "C", "L"} or not number.isdecimal():
            raise ValueError(f"{value!r} is not a fact; write it like F070, C8 or L1b")
        return value

    @validator("answer", "own")
    def _short_answer(cls, value: str | None) -> str | None:
        if value is not None and len(value.split()) > ANSWER_WORDS:
            raise ValueError(f"{len(value.split())} words; keep {ANSWER_WORDS} and move the rest to `more`")
        return value

    @validator("own_note", always=True)
    def _whole_own(cls, value: str | None, values: dict[str, Any]) -> str | None:
        own = [values.get("own"), values.get("own_more"), value]
        if any(own) and not all(own):
            raise ValueError("`own`, `own_more` and `own_note` belong together; write all three or none")
        return value

    @property
    def texts(self) -> dict[str, str]:
        texts = {"title": self.title, "answer": self.answer, "more": self.more, "evidence.note": self.evidence.note}
        own = {"own": self.own, "own_more": self.own_more, "own_note": self.own_note}
        return texts | {name: text for name, text in own.items() if text is not None}

    @property
    def text_hash(self) -> str:
        """What a signature covers: SHA-256 over the texts as they stand in the file."""
        return hashlib.sha256(json.dumps(self.texts, sort_keys=True).encode()).hexdigest()

    @property
    def is_reviewed(self) -> bool:
        """Whether a clinician signed exactly these texts. Any later change of wording takes the signature away."""
        return self.review.status == "signed" and self.review.text_hash == self.text_hash

    def is_in_force(self, day: dt.date) -> bool:
        """Whether the text is signed as it stands and not due for another look before `day`."""
        return self.is_reviewed and self.review.due_on is not None and day <= self.review.due_on
