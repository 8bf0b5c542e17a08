"""Phone numbers and e-mail addresses as people type them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handoff.reach import Reached, find_reached, read_email, read_phone

NUMBER = "+1 202-555-0143"


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("202 555 0143", "US"),
        ("(202) 555-0143", "US"),
        ("2025550143", "US"),
        ("my number is 202.555.0143, after five", "US"),
        ("+1 202 555 0143", None),
        ("0012025550143", "GB"),
        ("+12025550143", "GB"),
        ("0012025550143", "US"),
        ("call 001 202 555 0143 please", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, country: str | None) -> None:
    assert read_phone(text, country) == Reached("phone", NUMBER)


def test_an_extension_stays() -> None:
    assert read_phone("202 555 0143 ext. 5", "US") == Reached("phone", f"{NUMBER} ext. 5")


@pytest.mark.parametrize(
    ("text", "country", "problem"),
    [
        ("at work", "US", "phone_none"),
        ("", "US", "phone_none"),
        ("202 555 0143", None, "phone_country"),
        ("+999 555 0143 22", "US", "phone_country"),
        ("555 0143", "US", "phone_short"),
        ("911", "US", "phone_short"),
        ("2025550143222", "US", "phone_long"),
        ("12345678901234567890", "US", "phone_long"),
        ("+1 999 000 0000", "US", "phone_unknown"),
    ],
)
def test_what_is_wrong_with_a_number_is_told_apart(text: str, country: str | None, problem: str) -> None:
    assert read_phone(text, country) == problem


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("may.day@example.com", "may.day@example.com"),
        ("it's <May.Day@EXAMPLE.com>.", "May.Day@example.com"),
        ("mailto:may@example.com", "may@example.com"),
        ("jürgen@müller.example.com", "jürgen@müller.example.com"),
        ("not@right but may@example.com", "may@example.com"),
    ],
)
def test_an_address_is_read_among_other_words(text: str, address: str) -> None:
    assert read_email(text) == Reached("email", address)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("may at example dot com", "email_none"),
        ("may@example", "email_wrong"),
        ("may@@example.com", "email_wrong"),
        ("@", "email_wrong"),
        ("may@[127.0.0.1]", "email_wrong"),
    ],
)
def test_what_is_wrong_with_an_address_is_told_apart(text: str, problem: str) -> None:
    assert read_email(text) == problem


def test_other_words_and_figures_hold_no_way_to_reach_anybody() -> None:
    for text in ("I had 3 sessions in 2024", "on 12/11/2026 at 10:30", "it cost 250", "@home"):
        assert find_reached(text, "US") is None


def test_a_long_text_costs_no_time() -> None:
    started = time.process_time()
    read_phone("1 2 3 (4) - " * 330, "US")
    read_email("a@" * 2000)
    assert time.process_time() - started < 1


@given(st.text(max_size=60))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    for found in (read_phone(text, "US"), read_phone(text, None), read_email(text)):
        assert isinstance(found, (str, Reached))
