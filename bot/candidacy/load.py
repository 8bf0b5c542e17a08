"""Read the questionnaire's folder into one checked protocol."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from bot.candidacy.check import problems, reading_problems
from bot.candidacy.clinic_rules import ClinicRules, join
from bot.candidacy.model import Cited, Head, Protocol, Question, Rule, Section
from bot.documents import load_document, load_yaml
from bot.errors import DocumentError


def load_protocol(
    knowledge_dir: Path, names: Collection[str], *, grade: Callable[[str], float] | None = None
) -> Protocol:
    """The questionnaire of `knowledge/candidacy/` with the clinic's own rules. `names` are the clinic's placeholders.

    Raises DocumentError with one sentence for each thing wrong: an unreachable question, a rule over an unknown
    answer, an answer without an outcome, a rule made looser unsigned, and with `grade` a text above grade 6.
    """
    folder = knowledge_dir / "candidacy"
    head = load_document(folder / "protocol.yml", Head)
    sections = [load_document(path, Section) for path in sorted((folder / "questions").glob("*.yml"))]
    own = folder / "clinic.yml"
    clinic = load_document(own, ClinicRules) if own.exists() else ClinicRules()
    questions = [question for section in sections for question in section.questions]
    parts = join(questions, [rule for section in sections for rule in section.rules], clinic)
    if not parts.questions or not parts.rules:
        raise DocumentError(f"{folder / 'questions'}: no questions with rules; restore the files.")
    protocol = Protocol(
        **dict(head),
        questions=tuple(parts.questions),
        rules=tuple(parts.rules),
        loosened=clinic.looser,
        sources=_cited(knowledge_dir / "sources.yml", parts.questions, parts.rules),
    )
    wrong = [*parts.wrong, *problems(protocol, names)]
    _refuse(folder, wrong)
    if grade is not None:
        check_reading(protocol, grade, where=folder)
    return protocol


def check_reading(protocol: Protocol, grade: Callable[[str], float], *, where: Path) -> None:
    """Raises DocumentError that names each text above grade 6."""
    _refuse(where, list(reading_problems(protocol, grade)))


def _refuse(where: Path, wrong: list[str]) -> None:
    if wrong:
        raise DocumentError("\n".join(f"{where}: {sentence}" for sentence in wrong))


def _cited(path: Path, questions: Collection[Question], rules: Collection[Rule]) -> dict[str, Cited]:
    """What the questions and rules cite, as patients see it; the library of cards checks the file itself."""
    used = {source for question in questions for source in question.sources}
    used |= {source for rule in rules for source in rule.sources}
    found = {}
    for reference in load_yaml(path)["sources"]:
        if reference["id"] in used:
            publisher = f" ({reference['publisher']})" if reference.get("publisher") else ""
            found[reference["id"]] = Cited(title=f"{reference['title']}{publisher}", url=reference.get("url"))
    return found
