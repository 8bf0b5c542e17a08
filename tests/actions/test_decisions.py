"""What each action says to a given turn."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import Any

import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.answer_question import ActionAnswerQuestion
from actions.ask_candidacy_turn import ActionAskCandidacyTurn
from actions.clarify import ActionClarify
from actions.red_flag import ActionRedFlag
from actions.reply import REPLIES, ActionReply
from actions.resume_talk import ActionResumeTalk
from actions.rights import ActionRights
from actions.tell_more import ActionTellMore
from bot.candidacy.talk import begin
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import content, desk_of

Ranking = list[tuple[str, float]]


def tracker(
    intent: str = "",
    text: str = "some words",
    *,
    ranking: Ranking | None = None,
    entities: dict[str, str] | None = None,
    slots: dict[str, str] | None = None,
    events: list[dict[str, Any]] | None = None,
    parts: list[tuple[str, str | None]] | None = None,
    follow_up: bool = False,
    offered: list[str] | None = None,
) -> Tracker:
    latest = {
        "text": text,
        "intent": {"name": intent, "confidence": 0.9},
        "intent_ranking": [{"name": name, "confidence": chance} for name, chance in ranking or []],
        "entities": [{"entity": name, "value": value} for name, value in (entities or {}).items()],
        "parts": [{"intent": name, "areas": [area] if area else []} for name, area in parts or []],
        "follow_up": follow_up,
        "offered": offered or [],
    }
    return Tracker("one", slots or {}, latest, events or [], False, None, {}, "action_listen")


def all_said(action: Action, turn: Tracker) -> tuple[list[Envelope], dict[str, Any]]:
    """The envelopes, which also stand beside them as text and buttons for `rasa shell`; and the slots that were set."""
    dispatcher = CollectingDispatcher()
    events = asyncio.run(action.run(dispatcher, turn, {}))
    envelopes = []
    for message in dispatcher.messages:
        envelope = Envelope.from_json(json.loads(json.dumps(message["custom"]["envelope"])))
        assert message["text"] == envelope.text
        assert [button["payload"] for button in message["buttons"]] == [button.payload for button in envelope.buttons]
        envelopes.append(envelope)
    assert {event["event"] for event in events} <= {"slot"}
    return envelopes, {event["name"]: event["value"] for event in events}


def said(action: Action, turn: Tracker) -> Envelope:
    """The one envelope."""
    (envelope,), _ = all_said(action, turn)
    return envelope


def after(envelope: Envelope) -> list[dict[str, Any]]:
    """The events of a tracker in which that was said last."""
    return [{"event": "user"}, {"event": "bot", "data": {"custom": {"envelope": envelope.to_wire()}}}]


@pytest.mark.parametrize(
    ("entities", "slots", "card_id"),
    [
        ({}, {}, "pain.general"),
        ({"area": "hair"}, {}, "pain.hair"),
        ({}, {"area": "hair"}, "pain.hair"),
        ({"area": "face"}, {"area": "hair"}, "pain.face"),
        ({"area": "hands"}, {}, "pain.hands"),
        ({"area": "elbow"}, {}, "pain.general"),
    ],
)
def test_a_question_gets_the_card_of_its_area(entities: dict[str, str], slots: dict[str, str], card_id: str) -> None:
    envelope = said(ActionAnswerQuestion(), tracker("ask_pain", entities=entities, slots=slots))
    assert (envelope.kind, envelope.card_ids, envelope.topics) == (Kind.ANSWER, (card_id,), ("pain",))
    assert envelope.sources


def test_several_questions_get_one_answer_each_in_their_order() -> None:
    turn = tracker("ask_cost", parts=[("ask_cost", None), ("ask_pain", "hair"), ("ask_downtime", None)])
    envelopes, slots = all_said(ActionAnswerQuestion(), turn)
    assert [envelope.card_ids for envelope in envelopes] == [("cost.general",), ("pain.hair",), ("downtime.hair",)]
    assert [envelope.kind for envelope in envelopes] == [Kind.ANSWER] * 3
    assert slots == {"area": "hair"}


def test_only_the_last_of_several_answers_leads_on_and_not_to_what_is_answered() -> None:
    turn = tracker("ask_pain", parts=[("ask_pain", None), ("ask_downtime", None), ("ask_numbing", None)])
    envelopes, _ = all_said(ActionAnswerQuestion(), turn)
    titles = [[button.title for button in envelope.buttons] for envelope in envelopes]
    assert titles[:2] == [["More: Does it hurt?"], ["More: Time off and healing"]]
    assert titles[2][0] == "More: Will I be numbed?"
    assert titles[2][-1] == "Talk to a person"
    asked = {"/ask_pain", "/ask_downtime", "/ask_numbing"}
    assert not asked & {button.payload for envelope in envelopes for button in envelope.buttons}


def test_a_sentence_is_said_once_in_several_answers() -> None:
    turn = tracker("ask_downtime", parts=[("ask_downtime", None), ("ask_aftercare", None)])
    (downtime, aftercare), _ = all_said(ActionAnswerQuestion(), turn)
    shared = "Skip hard exercise, hot baths and sauna for at least 2 days."
    assert shared in downtime.text
    assert shared not in aftercare.text
    assert shared in said(ActionAnswerQuestion(), tracker("ask_aftercare")).text


def test_a_chart_goes_with_the_cost_and_with_nothing_else() -> None:
    turn = tracker("ask_cost", parts=[("ask_pain", None), ("ask_cost", None)])
    (pain, cost), _ = all_said(ActionAnswerQuestion(), turn)
    assert pain.media == ()
    (chart,) = cost.media
    assert chart["url"].startswith("data:image/svg+xml;base64,")
    assert all(total in chart["alt"] for *_, total in chart["table"]["rows"])


@pytest.mark.parametrize(
    ("area", "labels"),
    [("any", ["Face and neck", "Hair", "Pain relief"]), ("hair", ["Hair"]), ("body_fat", []), ("cellulite", [])],
)
def test_the_chart_shows_what_was_asked_about_and_is_offered(area: str, labels: list[str]) -> None:
    cost = said(ActionAnswerQuestion(), tracker("ask_cost", entities={"area": area}))
    assert [row[0] for chart in cost.media for row in chart["table"]["rows"]] == labels
    assert ("We don't" in cost.text) is (not labels)


def test_two_questions_with_the_same_card_get_it_once() -> None:
    envelopes, _ = all_said(ActionAnswerQuestion(), tracker("ask_pain", parts=[("ask_pain", None), ("ask_pain", None)]))
    assert len(envelopes) == 1


def test_a_topic_about_one_area_is_remembered_as_that_area() -> None:
    _, slots = all_said(ActionAnswerQuestion(), tracker("ask_hair_loss", slots={"area": "face"}))
    assert slots == {"area": "hair", "concern": "hair_loss"}
    _, slots = all_said(ActionAnswerQuestion(), tracker("ask_pain", slots={"area": "face"}))
    assert slots == {}


def test_staff_see_with_each_answer_what_the_talk_is_about() -> None:
    turn = tracker("ask_pain", entities={"area": "scars"}, slots={"area": "face", "concern": "hair_loss"})
    (envelope,), slots = all_said(ActionAnswerQuestion(), turn)
    assert envelope.about == slots == {"area": "scars", "concern": "scars_acne_pigmentation"}


def test_who_asks_in_general_is_about_no_area_any_more() -> None:
    (envelope,), slots = all_said(
        ActionAnswerQuestion(), tracker("ask_pain", entities={"area": "any"}, slots={"area": "hair"})
    )
    assert (envelope.card_ids, slots) == (("pain.general",), {"area": None})


@pytest.mark.parametrize(
    ("topic", "area", "concern"),
    [
        ("pain", "hair", "hair_loss"),
        ("pain", None, "hair_loss"),
        ("pain", "face", None),
        ("pain", "neck", None),
        ("pain", "any", None),
        ("pain", "cellulite", "cellulite"),
        ("facial_rejuvenation", None, "facial_rejuvenation"),
    ],
)
def test_a_concern_is_remembered_until_another_area_is_named(topic: str, area: str | None, concern: str | None) -> None:
    entities = {"area": area} if area else {}
    slots = {"area": "hair", "concern": "hair_loss"}
    (envelope,), changed = all_said(ActionAnswerQuestion(), tracker(f"ask_{topic}", entities=entities, slots=slots))
    assert (slots | changed)["concern"] == envelope.about.get("concern") == concern


def test_of_several_questions_the_concern_of_the_last_area_counts() -> None:
    turn = tracker("ask_hair_loss", parts=[("ask_hair_loss", None), ("ask_pain", "face")])
    assert all_said(ActionAnswerQuestion(), turn)[1] == {"area": "face"}
    turn = tracker("ask_pain", parts=[("ask_pain", "face"), ("ask_hair_loss", None), ("ask_cost", None)])
    assert all_said(ActionAnswerQuestion(), turn)[1] == {"area": "hair", "concern": "hair_loss"}


def test_the_same_card_is_not_given_again_as_an_answer_for_another_area() -> None:
    first = said(ActionAnswerQuestion(), tracker("ask_numbing"))
    again = tracker("ask_numbing", entities={"area": "hands"}, follow_up=True, events=after(first))
    assert said(ActionAnswerQuestion(), again).kind is Kind.NOTICE
    other = tracker("ask_numbing", entities={"area": "body_fat"}, follow_up=True, events=after(first))
    assert said(ActionAnswerQuestion(), other).card_ids == ("numbing.body_fat",)


def test_what_the_clinic_does_not_treat_is_said_whatever_card_answers() -> None:
    first = said(ActionAnswerQuestion(), tracker("ask_numbing"))
    assert "We don't treat" not in first.text
    scars = said(ActionAnswerQuestion(), tracker("ask_numbing", entities={"area": "scars"}))
    assert (scars.card_ids, scars.text) == (first.card_ids, f"{first.text} We don't treat scars here.")
    remembered = said(ActionAnswerQuestion(), tracker("ask_insurance_payment", slots={"area": "cellulite"}))
    assert remembered.text.endswith(" We don't treat cellulite here.")
    again = said(
        ActionAnswerQuestion(),
        tracker("ask_numbing", entities={"area": "scars"}, follow_up=True, events=after(first)),
    )
    assert again.text.startswith("We don't treat scars here.\n\nI have nothing more")


def test_the_cost_of_another_area_is_told_from_the_same_card_too() -> None:
    first = said(ActionAnswerQuestion(), tracker("ask_cost"))
    turn = tracker("ask_cost", entities={"area": "any"}, follow_up=True, events=after(first))
    assert said(ActionAnswerQuestion(), turn).text == first.text


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


@pytest.mark.parametrize("intent", ["ask_tides", "", "greet"])
def test_a_topic_without_a_card_is_admitted(intent: str) -> None:
    envelope = said(ActionAnswerQuestion(), tracker(intent))
    assert (envelope.kind, envelope.card_ids) == (Kind.FALLBACK, ())


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


@pytest.mark.parametrize("intent", REPLIES)
def test_each_intent_gets_its_own_sentence(intent: str) -> None:
    envelope = said(ActionReply(), tracker(intent))
    assert envelope.text == content().replies[REPLIES[intent]].envelope(content().values).text
    assert "{" not in envelope.text


COST_OF_HAIR: list[tuple[str, str | None]] = [("ask_cost", "hair")]


def payloads(envelope: Envelope) -> list[str | None]:
    return [button.payload for button in envelope.buttons]


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


def test_a_sign_gets_the_safety_text_alone() -> None:
    envelope = said(ActionRedFlag(), tracker("red_flag", "my throat is closing and I can't breathe"))
    assert (envelope.kind, envelope.topics) == (Kind.EMERGENCY, ())


def test_a_sign_that_only_the_classifier_sees_is_left_to_people() -> None:
    assert said(ActionRedFlag(), tracker("red_flag", "the weather is fine")).kind is Kind.DECLINE_ADVICE


def test_a_bot_that_has_the_talk_again_says_that_it_listens() -> None:
    assert said(ActionResumeTalk(), tracker()).text == content().replies["back_and_listening"].text
