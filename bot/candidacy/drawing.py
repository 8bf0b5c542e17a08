"""The protocol for a clinician to review: the way through it as a diagram, its rules as a table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from bot.candidacy.model import Protocol, Rule
from bot.vocabulary import Outcome


def mermaid(protocol: Protocol) -> Iterator[str]:
    """A flow chart in Mermaid's language: questions in their order, rules to the outcomes."""
    yield "flowchart TD"
    for question in protocol.questions:
        yield f"  {question.id}[{_quoted(f'{question.number} {question.short}')}]"
    for outcome in Outcome:
        yield f"  {outcome.value}([{_quoted(protocol.outcome_text(outcome).title)}])"
    always = [question for question in protocol.questions if not question.when]
    for one, following in itertools.pairwise(always):
        yield f"  {one.id} --> {following.id}"
    for question in protocol.questions:
        for other, wanted in question.when.items():
            yield f"  {other} -- {_quoted(_titles(protocol, other, wanted))} --> {question.id}"
    for rule in protocol.rules:
        for other, wanted in rule.when.items():
            yield f"  {other} -. {_quoted(f'{rule.id}: {_titles(protocol, other, wanted)}')} .-> {rule.outcome.value}"


def table(protocol: Protocol) -> Iterator[str]:
    """Every rule on one line, strictest first; then what an open answer means, and what a clinic has changed."""
    yield f"Version {protocol.version}, {len(protocol.questions)} questions, {len(protocol.rules)} rules"
    yield f"{'rule':<20} {'outcome':<18} when"
    for rule in sorted(protocol.rules, key=lambda rule: rule.outcome.rank):
        yield f"{rule.id:<20} {rule.outcome.value:<18} {_when(protocol, rule)}"
    for name, meant in protocol.unknown.items():
        where = f"{name} on any question that isn't optional, unless a rule is stricter"
        yield f"{'unknown':<20} {meant.outcome.value:<18} {where}"
    yield f"{'':<20} {Outcome.NO_BARRIER_FOUND.value:<18} every answer is clear"
    for loosened in protocol.loosened:
        signed = loosened.override
        yield f"LOOSER: {loosened.rule} by {signed.signed_by} on {signed.signed_on}: {signed.why}"


def _when(protocol: Protocol, rule: Rule) -> str:
    return " and ".join(
        f"{protocol.question(name).number} {name} = {' or '.join(wanted)}" for name, wanted in rule.when.items()
    )


def _titles(protocol: Protocol, question_id: str, wanted: tuple[str, ...]) -> str:
    return " / ".join(protocol.title(protocol.question(question_id), (answer,)) for answer in wanted)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'
