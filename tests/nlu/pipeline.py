"""The pipeline of `config.yml` by hand: each component made, trained and asked the way Rasa's graph does it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.perceptron_intent_classifier import PerceptronIntentClassifier
from bot.nlu.sentence_encoder_featurizer import SentenceEncoderFeaturizer
from bot.nlu.spacy_word_tokenizer import SpacyWordTokenizer
from bot.nlu.spelling_corrector import SpellingCorrector

WORD_PARTS = {"analyzer": "char_wb", "min_ngram": 2, "max_ngram": 5, "min_df": 2, "max_features": 30000}
CLASSIFIER = Resource("classifier")
CORRECTOR = Resource("corrector")


class Line(NamedTuple):
    text: str
    intent: str
    voice: str | None = None


def context(name: str = "component") -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name=name)


def tokenizer(**config: Any) -> SpacyWordTokenizer:
    config = SpacyWordTokenizer.get_default_config() | config
    return SpacyWordTokenizer.create(config, None, Resource("tokenizer"), context())


def corrector(storage: LocalModelStorage) -> SpellingCorrector:
    return SpellingCorrector.create({}, storage, CORRECTOR, context("corrector"))


class Pipeline:
    """Trained on `lines`, stored below `folder`."""

    def __init__(self, folder: Path, lines: Sequence[Line]) -> None:
        self.storage = self.empty(folder)
        self.config = PerceptronIntentClassifier.get_default_config()
        self._corrector = corrector(self.storage)
        self._tokenizer = tokenizer()
        self._encoder = _encoder(self.storage)
        self._counter = _counter(self.storage)
        self._train([_example(line) for line in lines])

    @staticmethod
    def empty(folder: Path) -> LocalModelStorage:
        return LocalModelStorage.create(folder)

    def _train(self, examples: list[Message]) -> None:
        data = TrainingData(examples)
        self._corrector.train(data)
        self._corrector.process_training_data(data)
        self._tokenizer.process_training_data(data)
        self._counter.train(data)
        self._counter.process_training_data(data)
        self._encoder.process_training_data(data)
        PerceptronIntentClassifier.create(self.config, self.storage, CLASSIFIER, context()).train(data)

    def load(self) -> PerceptronIntentClassifier:
        return PerceptronIntentClassifier.load(self.config, self.storage, CLASSIFIER, context())

    def parse(self, *texts: str) -> list[Message]:
        """Messages as they leave a classifier that was loaded from the storage."""
        messages = [Message({TEXT: text}) for text in texts]
        for component in (self._corrector, self._tokenizer, self._counter, self._encoder, self.load()):
            component.process(messages)
        return messages

    def intents(self, *texts: str) -> list[str | None]:
        return [message.get(INTENT)["name"] for message in self.parse(*texts)]

    def confidences(self, *texts: str) -> list[float]:
        return [message.get(INTENT)["confidence"] for message in self.parse(*texts)]

    def stored(self) -> dict[str, str]:
        """The hash of each file that the classifier has written."""
        with self.storage.read_from(CLASSIFIER) as folder:
            return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in Path(folder).iterdir()}


def _encoder(storage: LocalModelStorage) -> SentenceEncoderFeaturizer:
    config = SentenceEncoderFeaturizer.get_default_config()
    return SentenceEncoderFeaturizer.create(config, storage, Resource("encoder"), context("encoder"))


def _counter(storage: LocalModelStorage) -> Any:
    config = CountVectorsFeaturizer.get_default_config() | WORD_PARTS
    return CountVectorsFeaturizer.create(config, storage, Resource("counter"), context("counter"))


def _example(line: Line) -> Message:
    metadata = {"metadata": {"intent": {"voice": line.voice}}} if line.voice else {}
    return Message({TEXT: line.text, INTENT: line.intent, **metadata})
