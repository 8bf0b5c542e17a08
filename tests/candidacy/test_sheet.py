"""The sheet for the visit."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from bot.candidacy.desk import Desk
from bot.candidacy.sheet import Sheet, sheet_html, sheet_text
from tests.candidacy.visit import Visit


class Lines(HTMLParser):
    """The words of a page, and the tags that a page to print has no use for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def sheet_of(desk: Desk, **changed: str) -> Sheet:
    visit = Visit(desk)
    visit.to_end(**changed)
    visit.press("read_back", "all_right")
    (media,) = visit.shown.media
    return Sheet.from_media(json.loads(json.dumps(media)))


def test_it_holds_reasons_questions_answers_signs_and_sources(desk: Desk) -> None:
    sheet = sheet_of(desk, blood_thinner="thinner", keloids="yes")
    sections = dict(sheet.sections)
    words = desk.protocol.sheet
    assert list(sections) == [words.reasons, words.ask, words.answers, words.expected, words.urgent, words.sources]
    assert sections[words.reasons][0] == "Not now."
    assert any("Do NOT stop it." in line for line in sections[words.reasons])
    assert "Can you talk with the doctor who gave me my blood thinner?" in sections[words.ask]
    assert set(words.ask_always) <= set(sections[words.ask])
    assert "Thick scars: Yes." in sections[words.answers]
    assert any("911" in line for line in sections[words.urgent])


def test_it_says_that_it_is_no_diagnosis_and_names_no_price(desk: Desk) -> None:
    for changed in ({}, {"diabetes": "yes"}):
        text = sheet_text(sheet_of(desk, **changed))
        assert "not a diagnosis" in text
        assert "USD" not in text
        assert "{" not in text


def test_the_page_needs_nothing_else_and_says_the_same_as_the_text(desk: Desk) -> None:
    sheet = sheet_of(desk, diabetes="yes")
    page = Lines(sheet_html(sheet))
    assert not page.tags & {"script", "link", "img", "iframe", "a"}
    words = " ".join(page.words)
    assert all(line in words for _, lines in sheet.sections for line in lines)
    assert "@media print" in sheet_html(sheet)


def test_markup_in_a_line_stays_words() -> None:
    sheet = Sheet("<b>Title</b>", "A & B", (("<i>", ("<script>alert(1)</script>",)),))
    page = sheet_html(sheet)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
