"""The clinic's own facts win over general ones."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.clinic import Clinic, placeholders
from bot.retrieval.asked import Asked
from bot.retrieval.courses import courses, load_general_prices
from bot.retrieval.library import Library, load_library
from bot.retrieval.offer import Offer
from bot.retrieval.render import answer_envelope, answer_envelopes
from bot.settings import ROOT
from bot.vocabulary import AREA_OF_TOPIC, TREATMENT_OF_AREA

PLAIN: dict[str, Any] = {"name": "Test clinic", "time_zone": "Europe/London", "opening_hours": {}}
HAIR = {"treatment": "hair", "label": "Hair", "per_session": {"from": 100, "to": 150}, "sessions": {"from": 3, "to": 5}}
NECK = {"treatment": "skin", "area": "neck", "label": "Neck", "per_session": 90}
FAT = {"treatment": "fat", "label": "Fat", "per_session": 200}
PAIN = {"treatment": "pain", "label": "Pain relief", "per_session": {"from": 80, "to": 95}}
FACE = {"treatment": "skin", "area": "face", "label": "Face", "per_session": 120}


def clinic(*prices: dict[str, Any], **facts: Any) -> Clinic:
    listed = {"currency": "EUR", "as_of": dt.date(2026, 11, 1), "items": list(prices)}
    return Clinic(**PLAIN, **({"prices": listed} if prices else {}), **facts)


@pytest.fixture(scope="module")
def cards() -> Library:
    return load_library(ROOT / "knowledge", placeholders(clinic()))


def offering(cards: Library, own: Clinic) -> Library:
    return replace(cards, offer=Offer(own, load_general_prices(ROOT / "knowledge")))


def said(cards: Library, card_id: str, own: Clinic, *areas: str, more: bool = False) -> str:
    library = offering(cards, own)
    return answer_envelope(library, library.get(card_id), placeholders(own), areas=areas, more=more).text


def found(cards: Library, topic: str, area: str, own: Clinic) -> str:
    """The short answer to a question about that area, from the closest card."""
    card = cards.find(topic, area)
    assert card is not None
    return said(cards, card.id, own, area)


def test_the_clinics_own_price_takes_the_place_of_the_general_range(cards: Library) -> None:
    text = said(cards, "cost.hair", clinic(HAIR))
    assert text.startswith("Our price for one session (1 Nov 2026): Hair EUR 100–150.")
    assert "A course of 3–5 sessions makes EUR 300–750." in text
    assert "$" not in text
    assert "Later visits are not in this sum." in text


def test_without_a_price_of_its_own_the_general_range_is_given_and_labelled(cards: Library) -> None:
    for own in (clinic(), clinic(FACE)):
        text = said(cards, "cost.hair", own)
        assert text.startswith("Ask us for our own price. For scale, one of our sources gives a rough, undated figure")
        assert "$300–$700" in text


def test_a_course_without_an_own_number_of_sessions_says_whose_number_it_is(cards: Library) -> None:
    text = said(cards, "cost.hair", clinic({**HAIR, "sessions": None}))
    assert "4–10 sessions makes EUR 400–1,500." in text
    assert "That number of sessions is from one of our sources." in text


def test_a_price_for_one_area_is_told_there_only(cards: Library) -> None:
    own = clinic(FACE, HAIR)
    assert "Face EUR 120" in said(cards, "cost.face", own)
    assert "Face EUR 120; Hair EUR 100–150" in said(cards, "cost.general", own)
    assert "Face" not in said(cards, "cost.hair", own)


def test_what_is_not_offered_is_said(cards: Library) -> None:
    own = clinic(HAIR, treatments=["hair", "skin"])
    assert said(cards, "cost.body_fat", own).startswith("We don't offer this here. For scale, one of our sources")
    assert said(cards, "cellulite.general", own).endswith(" We don't offer this here.")
    assert said(cards, "cellulite.general", own, more=True).endswith("\n\nWe don't offer this here.")
    for card_id in ("hair_loss.general", "pain.face", "pain.general"):
        assert "We don't offer" not in said(cards, card_id, own), card_id


DENIED = re.compile(r"We don't (offer this|treat [a-z ]+) here\.")


def test_what_is_not_offered_is_said_of_every_topic_and_area_once(cards: Library) -> None:
    own = clinic(HAIR, treatments=["hair", "skin", "pain"])
    for topic in cards.topics():
        for area, treatment in TREATMENT_OF_AREA.items():
            about = TREATMENT_OF_AREA.get(AREA_OF_TOPIC.get(topic, area), treatment)
            text = found(cards, topic, area, own)
            assert len(DENIED.findall(text)) == (about not in {"hair", "skin", "pain"}), f"{topic} in {area}"


def test_a_general_card_says_by_name_what_is_not_offered(cards: Library) -> None:
    own = clinic(treatments=["hair", "fat"])
    pain = cards.get("pain.general")
    assert offering(cards, own).offer.note(Asked(pain, ("scars", "hair"))) == "We don't treat scars here."
    assert offering(cards, own).offer.note(Asked(pain, ("scars", "face"))) == "We don't treat scars or skin here."
    assert offering(cards, own).offer.note(Asked(pain, ("any", "elbow"))) == ""
    assert said(cards, "pain.general", own, "scars").endswith(" We don't treat scars here.")
    assert said(cards, "pain.general", own, "scars", more=True).endswith("\n\nWe don't treat scars here.")


def test_a_card_about_two_treatments_denies_only_the_one_that_is_missing(cards: Library) -> None:
    own = clinic(treatments=["hair", "fat"])
    assert "We don't" not in said(cards, "cost.body_fat", own, "body_fat")
    assert said(cards, "cost.body_fat", own, "cellulite").startswith("We don't treat cellulite here. For scale")


def test_fat_is_fat_wherever_it_is(cards: Library) -> None:
    assert said(cards, "fat_reduction.face", clinic(treatments=["skin"]), "face").endswith(" We don't offer this here.")
    assert "We don't" not in said(cards, "fat_reduction.face", clinic(treatments=["fat"]), "neck")


def test_a_general_price_answer_says_what_it_has_no_price_for(cards: Library) -> None:
    scars = {"treatment": "scars", "label": "Scars", "per_session": 70, "sessions": {"from": 2, "to": 4}}
    assert said(cards, "cost.general", clinic(treatments=["hair"]), "scars").startswith(
        "We don't treat scars here. For scale, one of our sources gives rough US-dollar figures"
    )
    own = said(cards, "cost.general", clinic(HAIR, treatments=["hair"]), "scars")
    assert own.startswith("We don't treat scars here. Our prices for one session (1 Nov 2026):")
    assert "$" not in own
    assert said(cards, "cost.general", clinic(HAIR, treatments=["hair", "scars"]), "scars").startswith(
        "Ask us for our own price for scars. Our prices for one session (1 Nov 2026):"
    )
    assert said(cards, "cost.general", clinic(HAIR, scars), "scars").startswith(
        "Our price for one session (1 Nov 2026): Scars EUR 70. A course of 2–4 sessions makes EUR 140–280."
    )


SIX = [{"treatment": "skin", "label": f"Skin, kind {kind}", "per_session": 50 * kind} for kind in range(1, 7)]


def test_a_long_price_list_is_left_to_the_table_and_the_longer_text(cards: Library) -> None:
    own = clinic(*SIX)
    for card_id in ("cost.general", "cost.face"):
        short = said(cards, card_id, own)
        assert short.startswith(
            "Our prices for one session (1 Nov 2026): EUR 50–300, by treatment and area. A full course: EUR 200–3,000. "
        )
        assert len(shown(cards, own, card_id)) == len(SIX)
        assert "Skin, kind 1 EUR 50; Skin, kind 2 EUR 100;" in said(cards, card_id, own, more=True)


def test_a_price_for_another_area_is_not_told(cards: Library) -> None:
    own = clinic(FACE, NECK)
    assert "Neck EUR 90. " in said(cards, "cost.face", own, "neck")
    assert "Face" not in said(cards, "cost.face", own, "neck")


def test_one_message_is_told_once_what_is_not_offered(cards: Library) -> None:
    own = clinic(treatments=["hair"])
    both = [Asked(cards.get("pain.general"), ("scars",)), Asked(cards.get("downtime.general"), ("scars",))]
    library = offering(cards, own)
    texts = [envelope.text for envelope in answer_envelopes(library, both, placeholders(own))]
    assert [len(DENIED.findall(text)) for text in texts] == [1, 0]
    titled = [envelope.text for envelope in answer_envelopes(library, both, placeholders(own), titled=True)]
    assert [len(DENIED.findall(text)) for text in titled] == [1, 1]


def test_the_button_for_more_keeps_the_area_that_was_asked_for(cards: Library) -> None:
    def payload(*areas: str) -> str | None:
        return answer_envelope(cards, cards.get("pain.general"), placeholders(clinic()), areas=areas).buttons[0].payload

    assert payload("scars") == '/ask_more{"card": "pain.general", "area": "scars"}'
    assert payload() == payload("elbow") == payload("scars", "hands") == '/ask_more{"card": "pain.general"}'


def test_a_clinic_that_does_not_say_what_it_offers_denies_nothing(cards: Library) -> None:
    for card in cards.cards.values():
        for area in (*TREATMENT_OF_AREA, ""):
            assert not DENIED.search(said(cards, card.id, clinic(), area)), card.id


def test_who_treats_and_what_is_treated_come_from_the_clinic(cards: Library) -> None:
    own = clinic(who_treats="Dr Ann Example treats you here.", treatments=["hair", "scars"])
    assert "Dr Ann Example treats you here." in said(cards, "provider_qualifications.general", own)
    assert "This clinic treats: hair, scars." in said(cards, "treatment_areas.general", own)
    assert "Ask us who will treat you." in said(cards, "provider_qualifications.general", clinic())


def test_own_and_general_courses_never_stand_side_by_side() -> None:
    general = load_general_prices(ROOT / "knowledge")
    own = courses(clinic(HAIR), general)
    assert ([course.currency for course in own.courses], own.is_own) == (["EUR"], True)
    other = courses(clinic(), general)
    assert ({course.currency for course in other.courses}, other.is_own) == ({"USD"}, False)
    totals = {course.label: (course.total.low, course.total.high) for course in other.courses}
    assert totals["Hair"] == (1200, 7000)


def shown(cards: Library, own: Clinic, card_id: str, *areas: str) -> list[str]:
    """The treatments of the chart beside an answer; none without a chart."""
    found = offering(cards, own).offer.courses(Asked(cards.get(card_id), areas))
    return [course.label for course in found.courses] if found is not None else []


def test_general_courses_are_shown_of_what_is_offered(cards: Library) -> None:
    own = clinic(treatments=["skin", "hair"])
    assert shown(cards, own, "cost.general") == ["Skin", "Hair"]
    assert shown(cards, own, "cost.hair", "hair") == ["Hair"]
    assert shown(cards, own, "cost.body_fat", "body_fat") == []
    assert shown(cards, clinic(), "cost.general") == ["Skin", "Fat", "Hair", "Pain relief"]
    assert shown(cards, clinic(treatments=["scars"]), "cost.general") == []


def test_own_courses_are_shown_of_what_was_asked_about(cards: Library) -> None:
    own = clinic(FACE, NECK, HAIR, treatments=["skin", "hair", "pain", "scars"])
    assert shown(cards, own, "cost.general") == ["Face", "Neck", "Hair"]
    assert shown(cards, own, "cost.face", "neck") == ["Neck"]
    assert shown(cards, own, "cost.body_fat", "body_fat") == []
    # Offered without a price of its own: the general one, alone, as the answer gives it.
    assert shown(cards, own, "cost.pain_relief", "pain_relief") == ["Pain relief"]
    assert shown(cards, own, "cost.general", "scars") == []


def test_each_course_knows_whose_count_of_sessions_it_has() -> None:
    general = load_general_prices(ROOT / "knowledge")
    own = courses(clinic(HAIR, FACE), general)
    assert own.as_of == dt.date(2026, 11, 1)
    assert [course.label for course in own.counted_generally] == ["Face"]
    other = courses(clinic(), general)
    assert (other.as_of, other.counted_generally) == (None, other.courses)


def test_the_longer_text_explains_the_clinics_own_total_and_no_other(cards: Library) -> None:
    more = said(cards, "cost.hair", clinic(HAIR), more=True)
    assert more.startswith("Our price for one session (1 Nov 2026): Hair EUR 100–150.\n\n**How we got the total**\n")
    assert "\n- Hair: 3–5 sessions at EUR 100–150 make EUR 300–750.\n- Later visits" in more
    assert more.endswith(
        "**How sure are we?** Quite sure. These are our own prices. How many sessions you need can differ."
    )
    whose = "\n- Face: 4–10 sessions at EUR 120 make EUR 480–1,200. This number of sessions is from one of our sources"
    assert whose in said(cards, "cost.face", clinic(FACE), more=True)


@pytest.mark.parametrize("name", ["general", "face", "hair", "pain_relief", "body_fat"])
def test_no_general_figure_stands_beside_own_prices(cards: Library, name: str) -> None:
    own = clinic(HAIR, FACE, FAT, PAIN)
    for more in (False, True):
        text = said(cards, f"cost.{name}", own, more=more)
        assert not re.search(r"\$|US dollar|undated|The source says", text), text
        assert "EUR" in text
    assert "The source says" in said(cards, "cost.hair", clinic(FACE), more=True)


def test_every_answer_for_clinics_with_prices_is_short_and_names_none_but_theirs(cards: Library) -> None:
    for card in cards.cards.values():
        assert card.own is None or (card.topic == "cost" and card.own.startswith("{price_range} {course_total}")), (
            card.id
        )
        assert "$" not in (card.own or "")
    assert {card.id for card in cards.cards.values() if card.topic == "cost" and card.own is None} == set()
