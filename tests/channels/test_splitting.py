"""Long texts are cut where a reader would cut them."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.markup import SECTION, joined, length, literal, whole, words, written
from bot.channels.parts import Markup
from bot.channels.splitting import Room, pieces, shortened

PLAIN = Markup.PLAIN


def split(text: str, each: int, last: int | None = None, markup: Markup = PLAIN) -> list[str]:
    room = Room(markup, each, last or each)
    return [written(piece, markup) for piece in pieces(words(text, markup), room)]


def test_what_fits_stays_whole() -> None:
    assert split("One. Two.\n\nThree.", 30) == ["One. Two.\n\nThree."]


def test_paragraphs_go_before_lines_and_lines_before_sentences_and_these_before_words() -> None:
    assert split("One two. Three.\n\nFour five six.", 24) == ["One two. Three.", "Four five six."]
    assert split("One two. Three.\nFour five six.", 24) == ["One two. Three.", "Four five six."]
    assert split("One two three. Four five six.", 24) == ["One two three.", "Four five six."]
    assert split("one two three four five six seven", 24) == ["one two three four five", "six seven"]


def test_a_short_paragraph_alone_is_not_worth_a_message() -> None:
    assert split("Hi.\n\nOne two three four. Five six seven.", 30) == ["Hi.\n\nOne two three four.", "Five six seven."]


def test_a_heading_stays_with_what_it_opens() -> None:
    text = "One two three four.\n\n**Then**\n\n- five\n- six seven"
    assert split(text, 32) == ["One two three four.", "Then\n\n- five\n- six seven"]
    assert split(text.replace("**Then**", "Then:"), 32) == ["One two three four.", "Then:\n\n- five\n- six seven"]


def test_bold_words_are_bold_in_both_pieces() -> None:
    assert split("**one two three four**", 22, markup=Markup.HTML) == ["<b>one two three</b>", "<b>four</b>"]
    assert split("**one two three four five**", 20, markup=Markup.STARS) == ["*one two three four*", "*five*"]


def test_links_and_addresses_are_not_cut() -> None:
    address = "https://a.example/" + "b" * 30
    for each in range(60, 100):
        found = split(f"Here is the page that you want, {address} and more words after it.", each)
        assert sum(address in piece for piece in found) == 1
        linked = split(
            f"Here is the page that you want, [our page]({address}) and more.", each + 20, markup=Markup.HTML
        )
        assert sum(f'<a href="{address}">our page</a>' in piece for piece in linked) == 1


def test_a_link_that_fits_nowhere_is_words() -> None:
    address = "https://a.example/" + "b" * 50
    found = split(f"[our page]({address})", 40, markup=Markup.HTML)
    assert "".join(found).replace(" ", "") == f"ourpage({address})"


@pytest.mark.parametrize("sign", ["👩‍👩‍👧‍👦", "🇩🇪", "é", "각", "👍🏽", "1️⃣"])
def test_nothing_that_eyes_see_as_one_is_cut(sign: str) -> None:
    for each in range(20, 60):
        found = split(sign * 40, each)
        assert [one for piece in found for one in regex.findall(r"\X", piece)] == [sign] * 40
        assert all(length(piece) <= each for piece in found)


def test_accents_without_end_are_cut_all_the_same() -> None:
    text = "a" + "\u0301" * 100
    found = split(text, 30)
    assert "".join(found) == text
    assert all(length(piece) <= 30 for piece in found)


def test_lengths_count_as_utf_16_does() -> None:
    assert length("a👍") == 3
    assert split("👍" * 15, 20) == ["👍" * 10, "👍" * 5]


def test_the_last_piece_leaves_room_for_the_choices() -> None:
    text = "One two three. Four five six. Seven eight nine."
    assert split(text, 60, 32) == ["One two three.", "Four five six. Seven eight nine."]
    assert split(text, 60, 31) == ["One two three. Four five six.", "Seven eight nine."]
    assert split(text.replace(" Seven", "\n\nSeven"), 60, 40) == ["One two three. Four five six.", "Seven eight nine."]


def test_what_should_stay_whole_is_cut_last() -> None:
    first, second = literal("One two. Three four."), literal("Five six. Seven.")
    for text in (joined(whole(first), second), joined(first, whole(second))):
        assert text[len(first)].level == SECTION
        room = Room(PLAIN, 30, 30)
        assert [written(piece, PLAIN) for piece in pieces(text, room)] == ["One two. Three four.", "Five six. Seven."]


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(20, 80), st.sampled_from(Markup))
def test_any_text_fits_and_is_whole(text: str, each: int, markup: Markup) -> None:
    found = list(pieces(literal(text), Room(markup, each, each)))
    assert all(length(written(piece, markup)) <= each for piece in found)
    everything = "".join(word.text for piece in found for word in piece)
    assert everything == "".join(word.text for word in literal(text))


@pytest.mark.parametrize("sign", ["a ", "a", "**b** ", "é. ", "[a](https://b.c) "])
@pytest.mark.parametrize("markup", Markup)
def test_twenty_thousand_characters_are_cut_in_a_moment(sign: str, markup: Markup) -> None:
    text = sign * (20_000 // len(sign))
    started = time.perf_counter()
    split(text, 2000, 1000, markup)
    assert time.perf_counter() - started < 5.0


def test_a_room_without_room_is_an_error() -> None:
    with pytest.raises(ValueError, match="Nothing fits"):
        Room(PLAIN, 100, 0)


@pytest.mark.parametrize(
    ("text", "most", "wanted"),
    [
        ("Who should wait or avoid it?", 24, "Who should wait…"),
        ("Side effects", 12, "Side effects"),
        ("Side effects and risks", 13, "Side effects…"),
        ("Donaudampfschifffahrt", 10, "Donaudamp…"),
        ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 14, "👩‍👩‍👧‍👦…"),
    ],
)
def test_what_is_shortened_ends_with_a_word_and_dots(text: str, most: int, wanted: str) -> None:
    assert shortened(text, most) == wanted
