"""The questionnaire in the chat: by keyboard alone, readable by everybody, with a sheet to save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.test_access import NO_SIDEWAYS, violations
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

ASK = "can you check whether I qualify"
SHORT_PAUSE_MS = 1_100
"""A person needs a second for an answer; faster than that counts as a flood."""


def answer(visitor: Visitor, text: str) -> str:
    """Type an answer and press Enter, as somebody without a mouse does. The bot's next words."""
    before = visitor.answers.count()
    visitor.page.keyboard.type(text)
    visitor.page.keyboard.press("Enter")
    expect(visitor.answers.nth(before)).to_be_visible()
    expect(visitor.input).to_be_focused()
    visitor.page.wait_for_timeout(SHORT_PAUSE_MS)
    return visitor.answers.last.inner_text()


def press_back_to(visitor: Visitor, title: str) -> str:
    """Shift+Tab from the input to the button of that title, then Enter."""
    before = visitor.answers.count()
    for _ in range(30):
        visitor.page.keyboard.press("Shift+Tab")
        if visitor.frame.evaluate("document.activeElement.textContent") == title:
            break
    else:
        pytest.fail(f"Shift+Tab never reached {title!r}.")
    visitor.page.keyboard.press("Enter")
    expect(visitor.answers.nth(before)).to_be_visible()
    expect(visitor.input).to_be_focused()
    visitor.page.wait_for_timeout(SHORT_PAUSE_MS)
    return visitor.answers.last.inner_text()


def test_by_keyboard_alone_from_consent_to_the_sheet(visitor: Visitor, tmp_path: Path) -> None:
    visitor.start_talk()
    visitor.input.focus()
    assert "not a doctor" in answer(visitor, ASK)
    assert "Question 1 of" in press_back_to(visitor, "Yes, go on")
    assert "Question 2 of" in press_back_to(visitor, "No, none of these")
    answer(visitor, "no")
    answer(visitor, "I'm 34")
    assert "trying for a baby" in answer(visitor, "nope")
    assert "pregnant" in answer(visitor, "back")
    for text in ("no", "no", "no"):
        answer(visitor, text)
    answer(visitor, "skin")
    answer(visitor, "no")
    for text in ("none of these", "no", "no allergies", "no", "no", "no"):
        answer(visitor, text)
    assert "Do you want to go on for the full list?" in answer(visitor, "yes, type 2")
    assert "Here is what you told me." in answer(visitor, "stop here")
    assert "Not now" in press_back_to(visitor, "Yes, it's right")
    for _ in range(30):
        visitor.page.keyboard.press("Shift+Tab")
        if visitor.frame.evaluate("document.activeElement.textContent") == "Save or print this sheet":
            break
    with visitor.page.expect_download() as caught:
        visitor.page.keyboard.press("Enter")
    assert caught.value.suggested_filename.endswith(".html")
    caught.value.save_as(tmp_path / "sheet.html")
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "You have diabetes." in page
    visitor.input.focus()
    assert "I did not send it." in answer(visitor, "no")


@pytest.mark.parametrize(
    "look",
    [{"viewport": {"width": 320, "height": 568}}, {"color_scheme": "dark"}, {"forced_colors": "active"}],
    ids=str,
)
def test_axe_finds_nothing_on_a_question_and_on_a_result(
    new_visitor: Callable[..., Visitor], look: dict[str, object]
) -> None:
    visitor = new_visitor(**look, reduced_motion="reduce")
    visitor.start_talk()
    visitor.input.focus()
    answer(visitor, ASK)
    answer(visitor, "yes")
    expect(visitor.answers.last.locator("progress")).to_have_attribute("value", "1")
    assert violations(visitor.frame) == []
    for text in ("no", "no", "yes", "yes", "stop here", "yes"):
        answer(visitor, text)
    expect(visitor.answers.last.get_by_role("button", name="Save or print this sheet")).to_be_visible()
    visitor.answers.last.locator("summary", has_text="My sheet").click()
    assert violations(visitor.frame) == []
    assert visitor.frame.evaluate(NO_SIDEWAYS)
