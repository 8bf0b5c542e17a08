"""The loaded model: one patient turn in, envelopes out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, OutputChannel, UserMessage
from rasa.core.lock_store import InMemoryLockStore
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.brain.in_process_actions import InProcessActions, check_answers_quickly
from bot.brain.payloads import as_plain_text, parse_payload
from bot.brain.tracker_store import EncryptedTrackerStore
from bot.brain.understanding import understanding
from bot.errors import BrainUnavailable
from bot.store.store import Store
from bot.types import Envelope, PatientTurn
from bot.vocabulary import ASK_AGAIN, QUIET_TURNS, RESUME_TALK
from bot.wiring import refresh_office, versions

CANARY = "does it hurt?"
ACTION_RESUME, ACTION_ASK_CONTACT = "action_resume_talk", "action_ask_contact_turn"
CONTACT_LOOP = "contact_form"
ASKS_NOTHING = frozenset({"affirm", "deny", "thank", "goodbye"})
"""What needs no answer of the bot when it was said to others: a "yes" to them is none to the bot."""


class EnvelopeChannel(CollectingOutputChannel):
    """Collects each message whole, where Rasa's own would split text, buttons and custom data apart."""

    @classmethod
    def name(cls) -> str:
        return "mesoguide"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        self.messages.append(message)


class Brain:
    """Answers turns with a trained Rasa model, custom actions in the same process."""

    def __init__(self, agent: Agent) -> None:
        self._agent = agent

    @property
    def trackers(self) -> TrackerStore:
        return self._agent.tracker_store

    async def answer(self, turn: PatientTurn) -> list[Envelope]:
        """The bot's messages for one turn. The same turn again gets the same answer, without being played twice.

        None only in QUIET_TURNS. Raises BrainUnavailable when the model says nothing that can be shown.
        """
        await asyncio.to_thread(refresh_office)
        # Looking and playing under one lock: a turn that is asked again while it is still running waits for its answer.
        async with self._agent.lock_store.lock(turn.conversation_id):
            tracker = await self._agent.tracker_store.retrieve(turn.conversation_id)
            known = _answered_before(tracker, turn)
            if known is not None:
                return known
            if turn.after_flag:
                await self._leave_loop(turn.conversation_id)
            channel = EnvelopeChannel()
            if turn.payload in {RESUME_TALK, *QUIET_TURNS}:
                return await self._speak_first(turn, tracker, channel)
            message = _user_message(turn, channel)
            # Read here instead of within, so that what was understood can go with the answer.
            parsed = message.parse_data or await self._agent.processor.parse_message(message, tracker)
            message.parse_data = parsed
            if turn.after_others and not turn.is_waiting and _is_in_loop(tracker) and _asks_nothing(parsed):
                await self._act(ACTION_RESUME, turn.conversation_id, channel)
            else:
                await self._agent.processor.handle_message(message)
            return _understood(_envelopes(said.get("custom") for said in channel.messages), parsed)

    async def check(self) -> None:
        """Raises BrainUnavailable unless a plain question is understood."""
        parsed = await self._agent.parse_message(CANARY)
        if not parsed.get("intent", {}).get("name") or not parsed.get("intent_ranking"):
            raise BrainUnavailable("The model doesn't understand a plain question; run `make train`.")

    async def close(self) -> None:
        """Nothing to let go of: the model lives as long as its process."""

    async def _speak_first(
        self, turn: PatientTurn, tracker: DialogueStateTracker | None, channel: EnvelopeChannel
    ) -> list[Envelope]:
        action = _first_action(turn, None if tracker is None or turn.after_flag else tracker.active_loop_name)
        if action is None:
            return []
        await self._act(action, turn.conversation_id, channel)
        return _envelopes(said.get("custom") for said in channel.messages)

    async def _act(self, action: str, conversation_id: str, channel: OutputChannel) -> None:
        """Speak first, after staff have left. An action without a message before it: nobody said anything.

        The tracker was never paused. It is asked nothing while staff have the talk, so Rasa's own pause and resume
        would only be a second truth beside the log; a form stays open as it was, and its question is asked again.
        """
        processor = self._agent.processor
        prediction = PolicyPrediction.for_action_name(processor.domain, action)
        tracker = await processor.execute_action(conversation_id, action, channel, self._agent.nlg, prediction)
        # The next message finds a bot that listens, as after every turn.
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        await processor.save_tracker(tracker)

    async def _leave_loop(self, conversation_id: str) -> None:
        """End a form in which the patient was when a red flag came: nothing is asked on as if it hadn't."""
        tracker = await self._agent.tracker_store.retrieve(conversation_id)
        if tracker is not None and tracker.active_loop_name:
            tracker.update(ActiveLoop(None))
            tracker.update(SlotSet(REQUESTED_SLOT, None))
            await self._agent.tracker_store.save(tracker)


def load_brain(models_dir: Path, store: Store) -> Brain:
    """The newest model of `models_dir`. Raises BrainUnavailable when there is none."""
    check_answers_quickly()
    actions = InProcessActions()
    agent = Agent(action_endpoint=actions, lock_store=InMemoryLockStore())
    if not list(models_dir.glob("*.tar.gz")):
        raise BrainUnavailable(f"No trained model in {models_dir}; run `make train`.")
    agent.load_model(models_dir)
    versions().keep_on(store)
    # Set after loading: Rasa wraps what it is given in a store that loses turns silently when the database fails.
    raw_store = EncryptedTrackerStore(agent.domain, store)
    agent.tracker_store = raw_store
    agent.processor.tracker_store = raw_store
    return Brain(agent)


def _answered_before(tracker: DialogueStateTracker | None, turn: PatientTurn) -> list[Envelope] | None:
    """What was said after this turn, if its message is in the tracker: the gateway died before it stored that."""
    events = list(tracker.events) if tracker is not None else []
    for place, event in enumerate(events):
        if isinstance(event, UserUttered) and event.message_id == turn.turn_id:
            return _understood(_envelopes(_custom_data(events[place + 1 :])), event.parse_data)
    return None


def _understood(envelopes: list[Envelope], parsed: Mapping[str, Any]) -> list[Envelope]:
    """The same envelopes, the first of which carries what was understood of the message that they answer."""
    first, *others = envelopes
    return [replace(first, understood=understanding(parsed, first.about)), *others]


def _user_message(turn: PatientTurn, channel: OutputChannel) -> UserMessage:
    parsed = parse_payload(turn.payload) if turn.payload else None
    return UserMessage(
        text=turn.payload or as_plain_text(turn.text),
        output_channel=channel,
        sender_id=turn.conversation_id,
        input_channel=channel.name(),
        message_id=turn.turn_id,
        parse_data=parsed,
        metadata={"is_waiting": turn.is_waiting, "after_flag": turn.after_flag, "after_others": turn.after_others},
    )


def _first_action(turn: PatientTurn, loop: str | None) -> str | None:
    """What the bot does in a turn without a message; None when it was left in the middle of nothing."""
    if turn.payload == ASK_AGAIN and loop == CONTACT_LOOP:
        return ACTION_ASK_CONTACT
    return ACTION_RESUME if loop or turn.payload == RESUME_TALK else None


def _is_in_loop(tracker: DialogueStateTracker | None) -> bool:
    return tracker is not None and bool(tracker.active_loop_name)


def _asks_nothing(parsed: Mapping[str, Any]) -> bool:
    return (parsed.get("intent") or {}).get("name") in ASKS_NOTHING


def _custom_data(events: Iterable[Event]) -> Iterable[dict[str, Any] | None]:
    for event in events:
        if isinstance(event, UserUttered):
            return
        if isinstance(event, BotUttered):
            yield event.data.get("custom")


def _envelopes(customs: Iterable[dict[str, Any] | None]) -> list[Envelope]:
    envelopes = [Envelope.from_json(custom["envelope"]) for custom in customs if custom and "envelope" in custom]
    if not envelopes:
        raise BrainUnavailable("The model ended a turn without a message.")
    return envelopes
