"""Not sure enough to answer: give or offer what may have been meant, or say that there is no answer, then ask staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.answers import about, say_about
from actions.reply import REPLIES
from actions.request_handoff import ActionRequestHandoff
from actions.rights import WISHES, rights_envelope
from actions.torn import both_answers, named_only
from actions.turn import (
    OUT_OF_SCOPE,
    UNANSWERED,
    ask_contact,
    forget_contact,
    has_words,
    intent_of,
    is_after_flag,
    is_waiting,
    promise,
    ranked_intents,
    reply,
    say,
    takes_contact_back,
    text_of,
    topic_of,
    topic_within,
    was_missed,
)
from bot.conversation.other_people import asks_about_others
from bot.handoff.contact import Contact, begin
from bot.retrieval.render import PERSON, topic_button
from bot.types import Button, Envelope
from bot.vocabulary import Reason
from bot.wiring import Content, content

OFFERED = 3
LEAST_FOR_OWN_SENTENCE = 0.35
LEAST_FOR_PERSON = 0.5
"""Staff who are asked in vain lose a minute; who is kept from them, loses trust."""
LEAST_TOGETHER = 0.3
"""How likely the offered topics must be, all together, that one of them is meant. Chosen by cross-validation."""


class ActionClarify(Action):
    def name(self) -> str:
        return "action_clarify"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        words = content()
        if takes_contact_back(tracker):
            return forget_contact(dispatcher)
        if (left := _left_for_staff(tracker)) is not None:
            return ask_contact(left, tracker)
        # What the classifier thought before the threshold put its own intent first.
        thought = [(intent, chance) for intent, chance in ranked_intents(tracker) if intent != "nlu_fallback"]
        if (plain := _plain_no(tracker, thought)) is not None:
            say(dispatcher, plain)
            return []
        if thought and thought[0][0] == "request_handoff" and thought[0][1] >= LEAST_FOR_PERSON:
            return await ActionRequestHandoff().run(dispatcher, tracker, domain)
        if both := both_answers(words, thought, tracker):
            return say_about(dispatcher, tracker, both, about([named_only(tracker)], tracker))
        envelope = _envelope(words, text_of(tracker), thought, topic_within(tracker))
        say(dispatcher, _with_staff(envelope, tracker) if _is_missed(words, envelope) else envelope)
        return []


def _plain_no(tracker: Tracker, thought: Sequence[tuple[str, float]]) -> Envelope | None:
    """What is said to a question that was understood, and that nobody is to answer here: staff aren't told of it."""
    if asks_about_others(text_of(tracker)) and "red_flag" not in dict(thought[:1]):
        return reply("other_people")
    # Who waits for staff may be writing to them.
    if intent_of(tracker) == OUT_OF_SCOPE and has_words(text_of(tracker)) and not is_waiting(tracker):
        return reply("out_of_scope")
    return None


def _left_for_staff(tracker: Tracker) -> Contact | None:
    """The number or address in the words of somebody who waits for staff: it is theirs to be reached by."""
    if not is_waiting(tracker) or is_after_flag(tracker):
        return None
    contact = begin(None, text_of(tracker), content().clinic.country)
    return contact if contact.reached is not None else None


def _is_missed(words: Content, envelope: Envelope) -> bool:
    """Whether words were not understood; signs without words are no question that staff could answer."""
    return envelope.kind.value in UNANSWERED and envelope.text != words.replies["no_words"].envelope(words.values).text


def _with_staff(envelope: Envelope, tracker: Tracker) -> Envelope:
    """The second time in a row staff are told, unless they have been: then they read it anyway."""
    if is_waiting(tracker):
        return reply("kept_for_team").with_buttons(_next_steps(envelope)) if not envelope.topics else envelope
    if not was_missed(tracker):
        return envelope
    told = reply("not_understood", promise=promise())
    request = {"handoff": Reason.NOT_UNDERSTOOD.value}
    return replace(told, request=request, topics=envelope.topics, buttons=_next_steps(envelope) + told.buttons)


def _next_steps(envelope: Envelope) -> tuple[Button, ...]:
    """The questions that it offers, without the offer of a person, who has been asked."""
    return tuple(button for button in envelope.buttons if button.payload != PERSON.payload)


def _envelope(words: Content, text: str, ranking: list[tuple[str, float]], within: str | None) -> Envelope:
    if not has_words(text):
        return words.replies["no_words"].envelope(words.values)
    if ranking and ranking[0][0] == "red_flag":
        return words.replies["decline_advice"].envelope(words.values)
    if (own := _own_sentence(ranking)) is not None:
        return words.replies[own].envelope(words.values)
    if ranking and ranking[0][0] in WISHES and ranking[0][1] >= LEAST_FOR_OWN_SENTENCE:
        # Nothing is lost by it: what is held is told, and erasing asks first.
        return rights_envelope(words, ranking[0][0])
    topics = _likely_topics(words, ranking, within)
    if not topics:
        return words.replies["fallback"].envelope(words.values)
    asked = words.replies["clarify"].envelope(words.values, topics=topics)
    cards = [card for topic in topics if (card := words.library.find(topic))]
    return asked.with_buttons((*map(topic_button, cards), PERSON))


def _own_sentence(ranking: list[tuple[str, float]]) -> str | None:
    """The reply for an intent that is no question: a greeting or "ask a clinician" misleads nobody, so less will do."""
    intent, chance = ranking[0] if ranking else ("", 0.0)
    return REPLIES.get(intent) if chance >= LEAST_FOR_OWN_SENTENCE else None


def _likely_topics(words: Content, ranking: list[tuple[str, float]], within: str | None) -> tuple[str, ...]:
    """Up to three topics that a card may answer, if together they are likely enough; otherwise none.

    `within` is asked by one clause of the message: likely enough by itself, and offered first.
    """
    if ranking and ranking[0][0] == OUT_OF_SCOPE:
        return ()
    known = [(topic, chance) for intent, chance in ranking if (topic := topic_of(intent)) and _has_card(words, topic)]
    best = known[:OFFERED]
    if within is not None and _has_card(words, within):
        return tuple(dict.fromkeys([within, *(topic for topic, _ in best)]))[:OFFERED]
    return tuple(topic for topic, _ in best) if sum(chance for _, chance in best) >= LEAST_TOGETHER else ()


def _has_card(words: Content, topic: str) -> bool:
    card = words.library.find(topic)
    return card is not None and words.may_say(card)
