"""Writes beside each message its text with mended spelling, "it" for the treatment's name and words for lone emoji.

Tokenizer and encoder read that in its place.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot import emoji
from bot.emoji import spoken
from bot.nlu import naming, spelling
from bot.nlu.naming import unnamed
from bot.nlu.spelling import Corrector, learn_words

CORRECTED = "corrected"
"""On a message with a misspelt word, the treatment's name or nothing but emoji: the text without. It doesn't leave the
pipeline."""
WORDS = "words.json"


def corrected(message: Message, attribute: str = TEXT) -> str:
    """The text to be understood: as it was written, but for its spelling and the treatment's name."""
    written = message.get(CORRECTED) if attribute == TEXT else None
    return str(written or message.get(attribute) or "")


# Registered as what Rasa trains first and then lets read the training messages too, as it does with featurizers.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SpellingCorrector(GraphComponent):
    """Before the tokenizer. The text itself stays as the patient wrote it: that is what staff read."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train again when a helper beside this class changes."""
        helpers = (emoji, naming, spelling)
        return hashlib.sha256(b"".join(Path(str(module.__file__)).read_bytes() for module in helpers)).hexdigest()

    @staticmethod
    def required_packages() -> list[str]:
        return ["symspellpy"]

    def __init__(self, model_storage: ModelStorage, resource: Resource, corrector: Corrector) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._corrector = corrector

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SpellingCorrector:
        return cls(model_storage, resource, Corrector({}))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SpellingCorrector:
        """The trained component. Raises when the archive lacks its words."""
        with model_storage.read_from(resource) as folder:
            words = json.loads((Path(folder) / WORDS).read_text(encoding="utf-8"))
        return cls(model_storage, resource, Corrector(words))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the words of the training messages, and store them."""
        words = learn_words(str(message.get(TEXT)) for message in training_data.intent_examples if message.get(TEXT))
        self._corrector = Corrector(words)
        with self._model_storage.write_to(self._resource) as folder:
            (Path(folder) / WORDS).write_text(json.dumps(words, sort_keys=True), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            written = message.get(TEXT)
            if written and (mended := unnamed(self._corrector.correct(spoken(written)))) != written:
                message.set(CORRECTED, mended)
        return messages
