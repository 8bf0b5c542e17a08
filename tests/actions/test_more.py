"""What "tell me more" opens, and after what it opens nothing."""

from __future__ import annotations

import pytest

from actions.answer_question import ActionAnswerQuestion
from actions.red_flag import ActionRedFlag
from actions.reply import ActionReply
from actions.tell_more import ActionTellMore
from bot.types import Envelope
from bot.vocabulary import Kind
from tests.actions.turns import after, said, tracker


@pytest.mark.parametrize(
    ("text", "entities", "denied"),
    [
        ("tell me more", {}, True),
        ('/ask_more{"card": "numbing.general", "area": "scars"}', {"card": "numbing.general", "area": "scars"}, True),
        ('/ask_more{"card": "numbing.general"}', {"card": "numbing.general"}, False),
    ],
)
def test_more_is_told_for_the_area_that_was_asked_for(text: str, entities: dict[str, str], denied: bool) -> None:
    short = said(ActionAnswerQuestion(), tracker("ask_numbing", entities={"area": "scars"}))
    turn = tracker("ask_more", text, entities=entities, slots={"area": "scars"}, events=after(short))
    assert said(ActionTellMore(), turn).text.endswith("\n\nWe don't treat scars here.") is denied


def test_more_is_told_of_the_card_that_a_button_names() -> None:
    short = said(ActionAnswerQuestion(), tracker("ask_cost"))
    long = said(ActionTellMore(), tracker("ask_more", entities={"card": "pain.hair"}, events=after(short)))
    assert (long.kind, long.card_ids) == (Kind.ANSWER, ("pain.hair",))


def test_more_is_told_of_the_last_answer_even_after_small_talk() -> None:
    short = said(ActionAnswerQuestion(), tracker("ask_pain"))
    thanks = said(ActionReply(), tracker("thank"))
    long = said(ActionTellMore(), tracker("ask_more", events=after(short) + after(thanks)))
    assert long.card_ids == short.card_ids
    assert len(long.text) > len(short.text)


def test_when_all_is_told_the_bot_says_so() -> None:
    short = said(ActionAnswerQuestion(), tracker("ask_pain"))
    long = said(ActionTellMore(), tracker("ask_more", events=after(short)))
    assert said(ActionTellMore(), tracker("ask_more", events=after(short) + after(long))).kind is Kind.NOTICE


@pytest.mark.parametrize("entities", [{}, {"card": "gone.card"}])
def test_more_of_nothing_asks_what_it_is_about(entities: dict[str, str]) -> None:
    assert said(ActionTellMore(), tracker("ask_more", entities=entities)).kind is Kind.SMALLTALK


def test_more_is_not_told_of_what_was_said_before_a_refusal() -> None:
    pain = after(said(ActionAnswerQuestion(), tracker("ask_pain")))
    declined = said(ActionReply(), tracker("seek_advice"))
    assert said(ActionTellMore(), tracker("ask_more", events=pain + after(declined))) == declined
    thanks = after(said(ActionReply(), tracker("thank")))
    assert said(ActionTellMore(), tracker("ask_more", events=pain + after(declined) + thanks)) == declined


def test_a_safety_text_is_said_again_without_calling_staff_again() -> None:
    safety = said(ActionRedFlag(), tracker("red_flag", "my throat is closing and I can't breathe"))
    events = after(said(ActionAnswerQuestion(), tracker("ask_cost"))) + after(safety)
    again = said(ActionTellMore(), tracker("ask_more", events=events))
    assert (again.kind, again.text, again.request) == (Kind.EMERGENCY, safety.text, None)


def test_after_a_red_flag_that_the_gateway_answered_no_older_card_is_opened() -> None:
    events = after(said(ActionAnswerQuestion(), tracker("ask_cost")))
    turn = tracker("ask_more", events=events)
    turn.latest_message["metadata"] = {"after_flag": True}
    stands = said(ActionTellMore(), turn)
    assert (stands.kind, stands.card_ids) == (Kind.DECLINE_ADVICE, ())
    assert "+1 555" in stands.text
    thanks = after(said(ActionReply(), tracker("thank")))
    thanks[0]["metadata"] = {"after_flag": True}
    assert said(ActionTellMore(), tracker("ask_more", events=events + thanks)) == stands
    # A button says itself what it opens.
    turn.latest_message["entities"] = [{"entity": "card", "value": "cost.general"}]
    assert said(ActionTellMore(), turn).card_ids == ("cost.general",)


@pytest.mark.parametrize("kind", [Kind.FALLBACK, Kind.HANDOFF])
def test_more_of_what_has_no_card_asks_what_it_is_about(kind: Kind) -> None:
    events = after(said(ActionAnswerQuestion(), tracker("ask_cost"))) + after(Envelope(kind, "words"))
    assert said(ActionTellMore(), tracker("ask_more", events=events)).kind is Kind.SMALLTALK
