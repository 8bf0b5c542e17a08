"""Puts the full question in place of a follow-up, so that the rules and actions for questions answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.follow_up import Meaning, Named, meaning
from bot.nlu.question_reader import OFFERED, PARTS
from bot.types import Envelope
from bot.vocabulary import ANYWHERE, PASSING

FOLLOW_UP = "follow_up"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class FollowUpReader(IntentClassifier, GraphComponent):
    """After `QuestionReader`, before the fallback. Sets the intent, its entities and `follow_up`; or nothing. What the
    words were taken for before isn't offered beside it.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FollowUpReader:
        return cls()

    def process(self, messages: list[Message], tracker: DialogueStateTracker | None = None) -> list[Message]:
        said, was_flagged = _last_turn(tracker) if tracker is not None else ([], False)
        for message in messages:
            is_after_flag = was_flagged or _is_after_flag(message.get("metadata"))
            found = meaning(message.get(TEXT) or "", _named(message), said, is_after_flag=is_after_flag)
            if found is not None:
                _write(message, found)
        return messages


def _write(message: Message, found: Meaning) -> None:
    message.set("intent", {"name": found.intents[0], "confidence": 1.0}, add_to_output=True)
    message.set(FOLLOW_UP, True, add_to_output=True)
    _add_entity(message, "card", found.card)
    _add_entity(message, "area", ANYWHERE if found.area == ANYWHERE else None)
    areas = [found.area] if found.area else []
    parts = [{"text": "", "intent": intent, "confidence": 1.0, "areas": areas} for intent in found.intents]
    message.set(PARTS, parts if len(parts) > 1 else [], add_to_output=True)
    if message.get(OFFERED):
        message.set(OFFERED, [], add_to_output=True)


def _add_entity(message: Message, name: str, value: str | None) -> None:
    if value is not None:
        entity = {"entity": name, "value": value, "start": 0, "end": 0, "extractor": "FollowUpReader"}
        message.set("entities", [*message.get("entities", []), entity], add_to_output=True)


def _named(message: Message) -> list[Named]:
    found = [entity for entity in message.get("entities") or () if entity["entity"] == "area"]
    return [Named(entity["value"], entity["start"], entity["end"]) for entity in found]


def _last_turn(tracker: DialogueStateTracker) -> tuple[list[Envelope], bool]:
    """The bot's messages of the last turn that was more than small talk or a notice; and whether instead of one, there
    was a red flag, which the gateway answers without the brain: nothing before it is looked at."""
    turn: list[Envelope] = []
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            turn[:0] = _envelopes(event)
        elif isinstance(event, UserUttered):
            if any(envelope.kind not in PASSING for envelope in turn):
                return turn, False
            if _is_after_flag(event.metadata):
                return [], True
            turn = []
    return turn, False


def _is_after_flag(metadata: Mapping[str, Any] | None) -> bool:
    return bool((metadata or {}).get("after_flag"))


def _envelopes(event: BotUttered) -> Iterable[Envelope]:
    custom = event.data.get("custom") or {}
    return [Envelope.from_json(custom["envelope"])] if "envelope" in custom else []
