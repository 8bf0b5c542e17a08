"""Misspelt words are read as what was meant; all other words, and what staff see, stay as they were written."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.spelling import FEWEST_LINES, Corrector, learn_words
from bot.nlu.spelling_corrector import CORRECTED, SpellingCorrector, corrected
from tests.nlu.pipeline import CORRECTOR, Line, Pipeline, context, corrector

SAID = {"permanent": 20, "needle": 90, "bruise": 60, "wrong": 30, "cellulite": 50, "hyaluronic": 9, "money": 40}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("is it permanant", "is it permanent"),
        ("what if the needle goes worng", "what if the needle goes wrong"),
        ("PERMANANT???", "permanent???"),
        ("what does the neddle do, will i bruize", "what does the needle do, will i bruise"),
        ("Celulite on both legs", "cellulite on both legs"),
        ("hialuronic acid", "hyaluronic acid"),
    ],
)
def test_a_slip_is_mended(written: str, meant: str) -> None:
    assert Corrector(SAID).correct(written) == meant


@pytest.mark.parametrize(
    "text",
    [
        "honey and a poodle",  # real words that look like patients' words
        "see Wronge and Sons",  # a name
        "mony",  # too short to tell
        "neeeeeedle",  # too far
        "xqzvtr",
        "it's needle's end, can't, won’t",
        "нужен ли бруйз",
        "0049 wr0ng w_rong",
        "",
        "😀",
    ],
)
def test_all_else_stays(text: str) -> None:
    assert Corrector(SAID).correct(text) == text


def test_without_training_nothing_is_mended() -> None:
    assert Corrector({}).correct("is it permanant") == "is it permanant"


def test_a_word_is_learnt_from_a_dictionary_or_from_many_lines() -> None:
    texts = ["my needle", "a needle", *["ozempic"] * FEWEST_LINES, *["permanant"] * (FEWEST_LINES - 1), "once"]
    assert learn_words(texts) == {"needle": 2, "ozempic": FEWEST_LINES}


def test_what_was_written_is_kept_and_what_was_meant_is_read(tmp_path: Path) -> None:
    storage = Pipeline.empty(tmp_path)
    lines = TrainingData([Message({TEXT: f"the needle {n}", INTENT: "pain"}) for n in range(5)])
    corrector(storage).train(lines)
    loaded = SpellingCorrector.load({}, storage, CORRECTOR, context())
    slip, right = loaded.process([Message({TEXT: "a neddle"}), Message({TEXT: "a needle"})])
    assert (slip.get(TEXT), corrected(slip)) == ("a neddle", "a needle")
    assert corrected(right) == "a needle"
    assert right.get(CORRECTED) is None
    assert CORRECTED not in slip.as_dict(only_output_properties=True)


def test_an_archive_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises((FileNotFoundError, ValueError)):
        SpellingCorrector.load({}, Pipeline.empty(tmp_path), CORRECTOR, context())


def test_the_classifier_reads_what_was_meant(tmp_path: Path) -> None:
    lines = {
        "pain": ("does the needle hurt", "is a needle sore"),
        "cost": ("what does the course cost", "a course, how much"),
    }
    pipeline = Pipeline(tmp_path, [Line(text, intent) for intent, texts in lines.items() for text in texts])
    assert pipeline.confidences("the neddle") == pipeline.confidences("the needle")
    assert pipeline.confidences("the noodle") != pipeline.confidences("the needle")
