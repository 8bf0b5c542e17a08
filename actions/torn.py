"""Torn between two questions that are both likely: not asking back, but giving both short answers, and saying so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rasa_sdk import Tracker

from actions.answers import cards_of, with_chart
from actions.turn import Question, entity_of, has_words, is_after_flag, last_card_ids, text_of, topic_of, topic_within
from bot.retrieval.asked import Asked
from bot.retrieval.render import answer_envelopes
from bot.types import Envelope
from bot.wiring import Content

SURE_OF_ONE = 0.95
"""From here on the best guess is answered alone. Below, where another is likely too, it is wrong one time in three."""
LEAST_FOR_BOTH = 0.65
"""How likely the two best guesses must be, together, that one of them is meant. Chosen, as the others, on 2,240
questions by eight writers of whom nothing was learnt: of 145 that get both, one answer is right for 136."""
LEAST_FOR_SECOND = 0.03
"""How likely the second one must be by itself: below this, its answer would only be in the way."""

Ranking = Sequence[tuple[str, float]]


def both_answers(words: Content, ranking: Ranking, tracker: Tracker) -> list[Envelope]:
    """The short answers to both questions that the latest message may ask; none where it isn't torn between two.

    `ranking` is what the classifier thought, best first, without the fallback's own intent.
    """
    if not _is_free(tracker):
        return []
    cards = _cards(words, ranking, tracker)
    # Who asks again after them has read that they were not it.
    if len(cards) < 2 or {asked.card.id for asked in cards} <= last_card_ids(tracker):
        return []
    opening = words.replies["both_answers"].envelope(words.values).text
    first, *others = answer_envelopes(words.library, cards, words.values, titled=True)
    said = [replace(first, text=f"{opening}\n\n{first.text}"), *others]
    return [with_chart(words, asked, envelope) for asked, envelope in zip(cards, said, strict=True)]


def named_only(tracker: Tracker) -> Question:
    """What the latest message has named for sure: at most an area. A topic that is only guessed is not remembered."""
    return Question("", entity_of(tracker, "area"))


def _is_free(tracker: Tracker) -> bool:
    """Whether there are words to go by, and neither a form nor a red flag that an answer would lead away from.

    One word alone says too little: choices are read sooner than two answers.
    """
    text = text_of(tracker)
    return has_words(text) and len(text.split()) > 1 and tracker.active_loop_name is None and not is_after_flag(tracker)


def _cards(words: Content, ranking: Ranking, tracker: Tracker) -> list[Asked]:
    """The cards of both topics, for the area that the message or the talk names, as far as they may be said."""
    area = named_only(tracker).area
    questions = [Question(topic, area) for topic in _torn_between(ranking, topic_within(tracker))]
    return [asked for asked in cards_of(words.library, questions, tracker) if words.may_say(asked.card)]


def _torn_between(ranking: Ranking, within: str | None) -> tuple[str, ...]:
    """The two best guesses if both are topics and likely enough; `within` is asked by a clause, so it is one of them.

    Guesses at danger, advice, a person and the like are no topics: they have a reply of their own.
    """
    best = [(topic, chance) for intent, chance in ranking[:2] if (topic := topic_of(intent))]
    if len(best) < 2 or best[0][1] >= SURE_OF_ONE:
        return ()
    if best[1][1] < LEAST_FOR_SECOND or best[0][1] + best[1][1] < LEAST_FOR_BOTH:
        return ()
    topics = tuple(topic for topic, _ in best)
    return topics if within is None or within in topics else ()
