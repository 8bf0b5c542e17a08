"""The protocol together with the clinic's facts, and what both the talk and the screens ask of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.candidacy.engine import path
from bot.candidacy.model import Protocol, Question
from bot.candidacy.state import State
from bot.candidacy.texts import fill

SCREENS: dict[str, tuple[str, str]] = {
    "full_list": ("go_on", "stop_here"),
    "read_back": ("all_right", "change"),
    "send": ("send", "keep"),
    "resume": ("resume", "restart"),
    "doubt": ("yes", "no"),
}
"""The two choices of each screen that is no question: the one that a yes means, and the one that a no means."""


@dataclass(frozen=True)
class Desk:
    """`values` are the clinic's placeholders (`bot.clinic.placeholders`)."""

    protocol: Protocol
    values: Mapping[str, str]

    def say(self, name: str, **gaps: str) -> str:
        """One of the protocol's texts with its gaps filled."""
        return self.fill(self.protocol.texts[name], **gaps)

    def fill(self, text: str, **gaps: str) -> str:
        return fill(text, {**self.values, "pause_days": str(self.protocol.pause_days)}, **gaps)

    def title(self, name: str) -> str:
        return self.protocol.titles[name]

    def answer_text(self, question: Question, answers: tuple[str, ...]) -> str:
        """Answers as their buttons say them; a recorded age stands for its yes or no."""
        return self.protocol.title(question, answers)

    def progress(self, state: State) -> tuple[int, int]:
        """The open question's number and how many there are on this path, the consent not counted."""
        ids = [question.id for question in path(self.protocol, state.answers)][1:]
        number = ids.index(state.open) + 1 if state.open in ids else len(ids)
        return max(number, 1), max(len(ids), 1)

    def is_adult(self, age: int) -> bool:
        return age >= int(self.values["minimum_age"])
