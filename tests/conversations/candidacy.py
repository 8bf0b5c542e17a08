"""A patient who goes through the questionnaire by its buttons."""

from __future__ import annotations

from bot.candidacy.model import Question
from bot.candidacy.texts import fill
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import content, versions
from tests.candidacy.visit import clear_answer
from tests.conversations.patient import Patient

ASK = "can you check whether I qualify"


def open_question(shown: Envelope) -> Question | None:
    """The question that a message asks."""
    values = content().values
    return next((q for q in versions().current.questions if fill(q.ask, values) in shown.text), None)


class Questionnaire:
    """From the consent on. Every answer is clear unless it is given by its question's name."""

    def __init__(self, patient: Patient) -> None:
        self.patient = patient
        self.shown = patient.say(ASK)
        assert self.shown.kind is Kind.QUESTIONNAIRE

    def to(self, name: str, **answers: str) -> Envelope:
        """Go on until the question of that name is asked."""
        while (question := open_question(self.shown)) and question.id != name:
            answer = answers.get(question.id, clear_answer(question))
            self.shown = self.patient.press(versions().current.title(question, (answer,)))
            if self._offers("That's all"):
                self.shown = self.patient.press("That's all")
            if self._offers("Stop here and show me"):
                self.shown = self.patient.press("Go on")
        return self.shown

    def to_result(self, **answers: str) -> Envelope:
        """Answer everything and agree to the read-back."""
        self.to("", **answers)
        self.shown = self.patient.press("Yes, it's right")
        return self.shown

    def say(self, text: str) -> Envelope:
        self.shown = self.patient.say(text)
        return self.shown

    def say_all(self, text: str) -> list[Envelope]:
        replies = self.patient.say_all(text)
        self.shown = replies[-1]
        return replies

    def press(self, title: str) -> Envelope:
        self.shown = self.patient.press(title)
        return self.shown

    def asks(self, name: str) -> bool:
        question = open_question(self.shown)
        return question is not None and question.id == name

    def _offers(self, title: str) -> bool:
        return title in [button.title for button in self.shown.buttons]
