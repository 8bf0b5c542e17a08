"""The longer text of the last answer, by button or in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import AREA
from actions.turn import entity_of, is_after_flag, is_pressed, last_turn, reply, say, texts_said
from bot.retrieval.card import Card
from bot.retrieval.render import answer_envelope
from bot.types import Envelope
from bot.vocabulary import REFUSALS, Kind
from bot.wiring import content


class ActionTellMore(Action):
    def name(self) -> str:
        return "action_tell_more"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        named = entity_of(tracker, "card")
        said = None if is_after_flag(tracker) else last_turn(tracker)
        if named is None and said is None:
            # What the safety check has said stands. The brain doesn't know it, so it can't say it again.
            say(dispatcher, reply("still_counts"))
        elif named is None and said and said[-1].kind in REFUSALS:
            say(dispatcher, replace(said[-1], request=None, understood=None))
        else:
            card = content().library.cards.get(named or _last_card(said or ()))
            # Nothing was answered yet, or the card is gone since: ask what it is about.
            say(dispatcher, _more(card, tracker) if card is not None else reply("affirm"))
        return []


def _last_card(said: Sequence[Envelope]) -> str:
    answers = [envelope.card_ids[0] for envelope in said if envelope.kind is Kind.ANSWER]
    return answers[-1] if answers else ""


def _more(card: Card, tracker: Tracker) -> Envelope:
    words = content()
    if not words.may_say(card):
        return words.replies["ask_clinician"].envelope(words.values, topics=(card.topic,))
    # A button names the area itself: the talk may have gone on to another.
    area = entity_of(tracker, AREA) or (None if is_pressed(tracker) else tracker.get_slot(AREA))
    more = answer_envelope(words.library, card, words.values, areas=(area,) if area else (), more=True)
    return reply("no_more") if more.text in texts_said(tracker) else more
