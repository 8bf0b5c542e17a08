"""The next steps as each app can show them, and typed answers to them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.choices import is_numbered, plan, read_choice
from bot.channels.markup import length
from bot.channels.parts import Choice, Limits
from bot.types import Button, Envelope
from bot.vocabulary import Kind
from tests.channels.limits import MESSENGER, SMS, TELEGRAM, WHATSAPP

AREAS = ("Side effects and risks", "Yes, I'm worried", "That's all", "No", "Talk to a person")


def buttons(*titles: str) -> tuple[Button, ...]:
    return tuple(Button(title, id=f"b{place}") for place, title in enumerate(titles, start=1))


def titles(*given: str, limits: Limits = WHATSAPP) -> list[str]:
    return [choice.title for choice in plan(buttons(*given), limits).choices]


def test_few_short_titles_are_buttons() -> None:
    found = plan(buttons("Yes", "No"), WHATSAPP)
    assert found.choices == (Choice("Yes", "b1"), Choice("No", "b2"))
    assert not found.is_list
    assert found.lines == ()


def test_a_title_is_said_in_fewer_signs_where_that_says_the_same() -> None:
    assert titles("Side effects and risks") == ["Side effects & risks"]
    assert titles("Go through the questions") == ["Go through questions"]
    assert titles("Side effects and risks", limits=TELEGRAM) == ["Side effects and risks"]


def test_too_many_or_too_long_titles_are_a_list_with_the_whole_title_below() -> None:
    found = plan(buttons("Who should wait or avoid it?", "b", "c", "d"), WHATSAPP)
    assert found.is_list
    assert found.choices[0] == Choice("Who should wait…", "b1", "Who should wait or avoid it?")
    assert found.choices[1] == Choice("b", "b2")
    assert plan(buttons("Who should wait or avoid it?"), WHATSAPP).is_list


def test_what_fits_no_list_is_numbered() -> None:
    eleven = [f"Step {number}" for number in range(1, 12)]
    found = plan(buttons(*eleven), WHATSAPP)
    assert found.choices == ()
    assert found.lines[0] == "1. Step 1"
    assert found.lines[-2:] == ("11. Step 11", "Reply with a number.")
    assert plan(buttons("x" * 80, "y"), WHATSAPP).choices == (Choice(f"1. {'x' * 16}…", "b1"), Choice("2. y", "b2"))


def test_rows_that_would_look_alike_are_numbered() -> None:
    alike = [f"Who should wait or avoid {name}?" for name in ("it", "them", "those", "these")]
    found = plan(buttons(*alike), WHATSAPP)
    assert not found.is_list
    assert found.lines[0] == "1. Who should wait or avoid it?"


def test_numbers_have_buttons_too_where_the_app_has_room() -> None:
    found = plan(buttons("Who should wait or avoid it?", "Talk to a person"), MESSENGER)
    assert [choice.title for choice in found.choices] == ["1. Who should wait…", "2. Talk to a person"]
    assert found.lines == ("1. Who should wait or avoid it?", "2. Talk to a person", "Reply with a number.")


def test_one_choice_has_one_number() -> None:
    assert plan(buttons("Tell our team"), SMS).lines == ("1. Tell our team", "Reply with 1.")


@pytest.mark.parametrize("button", [Button("Yes"), Button("Yes", payload="/yes"), Button("Yes", id="x" * 65)])
def test_a_button_that_no_app_can_send_back_is_a_number(button: Button) -> None:
    found = plan((button,), TELEGRAM)
    assert found.choices == ()
    assert found.lines == ("1. Yes", "Reply with 1.")


def test_blank_titles_and_no_buttons_are_nothing() -> None:
    assert plan((), SMS) == plan(buttons(" ", "\x00"), SMS) == plan((), TELEGRAM)


def test_the_envelope_tells_whether_numbers_were_shown() -> None:
    envelope = Envelope(Kind.NOTICE, "Well?", buttons=buttons("Yes", "No"))
    assert is_numbered(envelope, SMS)
    assert not is_numbered(envelope, WHATSAPP)
    assert not is_numbered(replace(envelope, buttons=()), SMS)
    assert is_numbered(replace(envelope, buttons=buttons("Who should wait or avoid it?")), MESSENGER)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Side effects and risks", 1),
        ("  side EFFECTS and risks!! 👍 ", 1),
        ("Side effects & risks", 1),
        ("yes im worried", 2),
        ("Yes, I’m worried.", 2),
        ("that's all", 3),
        ("thats all", 3),
        ("NO", 4),
        ("no.", 4),
        ("talk to person", 5),
        ("no thanks", None),
        ("side effects", None),
        ("I want to talk to a person", None),
        ("", None),
        ("👍", None),
        ("2", None),
        ("second", None),
    ],
)
def test_a_title_is_read_however_it_is_written(text: str, place: int | None) -> None:
    shown = buttons(*AREAS)
    assert read_choice(text, shown, is_numbered=False) == (shown[place - 1] if place else None)


@pytest.mark.parametrize(
    "text",
    [
        "2", " 2 ", "2.", "2)", "(2)", "#2", "# 2", "[2]", "2!", "2️⃣", "２", "no 2", "No. 2", "number 2", "nr 2",
        "option 2", "option two", "Option two.", "two", "TWO", "choice 2", "answer 2", "2 please", "2, please!",
        "second", "the second", "the second one", "second option", "2nd", "the 2nd one", "2. Yes, I'm worried",
        "2 yes im worried", "yes, i'm worried",
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    shown = buttons(*AREAS)
    assert read_choice(text, shown, is_numbered=True) is shown[1]


@pytest.mark.parametrize(
    "text",
    [
        "0", "6", "99", "2 weeks", "2 or 3", "2,3", "2.5", "22", "-2", "2?", "not 2", "1 2", "in 2 days", "I take two",
        "two of them", "the second time", "2. No", "6. No", "2: yes but", "one day", "option", "no", "2nd week", "½",
        "²²", "sixth", "12345678901234567890", "two weeks ago", "the", "#", "()", "option b",
    ],
)  # fmt: skip
def test_nothing_else_is_taken_for_a_number(text: str) -> None:
    found = read_choice(text, buttons(*AREAS[:3], "Never", "Other"), is_numbered=True)
    assert found is None


def test_a_number_that_is_anothers_title_is_no_choice() -> None:
    shown = buttons("3", "2", "1", "One", "Six")
    assert read_choice("3", shown, is_numbered=True) is None
    assert read_choice("two", shown, is_numbered=True) is shown[1]
    assert read_choice("2", shown, is_numbered=True) is shown[1]
    assert read_choice("one", shown, is_numbered=True) is None
    assert read_choice("3", shown, is_numbered=False) is shown[0]
    assert read_choice("18", buttons("18", "0"), is_numbered=True) == Button("18", id="b1")
    assert read_choice("0", buttons("18", "0"), is_numbered=True) == Button("0", id="b2")


def test_two_titles_alike_are_told_apart_by_number_only() -> None:
    shown = buttons("Yes", "yes!")
    assert read_choice("yes", shown, is_numbered=True) is None
    assert read_choice("2", shown, is_numbered=True) is shown[1]


def test_a_title_without_letters_is_compared_as_it_stands() -> None:
    shown = buttons("👍", "👎")
    assert read_choice("👎", shown, is_numbered=False) is shown[1]
    assert read_choice("!", shown, is_numbered=False) is None


@settings(deadline=None)
@given(
    st.lists(st.text(max_size=50), max_size=14).map(lambda titles: [f"x{title}" for title in titles]),
    st.sampled_from([TELEGRAM, WHATSAPP, MESSENGER, SMS]),
)
def test_any_titles_fit_and_lead_back_to_their_buttons(given_titles: list[str], limits: Limits) -> None:
    shown = buttons(*given_titles)
    found = plan(shown, limits)
    most, longest = (limits.rows, limits.row_title) if found.is_list else (limits.buttons, limits.button_title)
    assert [choice.id for choice in found.choices] in ([], [button.id for button in shown])
    assert len(found.choices) <= most
    assert all(0 < length(choice.title) <= longest for choice in found.choices)
    assert all(length(choice.description) <= limits.row_description for choice in found.choices)
    assert len({choice.title for choice in found.choices}) == len(found.choices)
    for number in range(1, len(found.lines)):
        assert found.lines[number - 1].startswith(f"{number}. x")
        assert read_choice(f"({number})", shown, is_numbered=True) is shown[number - 1]


@settings(deadline=None)
@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=5), st.booleans())
def test_any_answer_is_read_without_an_error(text: str, given_titles: list[str], numbered: bool) -> None:
    shown = buttons(*given_titles)
    assert read_choice(text, shown, is_numbered=numbered) in {None, *shown}
