"""What is stored of a finished questionnaire once the patient agrees: answers, outcome, trace, version, times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.candidacy.desk import Desk
from bot.candidacy.engine import Cause, assess, path
from bot.candidacy.sheet import Sheet
from bot.candidacy.state import State
from bot.vocabulary import Outcome


def assessment_record(desk: Desk, state: State) -> dict[str, Any]:
    """The assessment as JSON. `trace` names each rule with the answers that set it off; `overrides` are the rules
    that the clinic has made less strict, with who signed for it."""
    found = assess(desk.protocol, state.answers)
    asked = [question for question in path(desk.protocol, state.answers)[1:] if question.id in state.answers]
    return {
        "protocol_version": state.version,
        "protocol_hash": state.hash,
        "started_at": state.started_at.isoformat(),
        "ended_at": (state.ended_at or state.seen_at).isoformat(),
        "outcome": found.outcome.value,
        "is_partial": state.is_partial,
        "answers": [
            {
                "question": one.id,
                "number": one.number,
                "short": one.short,
                "answers": list(state.answers[one.id]),
                "said": desk.answer_text(one, state.answers[one.id]),
            }
            for one in asked
        ],
        "trace": [_traced(desk, cause) for cause in found.causes],
        "overrides": [
            {"rule": one.rule, "outcome": one.outcome.value, "signed_by": one.override.signed_by}
            | {"signed_on": one.override.signed_on.isoformat(), "why": one.override.why}
            for one in desk.protocol.loosened
        ],
    }


def _traced(desk: Desk, cause: Cause) -> dict[str, Any]:
    return {
        "rule": cause.rule,
        "outcome": cause.outcome.value,
        "reason": desk.fill(cause.reason),
        "answers": {question: list(answers) for question, answers in cause.answers},
    }


def summary(desk: Desk, record: Mapping[str, Any]) -> Sheet:
    """A stored record on one page for staff: outcome and reasons first, overrides beside them, then all answers."""
    words = desk.protocol.sheet
    outcome = desk.protocol.outcome_text(Outcome(record["outcome"])).title
    about = f"Version {record['protocol_version']}, {record['started_at']} to {record['ended_at']}."
    reasons = [f"{cause['outcome']}: {cause['reason']}" for cause in record["trace"]]
    overrides = [f"{one['rule']}: {one['signed_by']}, {one['signed_on']}: {one['why']}" for one in record["overrides"]]
    answers = [f"{one['number']} {one['short']}: {one['said']}." for one in record["answers"]]
    sections = ((words.reasons, reasons), (words.overrides, overrides), (words.answers, answers))
    return Sheet(outcome, about, tuple((title, tuple(lines)) for title, lines in sections if lines))
