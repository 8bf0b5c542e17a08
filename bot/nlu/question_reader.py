"""Writes on a message which questions it asks, from what the classifier thought of its clauses."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.clauses import Clause
from bot.nlu.parts import Guess, Reading, named_alike, several
from bot.nlu.question_splitter import CLAUSES, STRETCH, joined

PARTS = "parts"
KEPT = (
    "red_flag",
    "request_handoff",
    "seek_advice",
    "start_candidacy",
    "ask_my_data",
    "delete_my_data",
    "send_transcript",
)
"""What a message as a whole asks for before anything else: its questions wait."""
OUT_OF_SCOPE = "out_of_scope"
SURELY_OUT = 0.5
ONE_OF_SEVERAL = 0.25
"""How likely it is that one of three or more topics, named alike, is what is asked."""

Guesses = Mapping[str, Guess]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionReader(IntentClassifier, GraphComponent):
    """After classifier and entities, before the fallback.

    A message that asks several questions gets `parts`, a list of {text, intent, confidence, areas} in their order, and
    the intent of the first, so that the rule for questions answers all. A single part is a hint, should the message as
    a whole not be understood.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionReader:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        whole: list[Message] = []
        stretches: list[dict[str, Guess]] = []
        for message in messages:
            if message.get(STRETCH) is None:
                whole.append(message)
                stretches.append({})
            else:
                stretches[-1][message.get(STRETCH)] = _guess(message)
        for message, guesses in zip(whole, stretches, strict=True):
            if guesses and not _is_kept(message):
                _read(message, guesses)
        return whole


def _read(message: Message, guesses: Guesses) -> None:
    whole = _guess(message)
    readings = _readings(message.get(CLAUSES), guesses, whole)
    if alike := named_alike(readings):
        _write_choice(message, alike)
    else:
        _write_parts(message, several(readings, whole))


def _write_choice(message: Message, alike: list[Guess]) -> None:
    """Too unsure to be answered: the fallback then offers these topics."""
    ranking = [{"name": guess.intent, "confidence": ONE_OF_SEVERAL} for guess in alike]
    message.set("intent", ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)


def _write_parts(message: Message, asked: list[Guess]) -> None:
    if not asked:
        return
    parts = [
        {"text": guess.text, "intent": guess.intent, "confidence": guess.confidence, "areas": list(guess.areas)}
        for guess in asked
    ]
    message.set(PARTS, parts, add_to_output=True)
    if len(asked) > 1:
        # As sure as its surest part: the message as a whole is then understood.
        surest = max(guess.confidence for guess in asked)
        message.set("intent", {"name": asked[0].intent, "confidence": surest}, add_to_output=True)


def _readings(clauses: list[Clause], guesses: Guesses, whole: Guess) -> list[Reading]:
    together = [guesses.get(joined(one.text, other.text), whole) for one, other in pairwise(clauses)]
    return [
        Reading(clause, guesses[clause.text], tuple(guesses[piece] for piece in clause.pieces), with_before)
        for clause, with_before in zip(clauses, (None, *together), strict=True)
    ]


def _is_kept(message: Message) -> bool:
    name, confidence = _intent(message)
    return name in KEPT or (name == OUT_OF_SCOPE and confidence > SURELY_OUT)


def _guess(message: Message) -> Guess:
    name, confidence = _intent(message)
    areas = tuple(entity["value"] for entity in message.get("entities") or () if entity["entity"] == "area")
    return Guess(message.get(STRETCH) or message.get(TEXT), name, confidence, areas)


def _intent(message: Message) -> tuple[str, float]:
    intent = message.get("intent") or {}
    return str(intent.get("name") or ""), float(intent.get("confidence") or 0.0)
