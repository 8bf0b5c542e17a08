"""What makes a protocol wrong although each of its files can be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator

from bot.candidacy.engine import ENDING
from bot.candidacy.model import NOT_SURE, PREFER_NOT, SKIPPED, UNKNOWN, Protocol, Question
from bot.candidacy.texts import NEEDED_TEXTS, NEEDED_TITLES, gap_problems, sentences
from bot.vocabulary import Outcome

HIGHEST_GRADE = 6.0
SAID = (NOT_SURE, PREFER_NOT, SKIPPED)


def problems(protocol: Protocol, names: Collection[str]) -> Iterator[str]:
    """One sentence for everything that is wrong: where, what, and the mend. `names` are the clinic's placeholders."""
    yield from _twice("question", (question.id for question in protocol.questions))
    yield from _twice("question number", (question.number for question in protocol.questions))
    yield from _twice("rule", (rule.id for rule in protocol.rules))
    if protocol.questions[0].kind != "consent":
        yield f"question {protocol.questions[0].id}: the first question asks for consent; give it kind: consent."
    yield from _outcome_problems(protocol)
    yield from _rule_problems(protocol)
    reachable: set[str] = set()
    for question in protocol.questions:
        found = [*_question_problems(protocol, question), *_condition_problems(protocol, question, reachable)]
        yield from found
        reachable.add(question.id)
    yield from _missing("texts", NEEDED_TEXTS, protocol.texts)
    yield from _missing("titles", NEEDED_TITLES, protocol.titles)
    yield from gap_problems(protocol, names)


def reading_problems(protocol: Protocol, grade: Callable[[str], float]) -> Iterator[str]:
    """One sentence for each text above grade 6; `grade` gives the school grade of a text."""
    for place, text in sentences(protocol).items():
        found = grade(text)
        if found > HIGHEST_GRADE:
            yield f"{place}: reads at grade {found:.1f}; use shorter words and sentences, down to 6."


def _twice(what: str, ids: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(ids).items():
        if count > 1:
            yield f"{what} {name}: stands here {count} times; give each its own name."


def _missing(where: str, needed: Iterable[str], present: Collection[str]) -> Iterator[str]:
    for name in sorted(set(needed) - set(present)):
        yield f"{where}: {name!r} is missing; the questionnaire says it, write it."


def _outcome_problems(protocol: Protocol) -> Iterator[str]:
    if tuple(text.id for text in protocol.outcomes) != tuple(Outcome):
        yield f"outcomes: must be {', '.join(outcome.value for outcome in Outcome)}, each once and in this order."
    if set(protocol.unknown) != set(UNKNOWN):
        yield f"unknown: must name {', '.join(UNKNOWN)} and no other."
    for name, meant in protocol.unknown.items():
        if meant.outcome.rank > Outcome.CLINICIAN_REVIEW.rank:
            yield f"unknown {name}: {meant.outcome.value} is too mild; an open question is at least clinician_review."


def _rule_problems(protocol: Protocol) -> Iterator[str]:
    for rule in protocol.rules:
        if not rule.when:
            yield f"rule {rule.id}: `when` is empty; name a question and its answers."
        for question_id, wanted in rule.when.items():
            if not protocol.has(question_id):
                yield f"rule {rule.id}: there is no question {question_id!r}; correct its name."
                continue
            for answer in sorted(set(wanted) - set(protocol.question(question_id).answer_ids)):
                yield f"rule {rule.id}: {question_id} has no answer {answer!r}; correct its name."
        for source in sorted(set(rule.sources) - set(protocol.sources)):
            yield f"rule {rule.id}: source {source!r} is not in sources.yml; add it there or correct its name."
        if (rule.outcome in ENDING) != (rule.text is not None):
            yield f"rule {rule.id}: only an urgent or under-age rule has a `text`, and it needs one."


def _question_problems(protocol: Protocol, question: Question) -> Iterator[str]:
    where = f"question {question.id}"
    yield from (f"{where}: {one}" for one in _twice("answer", (answer.id for answer in question.answers)))
    own = {answer.id for answer in question.answers}
    if not own:
        yield f"{where}: has no answers; write at least one."
    if own & set(UNKNOWN):
        yield f"{where}: not_sure, prefer_not, skipped and unanswered are there by themselves; remove them."
    for answer in sorted(set(question.clear) - set(question.answer_ids)):
        yield f"{where}: `clear` names {answer!r}, which is no answer here; correct its name."
    for source in sorted(set(question.sources) - set(protocol.sources)):
        yield f"{where}: source {source!r} is not in sources.yml; add it there or correct its name."
    if question.kind in {"health", "age"} and (question.optional or set(question.clear) & set(UNKNOWN)):
        yield f"{where}: a health question is never optional and never clear without an answer."
    ruled = {answer for rule in protocol.rules if set(rule.when) == {question.id} for answer in rule.when[question.id]}
    for answer in sorted(own - ruled - set(question.clear)):
        yield f"{where}: {answer!r} ends without an outcome; add a rule for it, or name it in `clear`."
    for answer in sorted(ruled & set(question.clear)):
        yield f"{where}: {answer!r} is in `clear` and has a rule; keep one of them."
    if question.optional:
        for answer in sorted({*SAID} - ruled - set(question.clear)):
            yield f"{where}: {answer!r} ends without an outcome; name it in `clear`."
    phrases = [phrase for answer in question.answers for phrase in answer.says]
    yield from (f"{where}: {one}" for one in _twice("the words", phrases))


def _condition_problems(protocol: Protocol, question: Question, reachable: set[str]) -> Iterator[str]:
    where = f"question {question.id}"
    for other, wanted in question.when.items():
        if other not in reachable:
            yield f"{where}: can't be reached: `when` names {other!r}, which isn't asked before it; correct or move it."
            continue
        known = set(wanted) & set(protocol.question(other).answer_ids)
        if set(wanted) - known:
            yield f"{where}: `when` names {sorted(set(wanted) - known)[0]!r}, no answer to {other}; correct its name."
        elif all(_ends(protocol, other, answer) for answer in known):
            yield f"{where}: can't be reached: every answer to {other} in `when` ends the questions; correct `when`."


def _ends(protocol: Protocol, question_id: str, answer: str) -> bool:
    return any(
        set(rule.when) == {question_id} and answer in rule.when[question_id] and rule.outcome in ENDING
        for rule in protocol.rules
    )
