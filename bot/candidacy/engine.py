"""The next question, the outcome, and which answers caused it. Pure functions over a protocol and answers."""

from __future__ import annotations

from dataclasses import dataclass

from bot.candidacy.model import UNANSWERED, UNKNOWN, Answers, Protocol, Question, Rule
from bot.vocabulary import Outcome

ENDING = (Outcome.URGENT, Outcome.UNDER_AGE)
"""Only these end the questions early (clinical.md, section 5, order logic)."""


@dataclass(frozen=True)
class Cause:
    """One rule that an answer has set off, with the answers that did."""

    rule: str
    outcome: Outcome
    answers: tuple[tuple[str, tuple[str, ...]], ...]
    reason: str
    sources: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    tell: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class Assessment:
    """What the answers come to. `causes` is the whole trace, the highest outcome first, then in the order asked."""

    outcome: Outcome
    causes: tuple[Cause, ...]

    @property
    def deciding(self) -> tuple[Cause, ...]:
        return tuple(cause for cause in self.causes if cause.outcome is self.outcome)

    @property
    def others(self) -> tuple[Cause, ...]:
        return tuple(cause for cause in self.causes if cause.outcome is not self.outcome)

    @property
    def is_over(self) -> bool:
        """Whether the questions end here, before the last one."""
        return self.outcome in ENDING


def path(protocol: Protocol, answers: Answers) -> tuple[Question, ...]:
    """The questions that these answers lead through, in order. A question whose condition fails isn't on it."""
    on_path: list[Question] = []
    asked: set[str] = set()
    for question in protocol.questions:
        if all(other in asked and set(answers.get(other, ())) & set(wanted) for other, wanted in question.when.items()):
            on_path.append(question)
            asked.add(question.id)
    return tuple(on_path)


def next_question(protocol: Protocol, answers: Answers) -> Question | None:
    """The first question on the path without an answer; None when all have one or the questions are over."""
    if is_over(protocol, answers):
        return None
    return next((question for question in path(protocol, answers) if question.id not in answers), None)


def is_over(protocol: Protocol, answers: Answers) -> bool:
    """Whether an answer given so far ends the questions: urgent or under age."""
    return any(cause.outcome in ENDING for cause in _fired(protocol, answers))


def so_far(protocol: Protocol, answers: Answers) -> Assessment:
    """As `assess`, for the answers given so far: what is still to be asked doesn't count yet."""
    return _assessment(_fired(protocol, answers))


def assess(protocol: Protocol, answers: Answers) -> Assessment:
    """The outcome as if the patient stopped here: a question on the path without an answer counts as not answered.

    The highest outcome wins (urgent, under age, not now, clinician review, no barrier found). No barrier is found
    only when every question but an optional one has an answer that is clear (clinical.md, section 5).
    """
    fired = _fired(protocol, answers)
    if not any(cause.outcome in ENDING for cause in fired):
        missing = [q for q in path(protocol, answers) if not answers.get(q.id)]
        fired += [_unknown(protocol, question, UNANSWERED) for question in missing if _counts(question)]
    return _assessment(fired)


def causes_of(protocol: Protocol, answers: Answers, question_id: str) -> tuple[Cause, ...]:
    """The part of the trace that the answer to one question has a share in."""
    return tuple(c for c in so_far(protocol, answers).causes if question_id in dict(c.answers))


def strictness(protocol: Protocol, question: Question, answer_ids: tuple[str, ...]) -> int:
    """How strict an answer is by itself: the rank of its outcome, 0 for the strictest."""
    alone = {question.id: answer_ids}
    single = [rule.outcome.rank for rule in protocol.rules if set(rule.when) == {question.id} and _holds(rule, alone)]
    single += [protocol.unknown[one].outcome.rank for one in answer_ids if one in UNKNOWN and _counts(question)]
    return min(single, default=Outcome.NO_BARRIER_FOUND.rank)


def _assessment(fired: list[Cause]) -> Assessment:
    causes = tuple(sorted(fired, key=lambda cause: cause.outcome.rank))
    return Assessment(causes[0].outcome if causes else Outcome.NO_BARRIER_FOUND, causes)


def _fired(protocol: Protocol, answers: Answers) -> list[Cause]:
    """Every rule that the answers set off, then every answer that says nothing and that no rule speaks of."""
    asked = {question.id: answers[question.id] for question in path(protocol, answers) if answers.get(question.id)}
    found = [_cause(rule, asked) for rule in protocol.rules if _holds(rule, asked)]
    for question in protocol.questions:
        for answer in asked.get(question.id, ()):
            if answer in UNKNOWN and _counts(question) and answer not in question.clear:
                found.append(_unknown(protocol, question, answer))
    place = {question.id: number for number, question in enumerate(protocol.questions)}
    return sorted(_without_shadows(found), key=lambda cause: max(place[one] for one, _ in cause.answers))


def _without_shadows(found: list[Cause]) -> list[Cause]:
    """Without the general cause of a "not sure" for which a rule of its own is as strict or stricter."""
    return [
        cause
        for cause in found
        if not cause.rule.startswith("unknown.")
        or not any(
            not other.rule.startswith("unknown.")
            and other.outcome.rank <= cause.outcome.rank
            and _caused_by(other, cause.answers[0])
            for other in found
        )
    ]


def _caused_by(cause: Cause, answer: tuple[str, tuple[str, ...]]) -> bool:
    question, given = answer
    return bool(set(dict(cause.answers).get(question, ())) & set(given))


def _holds(rule: Rule, answers: Answers) -> bool:
    return all(set(answers.get(question, ())) & set(wanted) for question, wanted in rule.when.items())


def _cause(rule: Rule, answers: Answers) -> Cause:
    given = tuple(
        (question, tuple(one for one in answers[question] if one in wanted)) for question, wanted in rule.when.items()
    )
    return Cause(rule.id, rule.outcome, given, rule.reason, rule.sources, rule.ask, rule.tell, rule.text)


def _unknown(protocol: Protocol, question: Question, answer: str) -> Cause:
    meant = protocol.unknown[answer]
    reason = meant.reason.replace("{short}", question.short)
    return Cause(f"unknown.{question.number}", meant.outcome, ((question.id, (answer,)),), reason, question.sources)


def _counts(question: Question) -> bool:
    """Whether leaving this question open stands in the way of "no barrier found"."""
    return not question.optional and question.kind != "consent"
