"""A patient who asks in words for what is held, a copy, or to be forgotten."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_what_is_held_can_be_asked_and_a_copy_saved(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    expect(visitor.ask("what do you know about me")).to_contain_text("This is what we keep about you")
    before = visitor.answers.count()
    visitor.choices.filter(has_text="Get a full copy").click()
    expect(visitor.answers.nth(before)).to_be_visible()
    with visitor.page.expect_download() as download:
        visitor.answers.nth(before).get_by_role("button", name="Save this talk").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert "does it hurt?" in text
    assert "What else is kept about this talk:" in text
    assert "created at:" in text


def test_forgetting_asks_once_more_and_ends_with_the_receipt(visitor: Visitor) -> None:
    visitor.start_talk()
    expect(visitor.ask("delete my data")).to_contain_text("Shall I delete")
    visitor.choices.filter(has_text="Yes, delete everything").click()
    expect(visitor.chat.get_by_role("heading", name="Your talk was deleted")).to_be_visible()
    expect(visitor.chat.locator(".receipt code")).not_to_be_empty()
    visitor.page.wait_for_timeout(1500)
    expect(visitor.chat.get_by_role("heading", name="Your talk was deleted")).to_be_visible()
    assert visitor.stored() == {}


def test_keeping_it_keeps_the_talk(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("forget me")
    visitor.choices.filter(has_text="Keep it").click()
    expect(visitor.chat.locator("li.pill")).to_contain_text("deleted nothing")
    expect(visitor.ask("does it hurt?")).to_be_visible()
