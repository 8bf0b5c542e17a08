"""Gives each message one dense sentence vector from the large encoder, tuned to what patients ask."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder import convert, recent, sentence, sources, spec
from bot.encoder.sentence import SentenceEncoder, large_folder, load_large_encoder
from bot.nlu import company, places
from bot.nlu.company import WITHIN, in_company
from bot.nlu.places import places_in
from bot.nlu.question_splitter import STRETCH
from bot.nlu.spelling_corrector import corrected

Vector = npt.NDArray[np.float32]

NOWHERE = (0, 0)
"""Of a stretch that was mended otherwise than within the message: its vector there is zeros."""
HELPERS = (company, convert, places, recent, sentence, sources, spec)


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
        helpers = [Path(str(module.__file__)).read_bytes() for module in HELPERS]
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
        written = [message for message in training_data.training_examples if corrected(message).strip()]
        texts, intents = [corrected(one) for one in written], [str(one.get(INTENT) or "") for one in written]
        read = list(in_company(texts, intents))
        found = encoder.encode_within([text for text, _ in read], [[place] if place else [] for _, place in read])
        for message, (_, place), vectors in zip(written, read, found, strict=True):
            message.set(WITHIN, place is not None)
            self._attach(message, vectors[-1])
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        # Stretches follow the message that they are of.
        starts = [at for at, message in enumerate(messages) if message.get(STRETCH) is None]
        for start, end in pairwise([*starts, len(messages)]):
            self._read(messages[start], messages[start + 1 : end])
        return messages

    def _read(self, whole: Message, stretches: Sequence[Message]) -> None:
        """The message in one pass with its stretches, where they stand in it; and each stretch alone in another.

        What stands around a stretch tells what it means, but draws it there as well: the mean of both tells more of
        what it asks than either.
        """
        if not corrected(whole).strip():
            return
        places = places_in(whole, stretches)
        vector, *within = self._encoder.encode_within([corrected(whole)], [[place or NOWHERE for place in places]])[0]
        self._attach(whole, vector)
        alone = self._encoder.encode([corrected(stretch) for stretch in stretches])
        for stretch, one, other in zip(stretches, within, alone, strict=True):
            self._attach(stretch, _between(one, other))

    def _attach(self, message: Message, vector: Vector) -> None:
        # Rasa wants features for every word too; nothing downstream reads them, so each word gets none.
        words = np.zeros((len(message.get("text_tokens") or [""]), 0), dtype=np.float32)
        self.add_features_to_message(words, vector[np.newaxis, :], TEXT, message)


def _between(one: Vector, other: Vector) -> Vector:
    """Of unit length, or zeros where both are. One of zeros counts for nothing."""
    both = one + other
    length = float(np.linalg.norm(both))
    return np.asarray(both / length if length else both, dtype=np.float32)
