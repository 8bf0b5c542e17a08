"""Everybody can use it: screen readers, small screens, large text, dark rooms."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

NO_SIDEWAYS = "() => document.documentElement.scrollWidth <= window.innerWidth"
LOOKS = {
    "at a desk": {},
    "in the dark": {"color_scheme": "dark"},
    "on a phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "with forced colours": {"forced_colors": "active"},
}


def violations(place: Page | Frame) -> list[str]:
    """What axe-core finds wrong, one line each."""
    found = Axe().run(place).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_from_the_demo_page_to_the_receipt(new_visitor: Callable[..., Visitor], look: str) -> None:
    visitor = new_visitor(**LOOKS[look], reduced_motion="reduce")
    visitor.open_demo()
    assert violations(visitor.page) == []
    visitor.open_chat()
    assert violations(visitor.frame) == []
    visitor.chat.get_by_role("button", name="Agree and start").click()
    expect(visitor.choices.first).to_be_visible()
    assert violations(visitor.frame) == []
    visitor.ask("does it hurt?")
    assert violations(visitor.frame) == []
    visitor.ask("I can't breathe and my throat is swelling")
    visitor.chat.get_by_role("button", name="Menu").click()
    assert violations(visitor.frame) == []
    visitor.chat.get_by_role("button", name="Delete this talk").click()
    assert violations(visitor.frame) == []
    visitor.chat.get_by_role("button", name="Delete", exact=True).click()
    expect(visitor.chat.locator(".receipt")).to_be_visible()
    assert violations(visitor.frame) == []


# 320 CSS pixels are a 1280-pixel screen at 400 % zoom.
@pytest.mark.parametrize("height", [568, 256])
def test_at_320_pixels_nothing_scrolls_sideways(new_visitor: Callable[..., Visitor], height: int) -> None:
    visitor = new_visitor(viewport={"width": 320, "height": height})
    visitor.open_demo()
    assert visitor.page.evaluate(NO_SIDEWAYS)
    visitor.open_chat()
    assert visitor.frame.evaluate(NO_SIDEWAYS)
    visitor.chat.get_by_role("button", name="Agree and start").click()
    visitor.say("w" * 120)
    visitor.ask("does it hurt?")
    assert visitor.frame.evaluate(NO_SIDEWAYS)
    log = visitor.chat.locator("#log")
    assert log.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert log.bounding_box()["height"] >= 80


def test_the_largest_text_fits_a_small_phone(new_visitor: Callable[..., Visitor]) -> None:
    visitor = new_visitor(viewport={"width": 320, "height": 568})
    visitor.start_talk()
    visitor.chat.get_by_role("button", name="Menu").click()
    small = visitor.input.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    for _ in range(6):
        visitor.chat.get_by_role("button", name="Larger text").click()
    assert visitor.input.evaluate("node => parseFloat(getComputedStyle(node).fontSize)") >= 1.9 * small
    visitor.page.keyboard.press("Escape")
    visitor.ask("does it hurt?")
    assert visitor.frame.evaluate(NO_SIDEWAYS)


def test_a_new_message_is_spoken_and_the_focus_stays(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.frame.evaluate(
        """() => {
            window.spoken = [];
            const note = (changes) => changes.forEach((change) => change.addedNodes.forEach((node) =>
                window.spoken.push([change.target.id, node.textContent])));
            for (const id of ["polite", "assertive"])
                new MutationObserver(note).observe(document.getElementById(id), {childList: true});
        }"""
    )
    visitor.ask("does it hurt?")
    visitor.ask("I can't breathe and my throat is swelling")
    expect(visitor.input).to_be_focused()
    spoken = visitor.frame.evaluate("window.spoken")
    assert [region for region, _ in spoken][:1] == ["polite"]
    assert "assertive" in [region for region, _ in spoken]
    assert not any("**" in text for _, text in spoken)
    expect(visitor.chat.locator("#polite")).to_be_empty()


def test_the_visible_talk_is_not_a_live_region(visitor: Visitor) -> None:
    visitor.start_talk()
    expect(visitor.chat.get_by_role("log")).to_have_attribute("aria-live", "off")


def test_a_reader_who_scrolled_up_is_left_there(visitor: Visitor) -> None:
    visitor.start_talk()
    for question in ("does it hurt?", "what are the risks?", "what does it cost?", "how many sessions?"):
        visitor.ask(question)
    log = visitor.chat.locator("#log")
    log.evaluate("node => { node.scrollTop = 0; }")
    visitor.page.wait_for_timeout(100)
    visitor.frame.evaluate(
        """async () => {
            const {id, token} = JSON.parse(sessionStorage.getItem("mesoguide.session"));
            const headers = {Authorization: `Bearer ${token}`, "Content-Type": "application/json"};
            const body = JSON.stringify({client_id: crypto.randomUUID(), text: "how long does it last?"});
            await fetch(`/api/conversations/${id}/messages`, {method: "POST", headers, body});
        }"""
    )
    news = visitor.chat.get_by_role("button", name="New messages")
    expect(news).to_be_visible()
    assert log.evaluate("node => node.scrollTop") == 0
    news.click()
    expect(news).to_be_hidden()
    # An answer may still be growing while the log scrolls.
    visitor.frame.wait_for_function(
        "() => { const log = document.querySelector('#log');"
        " return log.scrollTop + log.clientHeight >= log.scrollHeight - 2; }",
        timeout=5_000,
    )


def test_everything_that_can_be_pressed_is_large_enough(phone_visitor: Visitor) -> None:
    phone_visitor.start_talk()
    phone_visitor.ask("does it hurt?")
    phone_visitor.chat.get_by_role("button", name="Menu").click()
    for button in phone_visitor.chat.locator("button:visible, textarea:visible").all():
        if button.get_attribute("aria-disabled"):
            continue
        box = button.bounding_box()
        assert box["height"] >= 44, button.inner_text()
        assert box["width"] >= 44, button.inner_text()


def test_the_counter_warns_near_the_limit_and_nothing_too_long_is_sent(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.input.fill("ä" * 3_990)
    expect(visitor.chat.locator("#count")).to_have_text("Characters left: 10")
    visitor.input.fill("ä" * 4_001)
    expect(visitor.chat.locator("#count")).to_have_text("Characters too many: 1")
    visitor.input.press("Enter")
    assert visitor.own.count() == 0
    assert len(visitor.input.input_value()) == 4_001


def test_shift_and_enter_start_a_new_line(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.input.press_sequentially("does it")
    visitor.input.press("Shift+Enter")
    visitor.input.press_sequentially("hurt?")
    assert visitor.input.input_value() == "does it\nhurt?"
    assert visitor.own.count() == 0
