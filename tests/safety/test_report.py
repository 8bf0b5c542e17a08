"""`python -m bot.safety_report`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.errors import DocumentError
from bot.safety.report import Outcome, load_bank, render
from bot.safety_report import main

LINE = '{"id": "x1", "text": "my throat is closing", "expect": "emergency", "codes": ["E1"], "held_out": false}\n'
MISSED = '{"id": "x2", "text": "secret words", "expect": "urgent", "codes": ["U1"], "held_out": true}\n'


def test_the_report_shows_recall_false_alarms_and_latency(outcomes: list[Outcome]) -> None:
    text = render(outcomes, dt.date(2026, 11, 22))
    assert text.startswith("# Safety check, 2026-11-22")
    for part in ("Seen while tuning", "Held out", "| E10 |", "| U12 |", "| 4D |", "| idiom |", "Median", "Wrong lines"):
        assert part in text


def test_it_writes_a_dated_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bank.jsonl").write_text(LINE + MISSED)
    assert main([str(tmp_path), str(tmp_path / "out")]) == 0
    written = next((tmp_path / "out").glob("safety-????-??-??.md")).read_text()
    assert written in capsys.readouterr().out
    assert "| E1 | 1 | 1 | 100.0% |" in written


def test_a_held_out_line_is_named_but_not_shown(tmp_path: Path) -> None:
    (tmp_path / "bank.jsonl").write_text(MISSED)
    main([str(tmp_path), str(tmp_path)])
    written = next(tmp_path.glob("safety-*.md")).read_text()
    assert "missed x2" in written
    assert "secret words" not in written


@pytest.mark.parametrize("line", ["{", '{"id": "x"}', "[]"])
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "bank.jsonl").write_text(LINE + line)
    with pytest.raises(DocumentError, match=r"bank\.jsonl: line 2"):
        load_bank(tmp_path)


def test_an_empty_folder_gives_a_sentence_and_an_error_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), str(tmp_path)]) == 1
    assert "no labelled messages" in capsys.readouterr().err
