"""What is said to a turn that isn't surely understood."""

from __future__ import annotations

import asyncio

import pytest
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_question import ActionAnswerQuestion
from actions.clarify import ActionClarify
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import content
from tests.actions.turns import Ranking, said, tracker


def payloads(envelope: Envelope) -> list[str | None]:
    return [button.payload for button in envelope.buttons]


@pytest.mark.parametrize(
    ("ranking", "topics"),
    [
        ([("nlu_fallback", 0.45), ("ask_pain", 0.3), ("ask_cost", 0.2)], ("pain", "cost")),
        (
            [("ask_pain", 0.2), ("ask_cost", 0.1), ("ask_downtime", 0.05), ("ask_numbing", 0.04)],
            ("pain", "cost", "downtime"),
        ),
        ([("greet", 0.33), ("ask_pain", 0.31)], ("pain",)),
    ],
)
def test_an_unsure_turn_offers_up_to_three_topics_that_have_a_card(ranking: Ranking, topics: tuple[str, ...]) -> None:
    envelope = said(ActionClarify(), tracker("nlu_fallback", ranking=ranking))
    assert (envelope.kind, envelope.topics) == (Kind.CLARIFY, topics)
    payloads = [button.payload for button in envelope.buttons]
    assert payloads == [*(f"/ask_{topic}" for topic in topics), "/request_handoff"]


@pytest.mark.parametrize(
    "ranking",
    [
        [],
        [("nlu_fallback", 0.45), ("ask_pain", 0.15), ("ask_cost", 0.1)],
        [("out_of_scope", 0.6), ("ask_pain", 0.4)],
        [("nlu_fallback", 0.4), ("out_of_scope", 0.39), ("ask_pain", 0.2), ("ask_cost", 0.12)],
        [("nlu_fallback", 0.45), ("ask_tides", 0.4), ("greet", 0.3)],
    ],
)
def test_a_turn_that_is_about_nothing_known_falls_back(ranking: Ranking) -> None:
    envelope = said(ActionClarify(), tracker("nlu_fallback", ranking=ranking))
    assert (envelope.kind, envelope.topics) == (Kind.FALLBACK, ())


@pytest.mark.parametrize(("chance", "kind"), [(0.5, Kind.HANDOFF), (0.45, Kind.CLARIFY)])
def test_a_likely_wish_for_a_person_is_met(chance: float, kind: Kind) -> None:
    ranking = [("nlu_fallback", 0.8), ("request_handoff", chance), ("ask_pain", 0.2), ("ask_cost", 0.15)]
    dispatcher = CollectingDispatcher()
    asyncio.run(ActionClarify().run(dispatcher, tracker("nlu_fallback", ranking=ranking), {}))
    assert [message["custom"]["envelope"]["kind"] for message in dispatcher.messages] == [kind.value]


def test_a_likely_greeting_or_request_is_answered_though_it_is_unsure() -> None:
    ranking = [("nlu_fallback", 0.6), ("seek_advice", 0.4), ("ask_pain", 0.3)]
    assert said(ActionClarify(), tracker("nlu_fallback", ranking=ranking)).kind is Kind.DECLINE_ADVICE


def test_what_one_clause_asks_is_offered_first() -> None:
    ranking = [("nlu_fallback", 0.4), ("ask_pain", 0.1), ("ask_cost", 0.05), ("ask_numbing", 0.02)]
    envelope = said(ActionClarify(), tracker("nlu_fallback", ranking=ranking, parts=[("ask_downtime", None)]))
    assert (envelope.kind, envelope.topics) == (Kind.CLARIFY, ("downtime", "pain", "cost"))


def test_one_clause_alone_decides_no_answer() -> None:
    envelope = said(ActionAnswerQuestion(), tracker("ask_pain", parts=[("ask_downtime", None)]))
    assert envelope.topics == ("pain",)


def test_a_guess_at_danger_gets_no_menu() -> None:
    ranking = [("nlu_fallback", 0.4), ("red_flag", 0.39), ("ask_pain", 0.35)]
    envelope = said(ActionClarify(), tracker("nlu_fallback", ranking=ranking))
    assert envelope.kind is Kind.DECLINE_ADVICE


@pytest.mark.parametrize("text", ["", "😀", "123", "?!"])
def test_a_turn_without_letters_asks_for_words(text: str) -> None:
    envelope = said(ActionClarify(), tracker("nlu_fallback", text, ranking=[("ask_pain", 0.4)]))
    assert envelope == content().replies["no_words"].envelope(content().values)


def test_letters_of_any_script_are_words() -> None:
    envelope = said(ActionClarify(), tracker("nlu_fallback", "كم السعر", ranking=[("ask_cost", 0.4)]))
    assert envelope.topics == ("cost",)
