"""What the encoders and the second opinion learn from, as it is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.errors import DocumentError
from bot.tuning.lines import NONE, Line, safety_lines
from bot.tuning.tasks import all_lines


def test_a_line_s_kind_is_its_code_or_else_what_it_is_about() -> None:
    assert Line("I can't breathe", None, "emergency", "E1", "x").kind == "E1"
    assert Line("does it hurt", "ask_pain", NONE, NONE, "x").kind == "none: ask_pain"
    assert Line("to die for", None, NONE, NONE, "x", trap="idiom").kind == "none: idiom"


def test_each_quiet_safety_line_says_what_kind_of_trap_it_is() -> None:
    nameless = [line.hand for line in all_lines() if line.code == NONE and not (line.intent or line.trap)]
    assert len(nameless) < 0.03 * sum(line.code == NONE for line in all_lines())


@pytest.mark.parametrize("raw", ["{", "[]", '{"text": "ouch"}'])
def test_a_wrong_safety_line_is_named(raw: str, tmp_path: Path) -> None:
    good = {"text": "hi", "expect": NONE, "codes": [], "trap": "smalltalk"}
    (tmp_path / "zz.jsonl").write_text(f"{json.dumps(good)}\n{raw}\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"zz.jsonl: line 2"):
        list(safety_lines(tmp_path))
