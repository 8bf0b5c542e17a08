"""Runs the red-flag check inside the pipeline, so that `rasa shell` and every policy see a sign as an intent."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.safety.check import SafetyCheck
from bot.wiring import safety_check

INTENT = "red_flag"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class RedFlagDetector(IntentClassifier, GraphComponent):
    """Puts intent `red_flag` first when the check fires; leaves every other message as it is."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> RedFlagDetector:
        return cls(safety_check())

    def __init__(self, check: SafetyCheck) -> None:
        self._check = check

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            if self._check.assess(message.get(TEXT) or "") is not None:
                found = {"name": INTENT, "confidence": 1.0}
                message.set("intent", found, add_to_output=True)
                message.set("intent_ranking", [found, *message.get("intent_ranking", [])], add_to_output=True)
        return messages
