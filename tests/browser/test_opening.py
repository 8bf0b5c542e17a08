"""From the clinic's page into the chat and back."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser


def test_a_question_can_be_asked_with_the_keyboard_alone(visitor: Visitor) -> None:
    launcher = visitor.open_demo()
    launcher.focus()
    visitor.page.keyboard.press("Enter")
    agree = visitor.chat.get_by_role("button", name="Agree and start")
    expect(agree).to_be_visible()
    for _ in range(8):
        if agree.evaluate("node => node === document.activeElement"):
            break
        visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    expect(visitor.input).to_be_focused()
    visitor.page.keyboard.type("does it hurt?")
    visitor.page.keyboard.press("Enter")
    expect(visitor.answers.first).to_contain_text("Source")


def test_opening_the_chat_moves_the_focus_into_it(visitor: Visitor) -> None:
    visitor.open_chat()
    expect(visitor.chat.get_by_role("heading", name="Before we start")).to_be_focused()


def test_nothing_is_stored_or_sent_before_consent(visitor: Visitor) -> None:
    visitor.open_chat()
    visitor.chat.get_by_role("button", name="Menu").click()
    visitor.chat.get_by_role("button", name="Larger text").click()
    assert visitor.stored() == {}
    assert visitor.page.context.cookies() == []
    assert visitor.api_requests() == []
    visitor.page.keyboard.press("Escape")
    visitor.chat.get_by_role("button", name="Agree and start").click()
    expect(visitor.input).to_be_visible()
    assert visitor.api_requests() != []
    assert "mesoguide.session" in visitor.stored()


def test_nothing_but_the_launcher_is_loaded_before_opening(visitor: Visitor) -> None:
    visitor.open_demo()
    loaded = {request.removeprefix(visitor.url) for request in visitor.requests}
    assert loaded <= {"/demo", "/widget/demo.css", "/widget/embed.js", "/widget/icon.svg"}


def test_the_consent_screen_says_what_matters(visitor: Visitor) -> None:
    visitor.open_chat()
    screen = visitor.chat.locator("main")
    for words in ("not a clinician", "stored encrypted", "delete it at any time", "Not for emergencies"):
        expect(screen).to_contain_text(words)


def test_escape_closes_the_chat_and_gives_the_focus_back(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.input.press("Escape")
    launcher = visitor.page.get_by_role("button", name="Questions?")
    expect(launcher).to_be_focused()
    expect(launcher).to_have_attribute("aria-expanded", "false")
    expect(visitor.page.locator("meso-guide iframe")).to_be_hidden()


def test_escape_shuts_an_open_menu_first(visitor: Visitor) -> None:
    visitor.start_talk()
    menu = visitor.chat.get_by_role("button", name="Menu")
    menu.click()
    visitor.page.keyboard.press("Escape")
    expect(menu).to_have_attribute("aria-expanded", "false")
    expect(menu).to_be_focused()
    expect(visitor.input).to_be_visible()


def test_a_reopened_chat_is_where_it_was_left(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    visitor.chat.get_by_role("button", name="Close chat").click()
    visitor.page.get_by_role("button", name="Questions?").click()
    expect(visitor.own).to_have_count(1)
    expect(visitor.input).to_be_focused()


def test_an_answer_to_a_closed_chat_shows_on_the_launcher(visitor: Visitor) -> None:
    visitor.start_talk()
    held: list[Route] = []
    # The question leaves only when the chat is closed, so that the answer can't come before.
    visitor.page.route("**/messages", lambda route: held.append(route))
    with visitor.page.expect_request("**/messages"):
        visitor.say("does it hurt?")
    visitor.input.press("Escape")
    launcher = visitor.page.get_by_role("button", name="Questions?")
    expect(launcher).to_be_visible()
    for route in held:
        route.continue_()
    expect(launcher).to_contain_text("new")
    launcher.click()
    expect(visitor.page.get_by_role("button", name="Close chat").first).not_to_contain_text("new")


def test_the_line_may_stand_in_a_page_twice(visitor: Visitor) -> None:
    visitor.open_demo()
    visitor.page.add_script_tag(url="/widget/embed.js")
    expect(visitor.page.locator("meso-guide")).to_have_count(1)


def test_on_a_phone_the_chat_covers_the_page(phone_visitor: Visitor) -> None:
    phone_visitor.open_chat()
    box = phone_visitor.page.locator("meso-guide dialog").bounding_box()
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 360, 740)
    assert phone_visitor.page.locator("meso-guide dialog").evaluate("node => node.matches(':modal')")


def test_at_a_desk_the_page_stays_in_use(visitor: Visitor) -> None:
    visitor.open_chat()
    assert not visitor.page.locator("meso-guide dialog").evaluate("node => node.matches(':modal')")
    visitor.page.get_by_role("link", name="A first visit").press("Enter")
    assert visitor.page.url.endswith("#visit")


def test_a_page_that_pretends_to_be_the_panel_is_not_heard(visitor: Visitor) -> None:
    visitor.open_chat()
    visitor.page.evaluate("window.postMessage({mesoguide: 1, type: 'close'}, '*')")
    visitor.page.wait_for_timeout(200)
    expect(visitor.chat.get_by_role("button", name="Agree and start")).to_be_visible()
