"""One test for each promise that the bot's other sentences make."""

import re

from bot.handoff.notices import REPLY_OF
from bot.retrieval.library import Library
from bot.retrieval.replies import ABOUT_STAFF, GAPS, Reply
from bot.vocabulary import BACK_TO_BOT, Kind


def test_every_topic_button_has_a_card_and_bears_its_title(library: Library, replies: dict[str, Reply]) -> None:
    for reply in replies.values():
        for button in reply.buttons:
            if button.payload.startswith("/ask_"):
                card = library.find(button.payload.removeprefix("/ask_"))
                assert card is not None, f"{reply.id}: {button.payload}"
                assert card.title == button.title, reply.id


def test_greeting_and_fallback_offer_every_mission_topic_and_a_person(replies: dict[str, Reply]) -> None:
    topics = ("pain", "downtime", "session_count", "risks_side_effects", "cost")
    for name in ("greet", "fallback", "out_of_scope"):
        payloads = [button.payload for button in replies[name].buttons]
        assert payloads == [*(f"/ask_{topic}" for topic in topics), "/request_handoff"]


def test_replies_that_cannot_help_give_the_clinics_number(replies: dict[str, Reply]) -> None:
    for name in (
        "fallback",
        "out_of_scope",
        "other_people",
        "no_card",
        "decline_advice",
        "request_handoff",
        "brain_down",
    ):
        assert "{phone}" in replies[name].text, name


def test_a_refusal_to_advise_still_says_what_is_urgent(replies: dict[str, Reply]) -> None:
    for name in ("decline_advice", "request_handoff", "brain_down"):
        assert "{urgent_phone}" in replies[name].text, name
        assert "{emergency_number}" in replies[name].text, name


def test_a_refusal_to_advise_says_that_only_the_prescriber_changes_a_medicine(replies: dict[str, Reply]) -> None:
    said = replies["decline_advice"].text
    assert "Don't stop, skip or change a prescribed medicine by yourself." in said
    assert "Only the person who prescribed it can tell you to." in said


def test_the_bot_says_that_it_is_a_program_and_that_it_can_be_wrong(replies: dict[str, Reply]) -> None:
    assert "computer program, not a doctor" in replies["greet"].text
    assert "I can be wrong" in replies["about_bot"].text
    assert "Nobody watches this chat for emergencies" in replies["about_bot"].text


def test_every_reply_can_be_said(replies: dict[str, Reply], values: dict[str, str]) -> None:
    gaps = dict.fromkeys(GAPS, "something")
    for reply in replies.values():
        assert "{" not in reply.envelope({**values, **gaps}).text, reply.id


def test_notices_about_staff_name_them_and_those_of_who_joins_lead_back(replies: dict[str, Reply]) -> None:
    for name in ABOUT_STAFF:
        assert "{staff_name}" in replies[name].text, name
    for name in ("staff_joined", "staff_changed", "ask_back_to_bot"):
        assert [button.payload for button in replies[name].buttons] == [BACK_TO_BOT], name
    assert {replies[name].kind for name in (*ABOUT_STAFF, *REPLY_OF.values())} == {Kind.NOTICE}


def test_no_reply_says_that_nobody_answers_here(replies: dict[str, Reply]) -> None:
    for reply in replies.values():
        assert not re.search(r"nobody (reads|answers)", reply.text, re.IGNORECASE), reply.id


def test_who_waits_for_a_person_reads_that_this_is_not_for_emergencies(replies: dict[str, Reply]) -> None:
    for name in ("request_handoff", "handoff_again", "not_understood"):
        assert "{promise}" in replies[name].text, name
        assert "This chat isn't for emergencies." in replies[name].text, name
    for name in ("request_handoff", "handoff_again", "not_understood", "handoff_waiting", "handoff_escalated"):
        assert "{emergency_number}" in replies[name].text, name
        assert "{phone}" in replies[name].text, name


def test_a_number_is_asked_for_with_what_it_is_for(replies: dict[str, Reply]) -> None:
    assert "We use it only to answer this." in replies["contact_confirm"].text
    assert "take it back at any time" in replies["contact_saved"].text
