"""A patient who names illness, age or medicine and is torn between them is led to the questionnaire."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rasa.engine.storage.resource import Resource
from rasa.shared.core.events import ActiveLoop
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.eligibility_reader import REASONS, START, EligibilityReader, is_about_oneself
from bot.settings import ROOT
from tests.nlu.pipeline import context


def ranking(**chances: float) -> list[dict[str, Any]]:
    return [{"name": name, "confidence": chance} for name, chance in chances.items()]


@pytest.mark.parametrize(
    ("chances", "expected"),
    [
        ({START: 0.3, "ask_medical_conditions": 0.3}, True),
        ({"ask_age_limits": 0.3, START: 0.1, "ask_allergies": 0.15}, True),
        ({START: 0.6}, True),
        ({"ask_medical_conditions": 0.4, "ask_contraindications": 0.3, START: 0.02}, False),  # a general question
        ({START: 0.3, "ask_hair_loss": 0.5}, False),
        ({START: 0.2, "seek_advice": 0.5}, False),
        ({}, False),
    ],
)
def test_the_chances_count_together(chances: dict[str, float], expected: bool) -> None:
    assert is_about_oneself(ranking(**chances)) is expected


@pytest.mark.parametrize(("confidence", "expected"), [(0.4, START), (0.79, START), (0.8, "ask_age_limits")])
def test_only_an_unsure_reading_is_replaced(confidence: float, expected: str) -> None:
    reader = EligibilityReader.create({}, None, Resource("reader"), context())
    found = ranking(ask_age_limits=confidence, start_candidacy=0.2)
    message = Message({TEXT: "too old with a pacemaker?", INTENT: found[0], "intent_ranking": found})
    assert reader.process([message])[0].get(INTENT)["name"] == expected


def test_within_the_questionnaire_the_same_words_are_an_answer() -> None:
    reader = EligibilityReader.create({}, None, Resource("reader"), context())
    tracker = DialogueStateTracker.from_events("patient", [ActiveLoop("candidacy_form")])
    found = ranking(ask_age_limits=0.4, start_candidacy=0.2)
    message = Message({TEXT: "69, and a pacemaker", INTENT: found[0], "intent_ranking": found})
    assert reader.process([message], tracker)[0].get(INTENT)["name"] == "ask_age_limits"
    tracker.update(ActiveLoop(None))
    assert reader.process([message], tracker)[0].get(INTENT)["name"] == START


def test_a_message_without_a_reading_stays() -> None:
    reader = EligibilityReader.create({}, None, Resource("reader"), context())
    assert reader.process([Message({TEXT: ""})])[0].get(INTENT) is None


def test_it_knows_the_intents_and_the_limit_of_the_fallback() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    assert {START, *REASONS} <= set(domain["intents"])
    pipeline = {part["name"]: part for part in yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))["pipeline"]}
    for name in ("eligibility_reader.EligibilityReader", "question_reader.QuestionReader"):
        assert pipeline[f"bot.nlu.{name}"]["unsure_below"] == pipeline["FallbackClassifier"]["threshold"]
