"""A network of one hidden layer over all sentence features, with a confidence that means what it says."""

from __future__ import annotations

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import calibration, features, intent_model, word_parts
from bot.nlu.company import WITHIN
from bot.nlu.intent_model import IntentModel
from bot.perceptron import network, plan, spread

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class PerceptronIntentClassifier(IntentClassifier, GraphComponent):
    """Confidence is the calibrated chance that the top intent is right, also for messages nobody trained.

    A message without any features, or of figures alone, gets no intent and confidence 0, never a guess.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn", "safetensors"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # Of the hidden layer, and how often it sees all lines; chosen by holding whole people out.
            "units": 2048,
            "passes": 20,
            # 0 counts all lines alike, 1 all intents alike: between them, large intents keep some of their weight.
            "balance": 0.5,
            "seed": 42,
            "ranking_length": 10,
            # Training lines may carry metadata `voice`: whole people then go to one side of a split.
            "group_by": "voice",
            # Writers from whom confidence is learnt; the others then only say which intent. Empty: splits over all.
            "calibrate_on": [],
        }

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train again when a helper beside this class changes."""
        helpers = (calibration, features, intent_model, word_parts, network, plan, spread)
        paths = [Path(str(module.__file__)) for module in helpers]
        # Not imported here: it would bring TensorFlow in.
        paths.append(Path(str(plan.__file__)).with_name("learning.py"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> PerceptronIntentClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> PerceptronIntentClassifier:
        """The trained component. Raises when the archive lacks it: an untrained one would answer everything wrong."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, IntentModel.load(Path(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit and store. With fewer than two intents there is nothing to tell apart: every message gets none."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        labels = np.array([example.get(INTENT) for example in examples], dtype=str)
        if len(set(labels)) < 2:
            logger.warning("Fewer than two intents have examples: the classifier stays untrained.")
            self._model = IntentModel.untrained()
        else:
            self._model = intent_model.fit(
                features.vectors_of(examples),
                features.counts_of(examples),
                labels,
                self._groups(examples),
                self._config,
                within=np.array([bool(example.get(WITHIN)) for example in examples]),
            )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(Path(folder))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message, ranking in zip(messages, self._rank_each(messages), strict=True):
            top = ranking[0] if ranking else {"name": None, "confidence": 0.0}
            message.set("intent", top, add_to_output=True)
            message.set("intent_ranking", ranking[: self._config["ranking_length"]], add_to_output=True)
        return messages

    def _rank_each(self, messages: list[Message]) -> list[list[dict[str, Any]]]:
        """An empty ranking where there is nothing to judge by."""
        rankings: list[list[dict[str, Any]]] = [[] for _ in messages]
        judged = [at for at, message in enumerate(messages) if _says_something(message)]
        if self._model is None or not self._model.labels or not judged:
            return rankings
        read = [messages[at] for at in judged]
        ranked = self._model.rank_each(features.vectors_of(read), features.counts_of(read))
        for at, ranking in zip(judged, ranked, strict=True):
            rankings[at] = [{"name": name, "confidence": confidence} for name, confidence in ranking]
        return rankings

    def _groups(self, examples: list[Message]) -> npt.NDArray[np.str_]:
        """Who wrote each example; each line is its own group where nobody says."""
        name = self._config["group_by"]
        return np.array([_voice(example, name) or f"line {place}" for place, example in enumerate(examples)], dtype=str)


def _says_something(message: Message) -> bool:
    return features.has_features(message) and not _is_figures(str(message.get(TEXT)))


def _is_figures(text: str) -> bool:
    """Whether there is a figure and no letter: a phone number, say, which asks nothing, whatever lies near it."""
    return any(sign.isdigit() for sign in text) and not any(sign.isalpha() for sign in text)


def _voice(example: Message, name: str) -> str | None:
    metadata = example.get("metadata") or {}
    for level in (metadata.get("example"), metadata.get("intent"), metadata):
        if isinstance(level, dict) and level.get(name) is not None:
            return json.dumps(level[name])
    return None
