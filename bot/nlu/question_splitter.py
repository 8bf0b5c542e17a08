"""Lets the pipeline judge a message's clauses beside the message itself, each as a message of its own."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clauses import clauses

CLAUSES = "clauses"
"""On the whole message: its clauses. None of this leaves the pipeline."""
STRETCH = "stretch"
"""On the message of a clause, of a piece, or of a clause together with the one before it: its text."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionSplitter(IntentClassifier, GraphComponent):
    """First in the pipeline. `QuestionReader`, after the classifier, takes the added messages out again."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionSplitter:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Each message, followed by its stretches when it has several clauses or an enumeration."""
        return [read for message in messages for read in (message, *_stretches(message))]


def _stretches(message: Message) -> list[Message]:
    found = clauses(message.get(TEXT) or "")
    if len(found) < 2 and not any(clause.pieces for clause in found):
        return []
    message.set(CLAUSES, found)
    texts = [text for clause in found for text in (clause.text, *clause.pieces)]
    if len(found) > 2:
        # Two clauses in one breath are the message, which is read anyway.
        texts += [joined(one.text, other.text) for one, other in pairwise(found)]
    return [Message({TEXT: text, STRETCH: text}) for text in dict.fromkeys(texts)]


def joined(before: str, clause: str) -> str:
    """Two clauses in one breath."""
    return f"{before}, {clause}"
