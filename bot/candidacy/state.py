"""Where one patient stands in the questionnaire. JSON in and out, so that it fits into one slot."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Extra

Place = Literal["asking", "full_list", "read_back", "send", "resume", "ended"]
End = Literal["declined", "stopped", "urgent", "under_age", "sent", "kept"]


class State(BaseModel):
    """Nothing that a patient entered is dropped: an answer that no longer counts stays, in case it counts again."""

    hash: str
    version: str
    place: Place = "asking"
    open: str
    """The question that is shown, or was shown last."""
    answers: dict[str, tuple[str, ...]] = {}
    history: tuple[str, ...] = ()
    """Answered questions, in the order in which they were answered first."""
    stated: dict[str, tuple[str, ...]] = {}
    """Said outside of its question, or too long ago: asked to be confirmed when its turn comes."""
    doubt: tuple[str, ...] = ()
    """What the last words probably mean for the open question; being confirmed."""
    partial: tuple[str, ...] = ()
    """Answers pressed so far to a question that takes several."""
    notes: tuple[str, ...] = ()
    """Sentences to say before the next screen."""
    told: tuple[str, ...] = ()
    misses: int = 0
    is_full: bool = False
    """Whether the patient wants the full list although a "not now" is certain."""
    is_partial: bool = False
    """Whether they asked for the result before the last question."""
    is_why: bool = False
    end: End | None = None
    started_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None

    class Config:
        extra = Extra.forbid
        allow_mutation = False

    def but(self, **changes: Any) -> State:
        """A copy that differs in these fields."""
        return self.copy(update=changes)

    def note(self, *sentences: str) -> State:
        return self.but(notes=(*self.notes, *(one for one in sentences if one not in self.notes)))
