"""The question how a patient wants to be answered, message by message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.contact import Contact, Said, begin, request_of, step, wants_only_it_forgotten
from bot.handoff.reach import Reached

PHONE = Reached("phone", "+1 202-555-0143")
EMAIL = Reached("email", "may@example.com")
AT = "2026-11-18T15:00:00+00:00"


def after(contact: Contact, *texts: str, may_ask: bool = False) -> Contact:
    for text in texts:
        contact = step(contact, Said(text, may_ask=may_ask), "US").contact
    return contact


@pytest.mark.parametrize(
    ("text", "place", "end"),
    [
        ("by phone", "phone", None),
        ("call me", "phone", None),
        ("e-mail is best", "email", None),
        ("just here in the chat", "ended", "chat"),
        ("no thanks", "ended", "none"),
        ("no", "ended", "none"),
        ("don't call me", "ended", "none"),
        ("202 555 0143", "confirm", None),
        ("write to may@example.com", "confirm", None),
    ],
)
def test_the_way_is_chosen_in_words(text: str, place: str, end: str | None) -> None:
    found = after(Contact(), text)
    assert (found.place, found.end) == (place, end)


def test_a_button_chooses_at_any_place() -> None:
    asked = step(Contact(place="email"), Said("By phone", pressed="phone"), "US").contact
    assert asked.place == "phone"
    assert step(asked, Said("No thanks", pressed="none"), "US").contact.end == "none"


@pytest.mark.parametrize("said", ["yes", "Yes please", "ok", "that's right", "save it"])
def test_a_yes_saves(said: str) -> None:
    ended = after(Contact(), "202 555 0143", said)
    assert ended.end == "saved"
    assert request_of(ended, AT) == {"contact": {"way": "phone", "value": PHONE.value, "consent_at": AT}}


@pytest.mark.parametrize("said", ["no", "nope", "no thanks", "don't contact me"])
def test_a_no_keeps_nothing(said: str) -> None:
    ended = after(Contact(), "202 555 0143", said)
    assert (ended.end, ended.reached) == ("none", None)
    assert request_of(ended, AT) == {"contact": None}


def test_a_mistake_can_be_mended_before_it_is_saved() -> None:
    assert after(Contact(), "202 555 0143", "that's wrong").place == "phone"
    assert after(Contact(), "202 555 0143", "may@example.com").reached == EMAIL


def test_nothing_is_saved_without_a_yes() -> None:
    for contact in (Contact(), Contact(place="phone"), Contact(place="confirm", reached=PHONE)):
        assert request_of(contact, AT) is None


def test_an_old_yes_button_saves_nothing() -> None:
    assert begin("yes", "", "US") == Contact()


def test_a_third_try_in_vain_is_the_last() -> None:
    tried = after(Contact(place="phone"), "555 0143", "555 0144")
    assert (tried.place, tried.tries, tried.problem) == ("phone", 2, "phone_short")
    left = after(tried, "555 0145")
    assert (left.end, request_of(left, AT)) == ("left", {"contact": None})


@pytest.mark.parametrize("place", ["choose", "phone", "email"])
def test_a_question_is_for_others_and_costs_no_try(place: str) -> None:
    contact = Contact(place=place)  # type: ignore[arg-type]  # one of three that are places
    taken = step(contact, Said("does it hurt on the cheeks?", may_ask=True), "US")
    assert (taken.is_taken, taken.contact) == (False, contact)


def test_a_way_that_sounds_like_a_question_is_still_chosen() -> None:
    assert after(Contact(), "by phone please", may_ask=True).place == "phone"


@pytest.mark.parametrize(
    "text", ["forget my number", "please delete my e-mail address", "Don\u2019t keep my phone number"]
)
def test_what_was_left_can_be_taken_back(text: str) -> None:
    assert after(Contact(), text).end == "forgotten"
    assert begin(None, text, "US").end == "forgotten"
    assert request_of(begin("forget", "", "US"), AT) == {"contact": None}


def test_a_number_in_the_wish_for_a_person_is_read_at_once() -> None:
    assert begin(None, "call me back on 202 555 0143", "US").reached == PHONE
    assert begin(None, "can somebody call me back", "US") == Contact()


def test_it_fits_into_a_slot() -> None:
    for contact in (Contact(), Contact(place="confirm", reached=EMAIL, tries=1, after="candidacy_form")):
        assert Contact.from_text(contact.to_text()) == contact


@given(
    st.lists(
        st.tuples(
            st.one_of(st.text(max_size=30), st.sampled_from(["yes", "no", "202 555 0143", "555", "a@b", "phone"])),
            st.sampled_from([None, None, "choose", "phone", "email", "chat", "none", "yes", "change", "forget"]),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_whatever_is_said_only_a_yes_after_the_value_was_shown_saves(
    talk: list[tuple[str, str | None, bool]],
) -> None:
    contact = Contact()
    for text, pressed, may_ask in talk:
        before = contact
        contact = step(contact, Said(text, pressed, may_ask), "US").contact
        assert contact.tries < 3
        if contact.end == "saved":
            assert before.place == "confirm"
            assert before.reached == contact.reached is not None
        if contact.place == "ended":
            break


@pytest.mark.parametrize(
    ("text", "is_it_alone"),
    [
        ("delete my phone number", True),
        ("please forget my e-mail address", True),
        ("remove my contact details", True),
        ("delete my number and this chat", False),
        ("drop it! who has your number", False),
        ("remove ann.lee@example.org as my email", True),
        ("delete my mob. number", True),
        ("undo everything I typed and forget my number", False),
        ("delete my data", False),
    ],
)
def test_taking_a_number_back_is_told_from_erasing_all(text: str, is_it_alone: bool) -> None:
    assert wants_only_it_forgotten(text) is is_it_alone
