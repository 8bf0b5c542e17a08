"""One stored message as an app's messages: whole, within the limits, in order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.candidacy.sheet import Sheet, sheet_text
from bot.channels.layout import Links, lay_out
from bot.channels.markup import LOOK_ALIKE, length
from bot.channels.parts import Limits, Markup, Part
from bot.retrieval.asked import Asked
from bot.types import Button, Envelope, Message, Source
from bot.vocabulary import Author, Kind
from bot.wiring import file_content
from tests.channels.limits import APPS, MESSENGER, SMS, TELEGRAM, TWILIO_WHATSAPP, WHATSAPP

AT = datetime(2026, 11, 22, 9, 0, tzinfo=timezone.utc)
LINKS = Links(
    lambda n: f"https://c.example/{n}.png", lambda n: f"https://c.example/s{n}", lambda n: "https://c.example/t"
)
TWO = (Button("Yes", "/SECRET", "b1"), Button("No", '/SECRET{"a": 1}', "b2"))
SHEET = Sheet("My sheet", "Not a *diagnosis*.", (("Why", ("One.", "Two <b>.")),))
TAG = re.compile(r'</?b>|</a>|<a href="https://[^"<>\s]+">')


def said(text: str, **others: Any) -> Message:
    return Message(1, Author.BOT, AT, envelope=Envelope(**{"kind": Kind.NOTICE, "text": text, **others}))


def texts(message: Message, limits: Limits, links: Links = LINKS) -> list[str]:
    return [part.text for part in lay_out(message, limits, links)]


def cost_chart() -> Mapping[str, Any]:
    words = file_content()
    chart = words.cost_chart(Asked(words.library.get("cost.general")))
    assert chart is not None
    return chart


def test_staff_messages_begin_with_the_name_that_patients_see() -> None:
    message = Message(1, Author.STAFF, AT, text="Hello **you** & <b>", name="Nora *1*")
    assert texts(message, TELEGRAM) == ["<b>Nora *1*:</b> Hello <b>you</b> &amp; &lt;b&gt;"]
    assert texts(message, WHATSAPP) == ["*Nora ∗1∗:* Hello *you* & <b>"]
    assert texts(message, SMS) == ["Nora *1*: Hello you & <b>"]
    assert texts(replace(message, name=None), SMS) == ["Our team: Hello you & <b>"]
    assert texts(replace(message, text="- a\n- b"), SMS) == ["Nora *1*:\n- a\n- b"]


def test_a_notice_has_no_name_and_a_patients_own_message_isnt_sent_back() -> None:
    assert texts(Message(1, Author.SYSTEM, AT, text="**Closed**"), SMS) == ["**Closed**"]
    assert lay_out(Message(1, Author.PATIENT, AT, text="Hi"), SMS, LINKS) == ()


def test_sources_come_after_the_text_with_their_addresses() -> None:
    one, two = Source("A & B", "https://a.example/?x=1&y=2"), Source("Book *1*")
    assert texts(said("Yes.", sources=(one,)), SMS) == ["Yes.\n\nSource: A & B – https://a.example/?x=1&y=2"]
    assert texts(said("Yes.", sources=(one, two)), WHATSAPP) == [
        "Yes.\n\nSources:\n- A & B – https://a.example/?x=1&y=2\n- Book ∗1∗"
    ]
    assert texts(said("Yes.", sources=(one,)), TELEGRAM) == [
        'Yes.\n\nSource: <a href="https://a.example/?x=1&amp;y=2">A &amp; B</a>'
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://a.example", "tg://x", "//a.example"])
@pytest.mark.parametrize("limits", APPS.values(), ids=APPS)
def test_an_unsafe_source_is_its_title(limits: Limits, url: str) -> None:
    assert texts(said("Yes.", sources=(Source("Book", url),)), limits) == ["Yes.\n\nSource: Book"]


def test_an_unsigned_text_says_so_as_the_page_does() -> None:
    assert texts(said("Yes.", reviewed=False), SMS) == ["Yes.\n\nNot yet reviewed by a clinician."]
    assert texts(said("Yes.", reviewed=True), SMS) == ["Yes."]


def test_the_choices_are_below_the_last_part_alone() -> None:
    long = "One sentence of this text. " * 60
    found = lay_out(said(long, buttons=TWO), WHATSAPP, LINKS)
    assert [len(part.choices) for part in found] == [0, 2]
    assert all(length(part.text) <= WHATSAPP.text_with_buttons for part in found[1:])
    assert " ".join(part.text for part in found) == long.strip()


def test_a_list_keeps_to_its_own_limit() -> None:
    titles = [Button(f"Step {number}", id=f"b{number}") for number in range(9)]
    found = lay_out(said("A sentence. " * 100, buttons=tuple(titles)), WHATSAPP, LINKS)
    assert [part.is_list for part in found] == [False, True]
    assert length(found[-1].text) <= WHATSAPP.text_with_rows


def test_numbers_stand_in_the_text_once_and_stay_together() -> None:
    assert texts(said("Well?", buttons=TWO), SMS) == ["Well?\n\n1. Yes\n2. No\nReply with a number."]
    numbered = said("Please type a number:\n\n1. Yes\n2. No", buttons=(*TWO, Button("Back", id="b3")))
    assert texts(numbered, SMS) == ["Please type a number:\n\n1. Yes\n2. No\n3. Back\nReply with a number."]
    assert texts(numbered, TELEGRAM) == ["Please type a number:\n\n1. Yes\n2. No"]
    many = tuple(Button(f"A long title for step {number}", id=f"b{number}") for number in range(1, 41))
    assert texts(said("One sentence. " * 50, buttons=many), SMS)[1].startswith("1. A long title for step 1\n2. A")
    assert texts(said("x. " * 525, buttons=TWO), SMS)[-1] == "1. Yes\n2. No\nReply with a number."


def test_safety_texts_are_whole_and_first() -> None:
    text = "**Call now.**\n\n- " + "a sentence of help. " * 51
    message = said(text, kind=Kind.EMERGENCY, sources=(Source("NHS", "https://nhs.example"),), buttons=TWO[:1])
    first, last = lay_out(message, WHATSAPP, LINKS)
    assert first.text.startswith("*Call now.*")
    assert first.text.endswith("a sentence of help.")
    assert last.text == "Source: NHS – https://nhs.example"
    assert [choice.title for choice in last.choices] == ["Yes"]


@pytest.mark.parametrize("limits", APPS.values(), ids=APPS)
@pytest.mark.parametrize("many", [1, 8, 20, 40])
def test_a_text_that_fits_is_never_cut_for_what_comes_after_it(limits: Limits, many: int) -> None:
    sources = tuple(Source(f"Guide {number}", f"https://nhs.example/{number}") for number in range(many))
    for sentences in range(1, 105, 3):
        text = "- Help, now.\n\n" * (sentences - 1) + "End."
        found = lay_out(said(text, kind=Kind.URGENT, sources=sources, buttons=TWO), limits, LINKS)
        assert "End." in found[0].text


@pytest.mark.parametrize("limits", [TELEGRAM, WHATSAPP, TWILIO_WHATSAPP], ids=["telegram", "whatsapp", "twilio"])
def test_a_chart_has_the_answer_as_its_caption_and_its_table_below(limits: Limits) -> None:
    chart = cost_chart()
    first, last = lay_out(said("About **$300**.", media=(chart,), buttons=TWO), limits, LINKS)
    assert first.picture is not None
    assert first.picture.png.startswith(b"\x89PNG")
    assert first.picture.url == "https://c.example/0.png"
    assert first.picture.alt == chart["alt"]
    assert "$300" in first.text
    assert first.choices == ()
    assert last.text.count("Face and neck") == 1
    assert "780–1,920" in last.text
    assert chart["note"] in last.text


def test_a_chart_goes_first_where_the_answer_is_no_caption() -> None:
    chart = cost_chart()
    for text, limits in (("Short.", MESSENGER), ("Long sentence. " * 90, WHATSAPP)):
        found = lay_out(said(text, media=(chart,), buttons=TWO), limits, LINKS)
        assert [part.picture is None for part in found][:2] == [False, True]
        assert found[0].text == ""
        assert found[1].text.startswith(text[:5])
        assert found[-1].choices


def test_without_pictures_the_table_is_short() -> None:
    chart = cost_chart()
    (text,) = texts(said("Yes.", media=(chart,)), SMS)
    assert "Cost of a full course (One session, USD / Sessions / Full course, USD)\n" in text
    assert "\nFace and neck: 260–320 / 3–6 / 780–1,920\n" in text


def test_without_a_public_address_a_picture_is_sent_and_the_sheet_is_text() -> None:
    chart = cost_chart()
    message = said("Yes.", media=({**chart}, SHEET.to_media(), {"type": "transcript"}))
    picture, text = lay_out(message, TELEGRAM, Links())
    assert picture.picture is not None
    assert picture.picture.url == ""
    assert unescape(text.text).endswith(
        sheet_text(SHEET).strip() + "\n\nTo get a copy of this chat, please ask our team."
    )


def test_sheet_and_transcript_are_addresses_to_open() -> None:
    message = said("Yes.", media=({"type": "progress", "now": 1, "of": 2}, SHEET.to_media(), {"type": "transcript"}))
    assert texts(message, SMS) == [
        "Yes.\n\nYou can open and save your sheet here for 24 hours: https://c.example/s1\n\n"
        "You can open and save this chat here for 24 hours: https://c.example/t"
    ]


SIGNS = st.text(
    alphabet=st.one_of(st.characters(blacklist_categories=("Cs", "Cc")), st.sampled_from("ab .\n\n*_~`>&<[]()-1."))
)
BUTTONS = st.lists(st.text(min_size=1, max_size=45), max_size=14)
MARKS = str.maketrans({sign: mark for mark, sign in LOOK_ALIKE.items()})


def bare(text: str) -> str:
    """Letters and digits in their order: what is left of words whatever their markup."""
    return "".join(sign for sign in text if sign.isalnum())


def plain(parts: tuple[Part, ...], markup: Markup) -> str:
    text = "\n".join(part.text for part in parts)
    return unescape(TAG.sub("", text)) if markup is Markup.HTML else text.translate(MARKS)


@settings(deadline=None)
@given(SIGNS.filter(str.strip), BUTTONS, st.sampled_from(list(APPS.values())), st.booleans())
def test_whatever_is_said_every_part_fits_and_no_word_is_lost(
    text: str, titles: list[str], limits: Limits, is_staff: bool
) -> None:
    limits = replace(limits, text=limits.text // 40, text_with_buttons=limits.text_with_buttons // 20)
    limits = replace(limits, text_with_rows=limits.text_with_rows // 20)
    buttons = tuple(Button(title, "/SECRET", f"b{place}") for place, title in enumerate(titles))
    message = said(text, buttons=buttons, sources=(Source("Book", "https://a.example"),))
    if is_staff:
        message = Message(1, Author.STAFF, AT, text=text, name="Nora")
    found = lay_out(message, limits, LINKS)
    for part in found:
        below = limits.text_with_rows if part.is_list else limits.text_with_buttons
        assert 0 < length(part.text) <= (below if part.choices else limits.text)
    assert all(not part.choices for part in found[:-1])
    assert "SECRET" not in repr(found) + "".join(part.text for part in found)
    said_again = bare(plain(found, limits.markup))
    assert said_again.startswith(bare(f"Nora{text}" if is_staff else text))


@settings(deadline=None)
@given(SIGNS.filter(str.strip), st.integers(40, 200))
def test_html_is_well_formed_whatever_is_said(text: str, each: int) -> None:
    limits = replace(TELEGRAM, text=each, text_with_buttons=each)
    message = Message(1, Author.STAFF, AT, text=f"**{text}** [{text}](https://a.example/x)", name=text)
    for part in lay_out(message, limits, LINKS):
        assert not set("<>") & set(TAG.sub("", part.text))
        Strict(part.text)


class Strict(HTMLParser):
    """Fails on a tag that isn't closed, or not in its order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        assert tag not in self._open
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
