"""A clinician's signature: who, when, until when, and for which words."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot import knowledge
from bot.documents import load_document
from bot.retrieval.card import Card
from bot.settings import ROOT

NAME = 'Dr Ann "Annie" Example'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real knowledge that the command works on instead."""
    copy = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", copy)
    monkeypatch.setenv("MESOGUIDE_KNOWLEDGE_DIR", str(copy))
    return copy


@pytest.fixture
def path(folder: Path) -> Path:
    return folder / "cards" / "pain" / "general.yml"


def card(path: Path) -> Card:
    return load_document(path, Card)


def test_signing_records_who_and_when_and_nothing_else_changes(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = card(path)
    assert knowledge.main(["sign", "pain.general", "--by", NAME, "--due", "2099-01-31"]) == 0
    signed = card(path)
    assert (signed.review.signed_by, signed.review.signed_on) == (NAME, dt.date.today())
    assert signed.review.due_on == dt.date(2099, 1, 31)
    assert signed.is_reviewed
    assert signed.copy(update={"review": before.review}) == before
    assert "pain.general is signed by" in capsys.readouterr().out


def test_without_a_day_a_signature_holds_for_a_year(path: Path) -> None:
    knowledge.main(["sign", "pain.general", "--by", NAME])
    signed = card(path)
    assert signed.review.due_on == dt.date.today() + dt.timedelta(days=365)
    assert signed.is_in_force(signed.review.due_on)
    assert not signed.is_in_force(signed.review.due_on + dt.timedelta(days=1))


def test_signing_again_replaces_the_first_signature(path: Path) -> None:
    knowledge.main(["sign", "pain.general", "--by", NAME, "--due", "2098-01-31"])
    knowledge.main(["sign", "pain.general", "--by", "Dr Bo Other"])
    assert card(path).review.signed_by == "Dr Bo Other"
    assert path.read_text(encoding="utf-8").count("review:") == 1


@pytest.mark.parametrize("field", ["title", "answer", "more", "note"])
def test_an_edit_takes_the_signature_away(path: Path, field: str, capsys: pytest.CaptureFixture[str]) -> None:
    knowledge.main(["sign", "pain.general", "--by", NAME])
    old = getattr(card(path), field, None) or card(path).evidence.note
    word = old.split()[0]
    text = path.read_text(encoding="utf-8")
    at = text.index(word, text.index(f"{field}:"))
    path.write_text(text[:at] + "Now " + text[at:], encoding="utf-8")
    assert not card(path).is_reviewed
    knowledge.main(["report"])
    assert "Changed since they were signed: 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pain.nobody", "--by", NAME], "'pain.nobody' is not a card"),
        (["pain.general", "--by", "Ann"], "'Ann' doesn't name a clinician"),
        (["pain.general", "--by", "Dr Ann\nExample"], "give the name on one line"),
        (["pain.general", "--by", "Dr Ann\rExample"], "give the name on one line"),
        (["pain.general", "--by", "Dr Ann\u2028Example"], "give the name on one line"),
        (["pain.general", "--by", NAME, "--due", "2020-01-01"], "the signature would end on 2020-01-01"),
    ],
)
def test_a_signature_that_cannot_be_right_is_refused(
    path: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = path.read_text(encoding="utf-8")
    assert knowledge.main(["sign", *arguments]) == 1
    assert sentence in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == before


def test_every_card_can_be_signed(folder: Path) -> None:
    for path in (folder / "cards").glob("*/*.yml"):
        assert knowledge.sign(path, by=NAME, on=dt.date(2026, 1, 1), due=dt.date(2027, 1, 1)).is_reviewed
