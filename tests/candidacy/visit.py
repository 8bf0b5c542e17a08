"""Somebody who goes through the questions without the rest of the product."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from bot.candidacy.desk import Desk
from bot.candidacy.engine import next_question
from bot.candidacy.model import Answers, Protocol, Question
from bot.candidacy.screens import show
from bot.candidacy.state import State
from bot.candidacy.talk import Said, Step, begin, return_to, step
from bot.types import Envelope

START = datetime(2026, 3, 14, 9, 0, tzinfo=timezone.utc)
NEGATIVE = ("no", "none", "small", "licensed")


def clear_answer(question: Question) -> str:
    """The answer that stands in nobody's way: yes to consent, age and own choice, otherwise no."""
    if question.id in {"consent", "adult", "own_choice"}:
        return "yes"
    if question.id == "cause":
        return "yes"
    return next((one for one in (*NEGATIVE, *question.clear) if one in question.clear), question.answers[-1].id)


def clear_answers(protocol: Protocol, **changed: tuple[str, ...]) -> Answers:
    """Answers to every question on the path, all clear but those that are given."""
    answers: dict[str, tuple[str, ...]] = {}
    while question := next_question(protocol, answers):
        answers[question.id] = changed.get(question.id, (clear_answer(question),))
    return answers


class Visit:
    def __init__(self, desk: Desk, *earlier: str) -> None:
        self.desk = desk
        self.now = START
        self.state: State = begin(desk, earlier, self.now)
        self.last: Step | None = None

    def say(self, text: str, *, may_ask: bool = False) -> State:
        return self._go(Said(text, may_ask=may_ask))

    def press(self, place: str, answer: str) -> State:
        return self._go(Said("", pressed=(place, answer)))

    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    def come_back(self) -> State:
        self.state = return_to(self.desk, self.state, self.now)
        return self.state

    def to(self, question_id: str, **changed: str) -> State:
        """Answer everything up to this question, clear but for what is given."""
        while self.state.place == "asking" and self.state.open != question_id:
            question = self.desk.protocol.question(self.state.open)
            self.press(question.id, changed.get(question.id, clear_answer(question)))
            if self.state.partial:
                self.press(question.id, "done")
            if self.state.place == "full_list":
                self.press("full_list", "go_on")
        return self.state

    def to_end(self, **changed: str) -> State:
        return self.to("", **changed)

    @property
    def shown(self) -> Envelope:
        return show(self.desk, self.state)

    @property
    def answers(self) -> Answers:
        return self.state.answers

    def _go(self, said: Said) -> State:
        self.now += timedelta(seconds=20)
        self.last = step(self.desk, self.state, said, self.now)
        self.state = self.last.state
        return self.state
