from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.documents import load_document, load_yaml
from bot.errors import DocumentError


class Inner(BaseModel):
    title: str


class Sample(BaseModel):
    name: str
    sources: list[Inner] = []

    class Config:
        extra = "forbid"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sample.yml"


def _complaint(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(DocumentError) as caught:
        load_document(path, Sample)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value).replace(f"{path}: ", "")


def test_a_right_file_becomes_its_model(path: Path) -> None:
    path.write_text("name: A\nsources:\n  - title: B\n", encoding="utf-8")
    assert load_document(path, Sample) == Sample(name="A", sources=[Inner(title="B")])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "the file must hold `name: value` lines; compare it with its neighbours."),
        (b"- a\n- b\n", "the file must hold `name: value` lines; compare it with its neighbours."),
        (b"just words", "the file must hold `name: value` lines; compare it with its neighbours."),
        (b"name: \xff\xfe", "the file isn't UTF-8 text; save it as UTF-8."),
        (b"5: x\nname: A", "every field name must be a word; put quotes around numbers."),
        (b"sources: []", "field `name`: field required; add it."),
        (
            b"name: A\nsources: [{}]",
            "field `sources[0].title`: field required; add it.",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_mend(content: bytes, complaint: str, path: Path) -> None:
    assert _complaint(path, content) == complaint


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"name: A\n  more: b: c\n", 2), (b"name: [a\n", 2), (b"name: 'a\n\n", 3), (b"a: 1\n\tb: 2\n", 2)],
)
def test_broken_yaml_names_the_line(content: bytes, line: int, path: Path) -> None:
    complaint = _complaint(path, content)
    assert complaint.startswith(f"line {line}: ")
    assert "check the indentation" in complaint


def test_every_problem_is_told_at_once(path: Path) -> None:
    assert len(_complaint(path, b"nmae: A\nsources: 7").splitlines()) == 3


def test_a_date_that_no_calendar_has_is_told(path: Path) -> None:
    assert "write it like 2026-11-01" in _complaint(path, b"name: 2026-02-30")


def test_code_in_a_file_is_not_run(path: Path) -> None:
    assert "line 1" in _complaint(path, b"name: !!python/object/apply:os.getcwd []")


def test_a_missing_file_and_a_folder_are_told_apart(path: Path, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="doesn't exist; create it or correct the path"):
        load_yaml(path)
    with pytest.raises(DocumentError, match=r"can't be read .*correct the path"):
        load_yaml(tmp_path)
