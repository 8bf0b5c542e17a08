"""Gives each message one dense sentence vector from the large encoder, tuned to what patients ask."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder import convert, recent, sentence, sources, spec
from bot.encoder.sentence import SentenceEncoder, Vectors, large_folder, load_large_encoder
from bot.nlu.spelling_corrector import corrected


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Unit-length vectors of 768 numbers. The encoder is frozen, so nothing is trained or stored here."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        return ["ctranslate2", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return DenseFeaturizer.get_default_config()  # type: ignore[no-any-return]  # Rasa is untyped

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing can be set, so nothing can be wrong."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Train again when the encoder's files or the helpers beside this class change."""
        helpers = [Path(str(module.__file__)).read_bytes() for module in (convert, recent, sentence, sources, spec)]
        weights = convert.model_fingerprint(large_folder())
        return hashlib.sha256(b"".join(helpers) + weights.encode()).hexdigest()

    def __init__(self, name: str, config: dict[str, Any]) -> None:
        super().__init__(name, config)
        self._encoder = load_large_encoder()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceEncoderFeaturizer:
        return cls(execution_context.node_name, config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        # On all cores: there are thousands of lines, and nobody waits for an answer.
        encoder = SentenceEncoder(large_folder(), workers=os.cpu_count() or 1)
        self._read(encoder, training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        self._read(self._encoder, messages)
        return messages

    def _read(self, encoder: SentenceEncoder, messages: list[Message]) -> None:
        written = [message for message in messages if corrected(message).strip()]
        # Each text once: a message of one clause is there as a whole and as its clause.
        texts = list(dict.fromkeys(map(corrected, written)))
        vectors: dict[str, Vectors] = dict(zip(texts, encoder.encode(texts), strict=True))
        for message in written:
            self._attach(message, vectors[corrected(message)])

    def _attach(self, message: Message, vector: np.ndarray[Any, Any]) -> None:
        # Rasa wants features for every word too; nothing downstream reads them, so each word gets none.
        words = np.zeros((len(message.get("text_tokens") or [""]), 0), dtype=np.float32)
        self.add_features_to_message(words, vector[np.newaxis, :], TEXT, message)
