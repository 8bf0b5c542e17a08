import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot import knowledge
from bot.settings import ROOT


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real knowledge that the command reads instead."""
    copy = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", copy)
    monkeypatch.setenv("MESOGUIDE_KNOWLEDGE_DIR", str(copy))
    return copy


def test_the_command_lists_every_card_and_ends_well() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot.knowledge", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "pain.general" in run.stdout
    assert "unreviewed" in run.stdout
    assert "Nothing is wrong." in run.stdout


def test_an_answer_that_the_clinics_facts_make_long_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clinic = tmp_path / "clinic.yml"
    monkeypatch.setenv("MESOGUIDE_CLINIC_FILE", str(clinic))
    text = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    for address, named in (
        ("12 Rosewood Lane", False),
        ("behind the old mill, the second house on the left hand side", True),
    ):
        clinic.write_text(text.replace("12 Rosewood Lane", address), encoding="utf-8")
        assert knowledge.main(["check"]) == 0
        (line,) = [line for line in capsys.readouterr().out.splitlines() if "longer than 60 words" in line] or [""]
        assert ("booking_hours_location.general" in line) is named


def test_a_broken_card_ends_the_command_with_its_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = folder / "cards" / "pain" / "general.yml"
    card.write_text(card.read_text(encoding="utf-8").replace("{urgent_phone}", "{urgent_fone}"), encoding="utf-8")
    assert knowledge.main(["check"]) == 1
    said = capsys.readouterr()
    assert f"{card}: field `answer`: unknown placeholder {{urgent_fone}}; use one of address, " in said.err


def test_a_card_that_lost_its_signature_is_pointed_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    card = folder / "cards" / "pain" / "general.yml"
    signature = (
        f"status: signed, signed_by: A clinician, signed_on: 2026-11-01, due_on: 2027-11-01, text_hash: '{'0' * 64}'"
    )
    card.write_text(card.read_text(encoding="utf-8").replace("status: unreviewed", signature), encoding="utf-8")
    assert knowledge.main(["check"]) == 0
    assert "changed since it was signed" in capsys.readouterr().out
