"""A protocol that could lead somebody astray doesn't load; the sentence says where and what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.candidacy import __main__ as command
from bot.candidacy.engine import assess
from bot.candidacy.load import load_protocol
from bot.candidacy.model import Protocol
from bot.errors import DocumentError
from bot.reading import grade
from bot.settings import ROOT
from bot.vocabulary import Outcome
from tests.candidacy.visit import clear_answers

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the questionnaire and what it cites."""
    copy = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge" / "candidacy", copy / "candidacy")
    shutil.copy(ROOT / "knowledge" / "sources.yml", copy)
    return copy


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(name: str, old: str, new: str) -> None:
        (path,) = (folder / "candidacy").rglob(name)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def refusal(folder: Path, values: dict[str, str], **others: object) -> str:
    with pytest.raises(DocumentError) as caught:
        load_protocol(folder, values, **others)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "sentence"),
    [
        ("2_you.yml", "when: {goal: [hair, scars]}", "when: {keloids: [hair]}", "question cause: can't be reached"),
        ("2_you.yml", "when: {goal: [hair, scars]}", "when: {signs_now: ['yes']}", "question cause: can't be reached"),
        ("2_you.yml", "when: {goal: [hair, scars]}", "when: {goal: [toes]}", "`when` names 'toes'"),
        ("2_you.yml", "when: {goal: [fat]}", "when: {goal: [toes]}", "rule R6.fat: goal has no answer 'toes'"),
        ("2_you.yml", "when: {goal: [fat]}", "when: {toes: [fat]}", "rule R6.fat: there is no question 'toes'"),
        ("5_conditions.yml", 'when: {diabetes: ["yes"]}', "when: {diabetes: [not_sure]}", "ends without an outcome"),
        ("5_conditions.yml", 'clear: ["no"]', 'clear: ["no", not_sure]', "never clear without an answer"),
        ("2_you.yml", "clear: [skin, hair, scars]", "clear: [skin, hair, scars, fat]", "in `clear` and has a rule"),
        ("6_choice.yml", "sources: [bdd_care]", "sources: [hearsay]", "'hearsay' is not in sources.yml"),
        ("4_medicines.yml", "- id: R11\n", "- id: R10.disease\n", "rule R10.disease: stands here 2 times"),
        ("4_medicines.yml", "- id: bleeding", "- id: allergies", "question allergies: stands here 2 times"),
        ("1_start.yml", "kind: consent", "kind: choice", "the first question asks for consent"),
        ("1_start.yml", "{minimum_age} or older?", "{age} or older?", "unknown gap {age}"),
        ("1_start.yml", "    text: emergency\n", "", "only an urgent or under-age rule has a `text`"),
        ("protocol.yml", "  restart: Start over\n", "", "'restart' is missing"),
        ("protocol.yml", "not_sure: {outcome: clinician_review", "not_sure: {outcome: no_barrier_found", "too mild"),
        ("protocol.yml", "pause_days: 7", "pause_days: 3", "`pause_days`"),
    ],
)
def test_a_faulty_protocol_is_refused(
    folder: Path, edit: Edit, values: dict[str, str], name: str, old: str, new: str, sentence: str
) -> None:
    edit(name, old, new)
    assert sentence in refusal(folder, values)


def test_a_text_above_grade_six_is_refused(folder: Path, edit: Edit, values: dict[str, str]) -> None:
    edit("5_conditions.yml", "They clear what goes into your body.", "Metabolic detoxification necessitates clearance.")
    assert "liver_kidney: why: reads at grade" in refusal(folder, values, grade=grade)


def _clinic(folder: Path, text: str) -> None:
    (folder / "candidacy" / "clinic.yml").write_text(text, encoding="utf-8")


def test_a_clinic_adds_a_question_and_a_rule_without_code(folder: Path, values: dict[str, str]) -> None:
    _clinic(
        folder,
        """
questions:
  - after: keloids
    question:
      id: tattoo
      number: C1
      short: Tattoo
      kind: health
      ask: Is there a tattoo on that skin?
      why: Ink can move.
      sources: []
      answers: [{id: "yes", title: "Yes"}, {id: "no", title: "No"}]
      clear: ["no"]
rules:
  - {id: C1, when: {tattoo: ["yes"]}, outcome: clinician_review, reason: There is a tattoo on that skin.}
""",
    )
    protocol = load_protocol(folder, values)
    ids = [question.id for question in protocol.questions]
    assert ids[ids.index("keloids") + 1] == "tattoo"
    assert assess(protocol, clear_answers(protocol, tattoo=("yes",))).outcome is Outcome.CLINICIAN_REVIEW
    assert assess(protocol, clear_answers(protocol)).outcome is Outcome.NO_BARRIER_FOUND


def test_a_clinic_makes_a_rule_stricter_without_a_signature(folder: Path, values: dict[str, str]) -> None:
    _clinic(folder, "stricter: [{rule: R17, outcome: not_now}]")
    protocol = load_protocol(folder, values)
    assert assess(protocol, clear_answers(protocol, autoimmune=("yes",))).outcome is Outcome.NOT_NOW
    assert protocol.loosened == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("stricter: [{rule: R12, outcome: clinician_review}]", "use `looser`, with an override that staff see"),
        ("looser: [{rule: R12, outcome: clinician_review}]", "field `looser[0].override`: field required"),
        ("stricter: [{rule: R99, outcome: not_now}]", "there is no rule 'R99'"),
        ("rules: [{id: C1, when: {toes: [x]}, outcome: not_now, reason: A.}]", "there is no question 'toes'"),
    ],
)
def test_a_rule_never_gets_looser_unsigned(folder: Path, values: dict[str, str], text: str, sentence: str) -> None:
    _clinic(folder, text)
    assert sentence in refusal(folder, values)


SIGNED = "override: {signed_by: A clinician, signed_on: 2026-12-01, why: Well controlled.}"


def test_a_signed_rule_gets_looser_and_says_so(folder: Path, values: dict[str, str]) -> None:
    _clinic(folder, f"looser: [{{rule: R12, outcome: clinician_review, {SIGNED}}}]")
    protocol = load_protocol(folder, values)
    assert assess(protocol, clear_answers(protocol, diabetes=("yes",))).outcome is Outcome.CLINICIAN_REVIEW
    assert [one.override.signed_by for one in protocol.loosened] == ["A clinician"]


@pytest.mark.parametrize("rule", ["R1", "R3", "R8.infected"])
def test_nobody_can_sign_away_help_or_the_age(folder: Path, values: dict[str, str], rule: str) -> None:
    _clinic(folder, f"looser: [{{rule: {rule}, outcome: clinician_review, {SIGNED}}}]")
    assert "can't be looser" in refusal(folder, values)


def test_a_version_reads_back_whole_from_its_document(protocol: Protocol) -> None:
    again = Protocol.parse_raw(protocol.document)
    assert again == protocol
    assert again.hash == protocol.hash


def test_any_change_of_wording_is_another_version(
    folder: Path, edit: Edit, protocol: Protocol, values: dict[str, str]
) -> None:
    assert load_protocol(folder, values).hash == protocol.hash
    edit("5_conditions.yml", "Do you have diabetes?", "Have you got diabetes?")
    assert load_protocol(folder, values).hash != protocol.hash


def test_the_command_prints_the_rules_and_the_way(capsys: pytest.CaptureFixture[str], protocol: Protocol) -> None:
    assert command.main(["table"]) == 0
    printed = capsys.readouterr().out
    assert all(rule.id in printed for rule in protocol.rules)
    assert command.main(["graph"]) == 0
    graph = capsys.readouterr().out
    assert graph.startswith("flowchart TD\n")
    assert all(f"  {question.id}[" in graph for question in protocol.questions)
    assert graph.count("-.->") == 0
    assert graph.count(".->") == sum(len(rule.when) for rule in protocol.rules)


def test_the_command_names_what_is_wrong(
    folder: Path, edit: Edit, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    edit("2_you.yml", "when: {goal: [fat]}", "when: {goal: [toes]}")
    monkeypatch.setenv("MESOGUIDE_KNOWLEDGE_DIR", str(folder))
    assert command.main(["table"]) == 1
    assert "goal has no answer 'toes'; correct its name." in capsys.readouterr().err
