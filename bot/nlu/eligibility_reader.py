"""Torn among the reasons why one may not have it, a patient most likely asks whether they may: the questionnaire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.message import Message

START = "start_candidacy"
REASONS = frozenset(
    f"ask_{topic}"
    for topic in (
        "age_limits",
        "allergies",
        "candidacy",
        "contraindications",
        "medical_conditions",
        "medications_blood_thinners",
        "pregnancy_breastfeeding",
    )
)
LEAST_TO_START = 0.03
LEAST_TOGETHER = 0.4
RIGHT = 0.88
"""Of 60 such messages among 3,820 by nine writers whom the judged model hadn't met, 53 asked whether they or somebody
with their illness, medicine or age may have it. The two limits were chosen on the same lines."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class EligibilityReader(IntentClassifier, GraphComponent):
    """After the classifier, before the fallback, which would offer three of the reasons to choose from."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> EligibilityReader:
        return cls({"unsure_below": 0.8} | config)

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._unsure_below = float(config["unsure_below"])

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        if tracker is not None and tracker.active_loop_name is not None:
            # Within the questionnaire the same words are an answer, and whoever asks back there says so.
            return messages
        for message in messages:
            intent = message.get("intent") or {}
            is_unsure = float(intent.get("confidence") or 0.0) < self._unsure_below
            if is_unsure and is_about_oneself(message.get("intent_ranking") or ()):
                message.set("intent", {"name": START, "confidence": RIGHT}, add_to_output=True)
        return messages


def is_about_oneself(ranking: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the chances in `ranking`, of {name, confidence}, come together to a wish to know if one may have it."""
    chances = {str(one["name"]): float(one["confidence"]) for one in ranking}
    start = chances.get(START, 0.0)
    reasons = sum(chance for name, chance in chances.items() if name in REASONS)
    return start >= LEAST_TO_START and start + reasons >= LEAST_TOGETHER
