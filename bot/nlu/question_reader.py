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
from bot.nlu.eligibility_reader import is_about_oneself
from bot.nlu.parts import (
    ASK,
    NO_TOPIC,
    START,
    SURE_ALONE,
    SURE_QUESTION,
    WISHES,
    Guess,
    Reading,
    asides,
    named_alike,
    several,
    wishes,
)
from bot.nlu.question_splitter import CLAUSES, STRETCH, joined

PARTS = "parts"
OFFERED = "offered"
RED_FLAG = "red_flag"
KEPT = (RED_FLAG, *WISHES)
"""What a message as a whole asks for before anything else: its questions wait."""
OUT_OF_SCOPE = "out_of_scope"
SURELY_OUT = 0.5
LEAST_OFFERED = 0.2
ONE_OF_SEVERAL = 0.25
"""How likely it is that one of three or more topics, named alike, is what is asked."""

Guesses = Mapping[str, Guess]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionReader(IntentClassifier, GraphComponent):
    """After classifier and entities, before the fallback.

    A message that asks several questions gets `parts`, a list of {text, intent, confidence, areas} in their order, and
    the intent of the first, so that the rule for questions answers all. A single part is a hint, should the message as
    a whole not be understood, and gives it its intent where it is all that is clear. Where a clause asks for advice, a
    person or the like, that is the intent, and the parts are the questions beside it; `offered` are intents that are
    only offered by button.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionReader:
        return cls({"unsure_below": 0.8} | config)

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._unsure_below = float(config["unsure_below"])

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
            if guesses:
                _read(message, guesses, self._unsure_below)
        return whole


def _read(message: Message, guesses: Guesses, unsure_below: float) -> None:
    whole = _guess(message)
    readings = _readings(message.get(CLAUSES), guesses, whole)
    wished = wishes(readings, whole)
    if _is_kept(whole):
        _write_kept(message, whole, wished)
        _write_offers(message, asides(readings) if wished else [], [*wished, whole])
        return
    if wished and wished[0].intent != START:
        asking = [reading for reading in readings if reading.clause.is_question]
        _write_wish(message, wished[0], several(asking, whole) or [whole])
    elif alike := named_alike(readings):
        _write_choice(message, alike)
    else:
        asked = several(readings, whole)
        # Whoever may have asked whether they can have it isn't led away from that.
        is_for_oneself = is_about_oneself(message.get("intent_ranking") or ())
        if _is_all_that_is_clear(asked, whole, unsure_below) and not is_for_oneself:
            _write_only_clear(message, asked[0], whole, wished)
            return
        _write_parts(message, asked)
    _write_offers(message, [], wished)


def _write_kept(message: Message, whole: Guess, wished: list[Guess]) -> None:
    """What the message as a whole asks for stays, unless a clause surely asks for something more urgent."""
    if not wished or whole.intent == RED_FLAG:
        return
    is_sure = whole.intent in WISHES and whole.confidence >= SURE_QUESTION
    if not is_sure or WISHES.index(wished[0].intent) < WISHES.index(whole.intent):
        message.set("intent", {"name": wished[0].intent, "confidence": wished[0].confidence}, add_to_output=True)


def _write_wish(message: Message, wish: Guess, asked: list[Guess]) -> None:
    """The wish gets the word; the questions beside it are answered too."""
    message.set("intent", {"name": wish.intent, "confidence": wish.confidence}, add_to_output=True)
    message.set(PARTS, [_part(guess) for guess in asked if guess.is_topic(SURE_QUESTION)], add_to_output=True)


def _write_offers(message: Message, topics: list[str], wished: list[Guess]) -> None:
    """What was asked as well, and isn't answered at once, is offered by button."""
    name, _ = _intent(message)
    starts = name != START and any(wish.intent == START and wish.confidence >= SURE_QUESTION for wish in wished)
    found = [*topics, *([START] if starts else [])]
    if found and name != RED_FLAG:
        message.set(OFFERED, found, add_to_output=True)


def _write_choice(message: Message, alike: list[Guess]) -> None:
    """Too unsure to be answered: the fallback then offers these topics."""
    ranking = [{"name": guess.intent, "confidence": ONE_OF_SEVERAL} for guess in alike]
    message.set("intent", ranking[0], add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)


def _is_all_that_is_clear(asked: list[Guess], whole: Guess, unsure_below: float) -> bool:
    return len(asked) == 1 and asked[0].confidence >= SURE_ALONE and whole.confidence < unsure_below


def _is_offered(whole: Guess, asked: Guess) -> bool:
    is_other = whole.intent.startswith(ASK) and whole.intent not in (*NO_TOPIC, asked.intent)
    return is_other and whole.confidence >= LEAST_OFFERED


def _write_only_clear(message: Message, asked: Guess, whole: Guess, wished: list[Guess]) -> None:
    """It is answered, and the topic for which the message as a whole was taken is offered, if it is likely enough."""
    message.set(PARTS, [_part(asked)], add_to_output=True)
    message.set("intent", {"name": asked.intent, "confidence": asked.confidence}, add_to_output=True)
    _write_offers(message, [whole.intent] if _is_offered(whole, asked) else [], wished)


def _write_parts(message: Message, asked: list[Guess]) -> None:
    if not asked:
        return
    message.set(PARTS, [_part(guess) for guess in asked], add_to_output=True)
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


def _part(guess: Guess) -> dict[str, Any]:
    return {"text": guess.text, "intent": guess.intent, "confidence": guess.confidence, "areas": list(guess.areas)}


def _is_kept(whole: Guess) -> bool:
    return whole.intent in KEPT or (whole.intent == OUT_OF_SCOPE and whole.confidence > SURELY_OUT)


def _guess(message: Message) -> Guess:
    name, confidence = _intent(message)
    areas = tuple(entity["value"] for entity in message.get("entities") or () if entity["entity"] == "area")
    return Guess(message.get(STRETCH) or message.get(TEXT), name, confidence, areas)


def _intent(message: Message) -> tuple[str, float]:
    intent = message.get("intent") or {}
    return str(intent.get("name") or ""), float(intent.get("confidence") or 0.0)
