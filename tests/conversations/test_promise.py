"""Asking for a person through the trained model: what is promised, and how the patient wants to be reached."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest

from bot import wiring
from bot.types import Envelope
from bot.vocabulary import Kind
from tests.conversations.candidacy import Questionnaire
from tests.conversations.patient import Patient
from tests.trained import Trained

SUNDAY_MORNING = dt.datetime(2026, 11, 22, 15, tzinfo=dt.timezone.utc)
PHONE, EMAIL = "+1 202-555-0143", "may.day@example.com"
GIBBERISH = "flurb dank zilch"
OTHER_GIBBERISH = "lorem ipsum dolor"


@pytest.fixture
def closed_clinic(open_clinic: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "now", lambda: SUNDAY_MORNING)


def handoffs_of(trained: Trained, patient: Patient) -> list[dict[str, Any]]:
    return list(trained.talk.store.export(patient.id)["handoffs"])


def contact_of(trained: Trained, patient: Patient) -> tuple[Any, Any]:
    (handoff,) = handoffs_of(trained, patient)
    kept = handoff.get("contact") or {}
    return kept.get("way"), kept.get("value")


def titles(envelope: Envelope) -> list[str]:
    return [button.title for button in envelope.buttons]


def test_in_opening_hours_nothing_is_promised_that_was_not_measured(patient: Patient, trained: Trained) -> None:
    reply = patient.say("I want to talk to a person")
    assert reply.kind is Kind.HANDOFF
    # Other tests before this one may have left waits to measure in the log that they share.
    now = dt.datetime.now(dt.timezone.utc)
    measured = trained.talk.store.usual_wait_minutes(now, wiring.content().clinic.hours.open_minutes)
    assert ("I can't say how long it takes." in reply.text) == (measured is None)
    assert "This chat isn't for emergencies." in reply.text
    assert "Call 911 now" in reply.text
    assert titles(reply) == ["Leave a number or e-mail"]
    assert [one["reason"] for one in handoffs_of(trained, patient)] == ["asked"]


@pytest.mark.usefixtures("closed_clinic")
def test_outside_them_the_patient_reads_when_staff_are_back_and_is_asked_how_to_be_reached(patient: Patient) -> None:
    told, asked = patient.say_all("I want to talk to a person")
    assert "back tomorrow at 9:00 (New York time)" in told.text
    assert "Write your message here" in told.text
    assert told.buttons == ()
    assert asked.text == "How should our team answer you?"
    assert titles(asked) == ["In this chat", "By phone", "By e-mail", "No thanks"]


@pytest.mark.usefixtures("closed_clinic")
def test_a_phone_number_is_checked_shown_back_and_saved_after_a_yes(
    patient: Patient, trained: Trained, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    patient.say_all("I want to talk to a person")
    assert patient.press("By phone").text.startswith("Which phone number")
    assert "too short" in patient.say("555 0143").text
    assert "too short" in patient.say("12").text, "a piece of a number, and no age"
    shown = patient.say("it's 202 555 0143")
    assert f"**{PHONE}**" in shown.text
    assert "We use it only to answer this." in shown.text
    assert contact_of(trained, patient) == (None, None)
    assert patient.press("Yes, save it").text.startswith("Saved.")
    assert contact_of(trained, patient) == ("phone", PHONE)
    assert patient.say("how much does it cost?").topics == ("cost",)
    assert "0143" not in caplog.text


def test_an_address_is_left_by_words_alone_also_in_opening_hours(patient: Patient, trained: Trained) -> None:
    patient.say("I want to talk to a person")
    assert patient.press("Leave a number or e-mail").text == "How should our team answer you?"
    assert patient.say("by email please").text.startswith("Which e-mail address")
    assert "like name@example.com" in patient.say("may.day@example").text
    assert EMAIL in patient.say(f"sorry, {EMAIL}").text
    assert patient.say("yes please").text.startswith("Saved.")
    assert contact_of(trained, patient) == ("email", EMAIL)


@pytest.mark.parametrize(("sign", "kept"), [("👍", ("phone", PHONE)), ("👎", (None, None))])
def test_a_thumb_says_whether_a_number_is_kept(
    sign: str, kept: tuple[str | None, str | None], patient: Patient, trained: Trained
) -> None:
    patient.say_all("please call me back on 202 555 0143")
    patient.say_all(sign)
    assert contact_of(trained, patient) == kept
    assert patient.say("how much does it cost?").topics == ("cost",), "and the number isn't asked about again"


@pytest.mark.usefixtures("closed_clinic")
@pytest.mark.parametrize("way", ["press", "type"])
def test_who_wants_to_leave_nothing_is_asked_once(way: str, patient: Patient, trained: Trained) -> None:
    patient.say_all("I want to talk to a person")
    reply = patient.press("No thanks") if way == "press" else patient.say("no thanks")
    assert reply.text.startswith("That's fine.")
    assert contact_of(trained, patient) == (None, None)
    assert "again" in patient.say("I want to talk to a person").text


@pytest.mark.usefixtures("closed_clinic")
def test_after_three_numbers_that_cannot_be_it_is_left_at_that(patient: Patient, trained: Trained) -> None:
    patient.say_all("I want to talk to a person")
    patient.press("By phone")
    for text in ("555 0143", "123456789012345678"):
        assert "Which phone number" in patient.say(text).text
    assert patient.say("not telling").text.startswith("Let's leave it at that.")
    assert contact_of(trained, patient) == (None, None)


@pytest.mark.usefixtures("closed_clinic")
def test_a_question_in_between_is_answered_and_the_same_asked_again(patient: Patient) -> None:
    patient.say_all("I want to talk to a person")
    patient.press("By phone")
    answer, again = patient.say_all("does it hurt?")
    assert answer.topics == ("pain",)
    assert again.text.startswith("Which phone number")
    assert PHONE in patient.say("202 555 0143").text


@pytest.mark.usefixtures("closed_clinic")
def test_a_red_flag_ends_the_question(patient: Patient) -> None:
    patient.say_all("I want to talk to a person")
    assert patient.say("I had shots an hour ago and now I can't breathe").kind is Kind.EMERGENCY
    told = patient.press("Tell our team")
    assert (told.kind, told.buttons) == (Kind.HANDOFF, ())
    assert patient.say("how much does it cost?").topics == ("cost",)


@pytest.mark.parametrize("way", ["press", "type"])
def test_a_number_can_be_taken_back(way: str, patient: Patient, trained: Trained) -> None:
    patient.say_all("please call me back on 202 555 0143")
    assert patient.press("Yes, save it").text.startswith("Saved.")
    assert contact_of(trained, patient) == ("phone", PHONE)
    reply = patient.press("Forget it") if way == "press" else patient.say("forget my number")
    assert "no longer sees your number" in reply.text
    assert contact_of(trained, patient) == (None, None)


@pytest.mark.parametrize(("typed", "kept"), [("+1 202 555 0143", ("phone", PHONE)), (EMAIL, ("email", EMAIL))])
def test_a_number_typed_while_waiting_is_left_for_staff(
    typed: str, kept: tuple[str, str], patient: Patient, trained: Trained
) -> None:
    patient.say("I want to talk to a person")
    assert kept[1] in patient.say(typed).text
    assert contact_of(trained, patient) == (None, None)
    patient.press("Yes, save it")
    assert contact_of(trained, patient) == kept


def test_a_number_that_nobody_waits_for_is_not_kept(patient: Patient, trained: Trained) -> None:
    assert "0143" not in patient.say("+1 202 555 0143").text
    assert handoffs_of(trained, patient) == []


def test_erasing_all_is_asked_about_also_where_the_number_is_named(patient: Patient, trained: Trained) -> None:
    patient.say_all("please call me back on 202 555 0143")
    patient.press("Yes, save it")
    assert "Shall I delete all" in patient.say("delete my number and this whole chat").text
    assert contact_of(trained, patient) == ("phone", PHONE)


def test_the_second_message_in_a_row_that_is_not_understood_calls_staff_once(
    patient: Patient, trained: Trained
) -> None:
    first = patient.say(GIBBERISH)
    assert first.kind is Kind.FALLBACK
    assert "A person from our team can help you here" in first.text
    assert handoffs_of(trained, patient) == []
    second = patient.say(OTHER_GIBBERISH)
    assert second.kind is Kind.HANDOFF
    assert "So I've told our team" in second.text
    # Which questions are near to words without a meaning is nobody's promise; that some are offered is.
    *offered, way = titles(second)
    assert offered
    assert set(offered) <= {card.title for card in wiring.content().library.cards.values()}
    assert way == "Leave a number or e-mail"
    third = patient.say(GIBBERISH)
    assert third.kind is Kind.FALLBACK
    assert "Our team can read it here" in third.text
    (handoff,) = handoffs_of(trained, patient)
    assert handoff["reason"] == "not_understood"
    assert [line["act"] for line in handoff["history"]] == ["open"]


def test_an_answer_in_between_starts_the_count_again(patient: Patient, trained: Trained) -> None:
    patient.say(GIBBERISH)
    patient.say("does it hurt?")
    patient.say(OTHER_GIBBERISH)
    assert handoffs_of(trained, patient) == []


def test_who_is_refused_advice_gets_a_person_for_that(patient: Patient, trained: Trained) -> None:
    assert patient.say("should I have it done or not, you decide").kind is Kind.DECLINE_ADVICE
    assert patient.press("Talk to a person").kind is Kind.HANDOFF
    assert [one["reason"] for one in handoffs_of(trained, patient)] == ["advice_declined"]


def test_a_questionnaire_that_is_sent_calls_staff(patient: Patient, trained: Trained) -> None:
    questions = Questionnaire(patient)
    questions.to_result(diabetes="yes")
    sent = questions.press("Yes, send it")
    assert "Someone will write to you here." in sent.text
    assert [one["reason"] for one in handoffs_of(trained, patient)] == ["questionnaire"]


def test_leaving_a_number_in_the_middle_of_the_questionnaire_comes_back_to_it(
    patient: Patient, trained: Trained
) -> None:
    questions = Questionnaire(patient)
    questions.to("diabetes")
    handoff, _ = questions.say_all("I want to talk to a person")
    assert handoff.kind is Kind.HANDOFF
    questions.say_all("please call me back on 202 555 0143")
    saved, again = patient.press_all("Yes, save it")
    assert saved.text.startswith("Saved.")
    questions.shown = again
    assert questions.asks("diabetes")
    assert contact_of(trained, patient) == ("phone", PHONE)
