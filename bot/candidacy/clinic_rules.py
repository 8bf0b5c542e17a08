"""What one clinic adds to the questionnaire: questions, rules, stricter outcomes, and looser ones that it signs for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.candidacy.engine import ENDING
from bot.candidacy.model import Loosened, Question, Rule
from bot.documents import NoBlanks
from bot.vocabulary import Outcome


class Added(NoBlanks):
    after: str
    question: Question


class Stricter(NoBlanks):
    rule: str
    outcome: Outcome


class ClinicRules(NoBlanks):
    """`clinic.yml` beside `protocol.yml`. A looser rule can't even be written without an `override`."""

    questions: tuple[Added, ...] = ()
    rules: tuple[Rule, ...] = ()
    stricter: tuple[Stricter, ...] = ()
    looser: tuple[Loosened, ...] = ()


@dataclass
class Parts:
    """The questions and rules that a protocol is made of, and what is wrong with putting them together."""

    questions: list[Question]
    rules: list[Rule]
    wrong: list[str]


def join(questions: Sequence[Question], rules: Sequence[Rule], clinic: ClinicRules) -> Parts:
    """The protocol's own questions and rules with the clinic's among them. A rule never becomes milder unsigned."""
    parts = Parts(list(questions), [*rules, *clinic.rules], [])
    for added in clinic.questions:
        place = next((n for n, question in enumerate(parts.questions) if question.id == added.after), None)
        if place is None:
            parts.wrong.append(f"clinic.yml: questions: there is no question {added.after!r} to ask it after.")
        else:
            parts.questions.insert(place + 1, added.question)
    for change in clinic.stricter:
        parts.wrong += _change(parts, change.rule, change.outcome, is_signed=False)
    for signed in clinic.looser:
        parts.wrong += _change(parts, signed.rule, signed.outcome, is_signed=True)
    return parts


def _change(parts: Parts, rule_id: str, outcome: Outcome, *, is_signed: bool) -> Iterator[str]:
    place = next((n for n, rule in enumerate(parts.rules) if rule.id == rule_id), None)
    if place is None:
        yield f"clinic.yml: there is no rule {rule_id!r}; `python -m bot.candidacy table` lists them."
        return
    rule = parts.rules[place]
    is_stricter = outcome.rank < rule.outcome.rank
    if is_signed and rule.outcome in ENDING:
        yield f"clinic.yml: looser: rule {rule_id} ends the questions for the patient's safety and can't be looser."
    elif is_signed == is_stricter or outcome in ENDING:
        use = "`stricter`, without an override" if is_signed else "`looser`, with an override that staff see"
        step = f"from {rule.outcome.value} to {outcome.value}"
        yield f"clinic.yml: rule {rule_id}: {step} doesn't belong here; use {use}."
    else:
        parts.rules[place] = rule.copy(update={"outcome": outcome})
