"""Which cards answer which questions, and what the talk is about from then on."""

from __future__ import annotations

import pytest

from actions.answer_question import ActionAnswerQuestion
from bot.vocabulary import Kind
from tests.actions.turns import after, all_said, said, tracker


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


@pytest.mark.parametrize("intent", ["ask_tides", "", "greet"])
def test_a_topic_without_a_card_is_admitted(intent: str) -> None:
    envelope = said(ActionAnswerQuestion(), tracker(intent))
    assert (envelope.kind, envelope.card_ids) == (Kind.FALLBACK, ())
