"""Writers whom no encoder has met: without them, no confidence and no weight would be worth anything."""

from __future__ import annotations

import json

import numpy as np
import pytest
import yaml

from bot.encoder.adapter import LARGE_ADAPTER_FILE, adapter_hash
from bot.perceptron.network import Floats
from bot.perceptron.plan import Plan
from bot.safety.check import load_safety
from bot.safety.opinion import OPINION_FOLDER, WORDS
from bot.settings import ROOT
from bot.tuning import opinion
from bot.tuning.left_out import LEFT_OUT_FOLDS, LEFT_OUT_HANDS
from bot.tuning.lines import NONE, Line
from bot.tuning.tasks import all_lines

SAID = {"none": (NONE, "does it hurt"), "urgent": ("U1", "pus and heat"), "emergency": ("E1", "my throat closes")}
LEVEL_WORDS = {"crisis": ("4D", "no wish to live"), "minor": ("4E", "i am fifteen")}


def test_no_writer_is_in_two_parts_and_each_has_written_something() -> None:
    assert sum(map(len, LEFT_OUT_FOLDS)) == len(LEFT_OUT_HANDS)
    assert {line.hand for line in all_lines()} >= LEFT_OUT_HANDS


def test_confidence_is_judged_on_writers_whom_the_encoder_has_not_met() -> None:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    judges = {name for part in pipeline for name in part.get("calibrate_on", ())}
    assert judges
    assert judges <= LEFT_OUT_HANDS


def test_the_second_opinion_was_learnt_with_the_encoders_that_run() -> None:
    words = json.loads((OPINION_FOLDER / WORDS).read_text(encoding="utf-8"))
    assert words["by_encoders"] == {"small": adapter_hash(), "large": adapter_hash(LARGE_ADAPTER_FILE)}


def test_every_part_is_judged_by_what_was_learnt_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    hands = ["known", *sorted(LEFT_OUT_HANDS)]
    lines = [
        Line(f"{text} {hand}", None, level, code, hand)
        for hand in hands
        for level, (code, text) in {**SAID, **LEVEL_WORDS}.items()
    ]
    taught: list[set[str]] = []
    judged: list[set[str]] = []
    learn_parts, clues = opinion._learn_parts, opinion._clues

    def learning(parts: list[opinion.Seen], codes: tuple[str, ...]) -> list[opinion.Parts]:
        taught.extend({line.hand for line in seen.lines} for seen in parts)
        return learn_parts(parts, codes)

    def judging(seen: opinion.Seen, *rest: object) -> list[Floats]:
        judged.append({line.hand for line in seen.lines})
        return clues(seen, *rest)  # type: ignore[arg-type]

    def numbers(texts: list[str]) -> Floats:
        return np.array([np.random.default_rng(len(text)).normal(size=8) for text in texts], dtype=np.float32)

    for plan in ("SMALL_PLAN", "BOTH_PLAN"):
        monkeypatch.setattr(opinion, plan, Plan(units=8, passes=1, fewest_steps=5))
    monkeypatch.setattr(opinion, "_learn_parts", learning)
    monkeypatch.setattr(opinion, "_clues", judging)
    monkeypatch.setattr(opinion, "Parallel", lambda **_: list)
    monkeypatch.setattr(opinion, "delayed", lambda call: call)
    weights = opinion.learn(lines, numbers, numbers, load_safety(ROOT / "knowledge"))
    assert taught[0] == set(hands)
    assert judged == [set(fold) for fold in LEFT_OUT_FOLDS]
    assert [known & fold for known, fold in zip(taught[1:], LEFT_OUT_FOLDS, strict=True)] == [set()] * len(judged)
    assert weights.codes == ("4D", "4E", "E1", "U1", NONE)
