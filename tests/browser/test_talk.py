"""Asking, answering, and being cut off in between."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

MESSAGES = "**/api/conversations/*/messages"


class Failing:
    """Answers the first requests to send a message with a failure, then lets them through."""

    def __init__(self, times: int, status: int, *, is_stored: bool = False) -> None:
        self.left = times
        self.status = status
        self.is_stored = is_stored
        self.client_ids: list[str] = []

    def __call__(self, route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        self.client_ids.append(route.request.post_data_json["client_id"])
        if not self.left:
            return route.continue_()
        self.left -= 1
        if self.is_stored:
            route.fetch()
        return route.fulfill(status=self.status, json={"error": {"code": "test", "message": "on purpose"}})


def test_an_answer_names_its_source(visitor: Visitor) -> None:
    visitor.start_talk()
    answer = visitor.ask("does it hurt?")
    expect(answer.locator(".sources")).to_contain_text("Source")


def test_a_link_to_a_source_opens_elsewhere_and_tells_nobody(visitor: Visitor) -> None:
    visitor.start_talk()
    for link in visitor.ask("does it hurt?").locator(".sources a").all():
        expect(link).to_have_attribute("target", "_blank")
        assert "noopener" in (link.get_attribute("rel") or "")


def test_a_starter_question_can_be_pressed(visitor: Visitor) -> None:
    visitor.start_talk()
    starter = visitor.choices.first
    title = starter.inner_text()
    starter.click()
    expect(visitor.own).to_have_text([f"You: {title}"])
    expect(visitor.answers.first).to_be_visible()
    expect(visitor.input).to_be_focused()


def test_a_quick_reply_is_sent_and_stays_readable(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    choice = visitor.choices.first
    title = choice.inner_text()
    answers = visitor.answers.count()
    choice.click()
    expect(visitor.own.last).to_contain_text(title)
    expect(visitor.answers.nth(answers)).to_be_visible()
    expect(visitor.input).to_be_focused()
    chosen = visitor.chat.locator(".choices[data-settled] button:visible")
    expect(chosen).to_contain_text(title)
    expect(chosen).to_have_attribute("aria-disabled", "true")
    said = visitor.own.count()
    chosen.click(force=True)
    visitor.page.wait_for_timeout(300)
    assert visitor.own.count() == said


def test_typing_instead_closes_the_quick_replies(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    expect(visitor.choices.first).to_be_visible()
    visitor.say("thank you")
    expect(visitor.chat.locator("li").nth(1).locator(".choices button:visible")).to_have_count(0)


def test_markup_in_a_message_is_only_text(visitor: Visitor) -> None:
    visitor.start_talk()
    text = '<img src=x onerror="document.title=1"> <b>bold</b> [a](javascript:alert(1))'
    visitor.say(text)
    expect(visitor.own.first).to_contain_text(text)
    assert visitor.own.first.locator("img, b, a").count() == 0


def test_an_emergency_is_red_with_one_button_to_call(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.say("I can't breathe and my throat is swelling")
    warning = visitor.chat.locator(".emergency")
    expect(warning.get_by_role("heading")).to_be_visible()
    call = warning.get_by_role("link", name="Call")
    expect(call).to_have_count(1)
    assert (call.get_attribute("href") or "").startswith("tel:")
    assert call.bounding_box()["height"] >= 44


def test_a_reload_keeps_the_talk_and_doubles_nothing(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    visitor.page.wait_for_timeout(500)
    before = visitor.chat.locator("#log li[class]:visible").count()
    visitor.page.reload()
    visitor.page.get_by_role("button", name="Questions?").click()
    expect(visitor.own).to_have_count(1)
    visitor.page.wait_for_timeout(800)
    assert visitor.chat.locator("#log li[class]:visible").count() == before
    assert visitor.logged("does it hurt?") == 1


def test_a_message_written_offline_is_sent_exactly_once(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.page.context.set_offline(True)
    visitor.say("does it hurt?")
    expect(visitor.chat.locator("#bar")).to_contain_text("offline")
    expect(visitor.own.first).to_contain_text("Sending")
    visitor.page.context.set_offline(False)
    expect(visitor.answers.first).to_be_visible()
    expect(visitor.chat.locator("#bar")).to_be_empty()
    expect(visitor.own).to_have_count(1)
    assert visitor.logged("does it hurt?") == 1


def test_an_unsent_message_survives_a_reload(visitor: Visitor) -> None:
    visitor.start_talk()
    failing = Failing(1000, 503)
    visitor.page.route(MESSAGES, failing)
    visitor.say("does it hurt?")
    expect(visitor.own.first).to_contain_text("Sending")
    visitor.page.unroute(MESSAGES)
    visitor.page.reload()
    visitor.page.get_by_role("button", name="Questions?").click()
    expect(visitor.answers.first).to_be_visible()
    expect(visitor.own).to_have_count(1)
    assert visitor.logged("does it hurt?") == 1


def test_a_lost_receipt_does_not_double_the_message(visitor: Visitor) -> None:
    visitor.start_talk()
    failing = Failing(1, 502, is_stored=True)
    visitor.page.route(MESSAGES, failing)
    visitor.ask("does it hurt?")
    visitor.page.wait_for_timeout(2000)
    expect(visitor.own).to_have_count(1)
    assert visitor.logged("does it hurt?") == 1


def test_a_busy_server_is_asked_again_with_the_same_id(visitor: Visitor) -> None:
    visitor.start_talk()
    failing = Failing(2, 500)
    visitor.page.route(MESSAGES, failing)
    visitor.ask("does it hurt?")
    assert len(failing.client_ids) == 3
    assert len(set(failing.client_ids)) == 1


def test_a_refused_message_can_be_tried_again(visitor: Visitor) -> None:
    visitor.start_talk()
    failing = Failing(1, 400)
    visitor.page.route(MESSAGES, failing)
    visitor.say("does it hurt?")
    expect(visitor.own.first).to_contain_text("Not sent")
    visitor.own.first.get_by_role("button", name="Try again").click()
    expect(visitor.answers.first).to_be_visible()
    expect(visitor.own).to_have_count(1)
    assert len(set(failing.client_ids)) == 1


def test_messages_arrive_in_the_order_in_which_they_were_written(visitor: Visitor) -> None:
    visitor.start_talk()
    failing = Failing(1, 500)
    visitor.page.route(MESSAGES, failing)
    for text in ("does it hurt?", "what are the risks?", "how long does it take?"):
        visitor.say(text)
    expect(visitor.chat.locator("li.me:not([data-client-id])")).to_have_count(3)
    said = [line["text"] for line in visitor.log() if line["author"] == "patient"]
    assert said == ["does it hurt?", "what are the risks?", "how long does it take?"]


def test_without_a_stream_the_answer_still_comes(visitor: Visitor) -> None:
    visitor.page.route("**/stream?*", lambda route: route.abort())
    visitor.start_talk()
    expect(visitor.ask("does it hurt?")).to_be_visible()


def test_a_talk_that_is_gone_says_so_and_offers_a_new_one(visitor: Visitor) -> None:
    visitor.start_talk()
    gone = {"status": 401, "json": {"error": {"code": "unauthorized", "message": "on purpose"}}}
    visitor.page.route(MESSAGES, lambda route: route.fulfill(**gone))
    visitor.say("does it hurt?")
    expect(visitor.chat.get_by_text("This talk has ended").first).to_be_visible()
    visitor.chat.get_by_role("button", name="Start a new chat").click()
    expect(visitor.chat.get_by_role("button", name="Agree and start")).to_be_visible()
    assert visitor.stored() == {}


def test_a_deleted_talk_leaves_a_receipt_and_nothing_else(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    visitor.chat.get_by_role("button", name="Menu").click()
    visitor.chat.get_by_role("button", name="Delete this talk").click()
    expect(visitor.chat.get_by_role("button", name="Keep it")).to_be_focused()
    visitor.chat.get_by_role("button", name="Delete", exact=True).click()
    expect(visitor.chat.get_by_role("heading", name="Your talk was deleted")).to_be_visible()
    expect(visitor.chat.locator(".receipt code")).not_to_be_empty()
    assert visitor.stored() == {}


def test_a_saved_talk_can_be_read(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    visitor.chat.get_by_role("button", name="Menu").click()
    with visitor.page.expect_download() as download:
        visitor.chat.get_by_role("button", name="Save this talk").click()
    assert download.value.suggested_filename.endswith(".txt")
    text = download.value.path().read_text(encoding="utf-8")
    assert "You:" in text
    assert "does it hurt?" in text
    assert "Source:" in text


def test_an_emergency_is_seen_from_its_heading_even_in_a_small_window(phone_visitor: Visitor) -> None:
    phone_visitor.start_talk()
    phone_visitor.chat.get_by_role("button", name="Menu").click()
    for _ in range(3):
        phone_visitor.chat.get_by_role("button", name="Larger text").click()
    phone_visitor.page.keyboard.press("Escape")
    phone_visitor.ask("does it hurt?")
    phone_visitor.say("I can't breathe and my throat is swelling")
    heading = phone_visitor.chat.locator(".emergency h2")
    expect(heading).to_be_visible()
    phone_visitor.page.wait_for_timeout(1000)
    log = phone_visitor.chat.locator("#log").bounding_box()
    assert heading.bounding_box()["y"] >= log["y"]
