"""What stands below an answer: its chart, its thumbs, and one button for each of several."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

RATINGS = "**/rating"


def test_a_thumb_is_noted_and_can_be_changed(visitor: Visitor) -> None:
    visitor.start_talk()
    answer = visitor.ask("does it hurt?")
    up, down = answer.get_by_role("button", name="This helped"), answer.get_by_role("button", name="This didn’t help")
    with visitor.page.expect_response(RATINGS) as noted:
        down.click()
    assert noted.value.status == 200
    expect(down).to_have_attribute("aria-pressed", "true")
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    expect(down).to_have_attribute("aria-pressed", "false")


def test_a_thumb_that_could_not_be_noted_does_not_look_noted(visitor: Visitor) -> None:
    visitor.start_talk()
    answer = visitor.ask("does it hurt?")
    visitor.page.route(RATINGS, lambda route: route.fulfill(status=503, json={"error": {"code": "x", "message": "x"}}))
    down = answer.get_by_role("button", name="This didn’t help")
    down.click()
    expect(visitor.chat.locator("[aria-live]").filter(has_text="We couldn’t note that").first).to_be_attached()
    expect(down).to_have_attribute("aria-pressed", "false")


def test_small_talk_has_no_thumbs(visitor: Visitor) -> None:
    visitor.start_talk()
    expect(visitor.ask("hello").locator(".rating")).to_have_count(0)


def test_the_cost_comes_with_a_chart_its_words_and_its_table(visitor: Visitor) -> None:
    visitor.start_talk()
    figure = visitor.ask("how much does it cost?").locator("figure")
    picture = figure.get_by_role("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    rows = figure.locator("tbody tr")
    alt = picture.get_attribute("alt") or ""
    for row in range(rows.count()):
        assert rows.nth(row).locator("td").last.inner_text() in alt
    expect(figure.locator("figcaption")).to_contain_text("Price of one session times the number of sessions")


def test_each_of_several_answers_can_be_opened_further(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.say("does it hurt and how much does it cost?")
    expect(visitor.answers).to_have_count(2)
    first = visitor.chat.get_by_role("button", name="More: Does it hurt?")
    expect(visitor.chat.get_by_role("button", name="More: What does it cost?")).to_be_visible()
    first.click()
    expect(visitor.answers.nth(2)).to_contain_text("How sure are we?")
    expect(visitor.chat.get_by_role("button", name="More: What does it cost?")).to_be_hidden()


def test_chart_and_table_fit_a_phone(phone_visitor: Visitor) -> None:
    phone_visitor.start_talk()
    figure = phone_visitor.ask("how much does it cost?").locator("figure")
    assert figure.evaluate("figure => figure.getBoundingClientRect().right <= innerWidth")
