"""What the other actions say to a given turn."""

from __future__ import annotations

import datetime as dt

import pytest

from actions.answer_question import ActionAnswerQuestion
from actions.ask_candidacy_turn import ActionAskCandidacyTurn
from actions.red_flag import ActionRedFlag
from actions.reply import REPLIES, ActionReply
from actions.resume_talk import ActionResumeTalk
from actions.rights import ActionRights
from bot.candidacy.talk import begin
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import content, desk_of
from tests.actions.turns import all_said, said, tracker

COST_OF_HAIR: list[tuple[str, str | None]] = [("ask_cost", "hair")]


def payloads(envelope: Envelope) -> list[str | None]:
    return [button.payload for button in envelope.buttons]


@pytest.mark.parametrize("intent", REPLIES)
def test_each_intent_gets_its_own_sentence(intent: str) -> None:
    envelope = said(ActionReply(), tracker(intent))
    assert envelope.text == content().replies[REPLIES[intent]].envelope(content().values).text
    assert "{" not in envelope.text


def test_a_question_beside_advice_is_answered_and_advice_declined_last() -> None:
    envelopes, slots = all_said(ActionReply(), tracker("seek_advice", parts=COST_OF_HAIR))
    assert [envelope.kind for envelope in envelopes] == [Kind.ANSWER, Kind.DECLINE_ADVICE]
    assert envelopes[0].card_ids == ("cost.hair",)
    assert slots == {"area": "hair"}


def test_a_question_beside_a_wish_about_ones_data_is_answered_first() -> None:
    for turn in (tracker("delete_my_data", parts=COST_OF_HAIR), tracker("delete_my_data", offered=["ask_cost"])):
        (answer, wish), _ = all_said(ActionRights(), turn)
        assert (answer.topics, wish.request) == (("cost",), {"rights": "erase"})


def test_a_hint_beside_small_talk_stays_a_hint() -> None:
    assert said(ActionReply(), tracker("greet", parts=COST_OF_HAIR)).kind is Kind.SMALLTALK


def test_what_is_only_offered_stands_before_the_offer_of_a_person() -> None:
    declined = said(ActionReply(), tracker("seek_advice", offered=["ask_cost", "ask_risks_side_effects"]))
    assert payloads(declined)[:2] == ["/ask_risks_side_effects", "/ask_cost"]
    assert str(payloads(declined)[2]).startswith("/request_handoff")
    answer = said(ActionAnswerQuestion(), tracker("ask_cost", offered=["start_candidacy"]))
    assert payloads(answer)[-2:] == ["/start_candidacy", "/request_handoff"]
    # It is there already.
    answer = said(ActionAnswerQuestion(), tracker("ask_candidacy", offered=["start_candidacy"]))
    assert payloads(answer).count("/start_candidacy") == 1


def test_the_first_question_of_the_questionnaire_also_offers_what_was_asked_beside() -> None:
    state = begin(desk_of(), (), dt.datetime.now(dt.timezone.utc)).json()  # type: ignore[arg-type]
    turn = tracker("start_candidacy", slots={"candidacy": state}, offered=["ask_cost"])
    assert payloads(said(ActionAskCandidacyTurn(), turn))[-1] == "/ask_cost"
    turn = tracker("affirm", slots={"candidacy": state}, offered=["ask_cost"])
    assert "/ask_cost" not in payloads(said(ActionAskCandidacyTurn(), turn))


def test_an_intent_without_a_sentence_falls_back() -> None:
    assert said(ActionReply(), tracker("ask_pain")).kind is Kind.FALLBACK


def test_a_sign_gets_the_safety_text_alone() -> None:
    envelope = said(ActionRedFlag(), tracker("red_flag", "my throat is closing and I can't breathe"))
    assert (envelope.kind, envelope.topics) == (Kind.EMERGENCY, ())


def test_a_sign_that_only_the_classifier_sees_is_left_to_people() -> None:
    assert said(ActionRedFlag(), tracker("red_flag", "the weather is fine")).kind is Kind.DECLINE_ADVICE


def test_a_bot_that_has_the_talk_again_says_that_it_listens() -> None:
    assert said(ActionResumeTalk(), tracker()).text == content().replies["back_and_listening"].text
