"""When two questions are both likely, both get their short answer."""

from __future__ import annotations

from typing import Any

import pytest
from rasa_sdk import Tracker

from actions.answer_question import ActionAnswerQuestion
from actions.clarify import ActionClarify
from actions.tell_more import ActionTellMore
from actions.torn import LEAST_FOR_BOTH, LEAST_FOR_SECOND, SURE_OF_ONE
from bot import knowledge
from bot.nlu.follow_up import Meaning, Named, meaning
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import content
from tests.actions.test_request_handoff import played
from tests.actions.test_signed_only import folder, strict
from tests.actions.turns import Ranking, after, all_said, said, tracker
from tests.files import read_again
from tests.knowledge.test_signing import NAME

__all__ = ["folder", "strict"]

TORN: Ranking = [("nlu_fallback", 0.45), ("ask_pain", 0.55), ("ask_cost", 0.3), ("red_flag", 0.05)]


def torn(ranking: Ranking = TORN, **turn: Any) -> Tracker:
    return tracker("nlu_fallback", ranking=ranking, **turn)


def both(turn: Tracker | None = None) -> list[Envelope]:
    """The two answers that are given, which may come from a turn of its own."""
    envelopes, _ = all_said(ActionClarify(), turn or torn())
    assert [envelope.kind for envelope in envelopes] == [Kind.ANSWER] * 2
    return envelopes


def asked_back(turn: Tracker) -> Envelope:
    """What is said instead, where both are not given."""
    envelope = said(ActionClarify(), turn)
    assert envelope.kind is not Kind.ANSWER
    return envelope


def test_both_answers_are_given_whole_under_their_titles_and_openly_as_a_guess() -> None:
    pain, cost = both()
    assert (pain.topics, pain.card_ids, cost.topics, cost.card_ids) == (
        ("pain",),
        ("pain.general",),
        ("cost",),
        ("cost.general",),
    )
    alone = [said(ActionAnswerQuestion(), tracker(intent)).text for intent in ("ask_pain", "ask_cost")]
    opening = content().replies["both_answers"].text.strip()
    assert "not sure which" in opening
    assert pain.text == f"{opening}\n\n**Does it hurt?**\n\n{alone[0]}"
    assert cost.text == f"**What does it cost?**\n\n{alone[1]}"
    assert all(envelope.sources for envelope in (pain, cost))


def test_each_leads_to_its_own_longer_text_and_at_the_end_there_is_a_person() -> None:
    pain, cost = both()
    assert [(button.title, button.payload) for button in pain.buttons] == [
        ("More: Does it hurt?", '/ask_more{"card": "pain.general"}')
    ]
    assert cost.buttons[0].title == "More: What does it cost?"
    assert cost.buttons[-1].title == "Talk to a person"
    assert not {"/ask_pain", "/ask_cost"} & {button.payload for button in cost.buttons}


def test_a_sentence_that_both_share_stands_in_both() -> None:
    shared = "Skip hard exercise, hot baths and sauna for at least 2 days."
    for envelope in both(torn([("ask_downtime", 0.5), ("ask_aftercare", 0.4)])):
        assert shared in envelope.text


def test_the_chart_goes_with_the_cost_alone() -> None:
    pain, cost = both()
    assert pain.media == ()
    assert [item["url"][:26] for item in cost.media] == ["data:image/svg+xml;base64,"]


SECOND = LEAST_FOR_SECOND
BEST = LEAST_FOR_BOTH - SECOND


def test_just_likely_enough_is_enough() -> None:
    assert len(both(torn([("ask_pain", BEST), ("ask_cost", SECOND)]))) == 2


@pytest.mark.parametrize(
    ("ranking", "topics"),
    [
        ([("ask_pain", BEST - 0.01), ("ask_cost", SECOND)], ("pain", "cost")),
        ([("ask_pain", BEST + 0.02), ("ask_cost", SECOND - 0.01)], ("pain", "cost")),
        # Three that are alike: two of them don't hold what is meant surely enough.
        ([("ask_pain", 0.33), ("ask_cost", 0.31), ("ask_numbing", 0.3)], ("pain", "cost", "numbing")),
        ([("ask_pain", 0.69)], ("pain",)),
        ([("ask_pain", 0.6), ("ask_tides", 0.3)], ("pain",)),
        ([("ask_pain", 0.6), ("ask_more", 0.3)], ("pain",)),
        ([("ask_pain", 0.6), ("red_flag", 0.3), ("ask_cost", 0.1)], ("pain", "cost")),
        ([("ask_pain", 0.6), ("seek_advice", 0.3)], ("pain",)),
    ],
)
def test_less_than_that_is_asked_back_as_before(ranking: Ranking, topics: tuple[str, ...]) -> None:
    envelope = asked_back(torn(ranking))
    assert (envelope.kind, envelope.topics) == (Kind.CLARIFY, topics)


DOUBTFUL: Ranking = [("ask_pain", 0.9), ("ask_cost", 0.06)]


def asked(ranking: Ranking = DOUBTFUL, **turn: Any) -> list[tuple[str, ...]]:
    """The topics of what is said to a message that is understood."""
    return [one.topics for one in all_said(ActionAnswerQuestion(), tracker(ranking[0][0], ranking=ranking, **turn))[0]]


def test_an_answer_that_may_be_to_another_question_is_not_given_alone() -> None:
    assert asked() == [("pain",), ("cost",)]
    first = all_said(ActionAnswerQuestion(), tracker("ask_pain", ranking=DOUBTFUL))[0][0]
    assert first.text.startswith(content().replies["both_answers"].text.strip())


@pytest.mark.parametrize(
    ("ranking", "turn"),
    [
        ([("ask_pain", SURE_OF_ONE), ("ask_cost", 0.04)], {}),
        ([("ask_pain", 0.9), ("ask_cost", SECOND - 0.01)], {}),
        ([("ask_pain", 0.9), ("seek_advice", 0.06)], {}),
        (DOUBTFUL, {"parts": [("ask_pain", None)]}),
        (DOUBTFUL, {"follow_up": True}),
        (DOUBTFUL, {"offered": ["ask_cost"]}),
        (DOUBTFUL, {"text": "ouch"}),
    ],
)
def test_who_is_understood_surely_enough_gets_one_answer(ranking: Ranking, turn: dict[str, Any]) -> None:
    assert asked(ranking, **turn) == [("pain",)]


@pytest.mark.parametrize(
    ("best", "kind"),
    [
        ("red_flag", Kind.DECLINE_ADVICE),
        ("seek_advice", Kind.DECLINE_ADVICE),
        ("out_of_scope", Kind.FALLBACK),
        ("ask_my_data", Kind.NOTICE),
        ("start_candidacy", Kind.CLARIFY),
    ],
)
def test_a_best_guess_that_is_no_topic_is_dealt_with_as_before(best: str, kind: Kind) -> None:
    assert asked_back(torn([(best, 0.5), ("ask_pain", 0.4), ("ask_cost", 0.05)])).kind is kind


@pytest.mark.parametrize("text", ["", "123", "?!"])
def test_without_letters_nothing_is_guessed(text: str) -> None:
    assert asked_back(torn(text=text)).text == content().replies["no_words"].envelope(content().values).text


@pytest.mark.parametrize("loop", ["candidacy_form", "contact_form"])
def test_in_the_middle_of_a_form_it_is_asked_back(loop: str) -> None:
    turn = torn()
    turn.active_loop = {"name": loop}
    assert asked_back(turn).kind is Kind.CLARIFY


def test_after_a_red_flag_nothing_leads_away_from_help() -> None:
    (envelope,), _ = played(ActionClarify(), torn(), after_flag=True)
    assert envelope.kind is Kind.CLARIFY


def test_an_address_left_for_staff_goes_before_both_answers() -> None:
    envelopes, events = played(ActionClarify(), torn(text="it is ann@example.com"), is_waiting=True)
    assert envelopes == []
    assert {event.get("name") for event in events} >= {"contact", "contact_form"}
    envelopes, _ = played(ActionClarify(), torn(), is_waiting=True)
    assert [envelope.kind for envelope in envelopes] == [Kind.ANSWER] * 2


def test_a_clause_that_asks_something_else_is_offered_first_as_before() -> None:
    assert asked_back(torn(parts=[("ask_downtime", None)])).topics == ("downtime", "pain", "cost")
    assert len(both(torn(parts=[("ask_cost", None)]))) == 2


@pytest.mark.usefixtures("strict")
def test_a_card_that_may_not_be_said_is_not_one_of_the_two() -> None:
    assert asked_back(torn()).topics == ("pain",)


@pytest.mark.usefixtures("strict")
def test_the_card_that_would_be_said_must_be_signed_not_the_general_one() -> None:
    assert knowledge.main(["sign", "cost.general", "--by", NAME]) == 0
    read_again(lambda words: words.may_say(words.library.get("cost.general")))
    assert len(both()) == 2
    assert asked_back(torn(slots={"area": "hair"})).topics == ("pain", "cost")


def test_one_card_twice_is_not_two_answers() -> None:
    assert asked_back(torn([("ask_pain", 0.5), ("ask_pain", 0.4)])).kind is Kind.CLARIFY


@pytest.mark.parametrize(
    ("entities", "slots", "card_ids"),
    [
        ({}, {"area": "hair"}, ["pain.hair", "cost.hair"]),
        ({"area": "face"}, {"area": "hair"}, ["pain.face", "cost.face"]),
        ({"area": "any"}, {"area": "hair"}, ["pain.general", "cost.general"]),
    ],
)
def test_both_are_about_the_area_of_the_message_or_of_the_talk(
    entities: dict[str, str], slots: dict[str, str], card_ids: list[str]
) -> None:
    envelopes = both(torn(entities=entities, slots=slots))
    assert [card_id for envelope in envelopes for card_id in envelope.card_ids] == card_ids


def test_an_area_that_is_named_is_remembered_and_one_that_is_guessed_is_not() -> None:
    envelopes, slots = all_said(ActionClarify(), torn(entities={"area": "scars"}, slots={"area": "face"}))
    assert slots == {"area": "scars", "concern": "scars_acne_pigmentation"}
    assert [envelope.about for envelope in envelopes] == [slots, slots]
    guessed = torn([("ask_hair_loss", 0.5), ("ask_effectiveness_evidence", 0.4)])
    envelopes, slots = all_said(ActionClarify(), guessed)
    assert ([envelope.about for envelope in envelopes], slots) == ([{}, {}], {})


def told(envelopes: list[Envelope]) -> list[dict[str, Any]]:
    """The events of a talk in which those were said last, in one turn."""
    first, *others = (after(envelope) for envelope in envelopes)
    return [*first, *(event for events in others for event in events if event["event"] == "bot")]


def test_both_are_not_given_twice_running() -> None:
    events = told(both())
    assert asked_back(torn(events=events)).topics == ("pain", "cost")
    assert len(both(torn([("ask_pain", 0.5), ("ask_downtime", 0.4)], events=events))) == 2


def test_the_second_one_and_why_are_told_of_the_card_that_they_point_at() -> None:
    envelopes = both()
    for words, card_id in (("the first one", "pain.general"), ("the second one", "cost.general")):
        found = meaning(words, [], envelopes)
        assert found == Meaning(("ask_more",), card=card_id)
        more = said(ActionTellMore(), tracker("ask_more", entities={"card": card_id}, events=told(envelopes)))
        assert (more.kind, more.card_ids) == (Kind.ANSWER, (card_id,))
        assert "How sure are we?" in more.text
    assert meaning("why?", [], envelopes) == Meaning(("ask_more",), card="cost.general")
    in_words = said(ActionTellMore(), tracker("ask_more", events=told(envelopes)))
    assert in_words.card_ids == ("cost.general",)


def test_another_area_after_both_asks_both_again() -> None:
    envelopes = both()
    found = meaning("and for hair?", [Named("hair", 8, 12)], envelopes)
    assert found == Meaning(("ask_pain", "ask_cost"), area="hair")
    parts = [(intent, found.area) for intent in found.intents]
    turn = tracker("ask_pain", parts=parts, follow_up=True, events=told(envelopes))
    again, _ = all_said(ActionAnswerQuestion(), turn)
    assert [envelope.card_ids for envelope in again] == [("pain.hair",), ("cost.hair",)]


def test_both_answers_are_no_miss_that_the_next_one_would_tell_staff_of() -> None:
    given = told(both())
    given[0]["text"] = "some words"
    given.insert(1, {"event": "action", "name": "action_clarify"})
    given += [{"event": "user", "text": "other words"}]
    (envelope,), _ = played(ActionClarify(), tracker("nlu_fallback", ranking=[], events=given))
    assert envelope.kind is Kind.FALLBACK
