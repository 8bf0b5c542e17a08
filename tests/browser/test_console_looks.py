"""The queue, the search and the review for everybody's eyes and hands: in every light, on small screens."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.types import Envelope, Flag, MissedQuestion
from bot.vocabulary import Kind, Level, Missed, Priority, Reason
from tests.browser.console import Site
from tests.browser.desk import Desk, ago, in_danger
from tests.browser.test_access import NO_SIDEWAYS
from tests.console.patients import flagged, new_talk, say

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "forced": {"forced_colors": "active"},
}
PAGES = (
    "/console/",
    "/console/?view=mine&channel=web",
    "/console/search",
    "/console/review",
    "/console/review?tab=thumbs",
    "/console/review?tab=missed",
)
LUMPS = Flag(Level.URGENT, ("U6",), ("lumps",), "late lumps")
LONG = "I had a treatment three weeks ago and since then there are hard lumps under the skin that get larger every day"


def a_busy_day(site: Site) -> None:
    """Something of everything that the pages show."""
    in_danger(site, 2)
    lumps = new_talk(site.store, ago(9))
    flagged(site.store, lumps, LONG, ago(9), LUMPS, Envelope(Kind.URGENT, "Call us today."))
    reasons = (Reason.QUESTIONNAIRE, Reason.ASKED, Reason.NOT_UNDERSTOOD, Reason.ADVICE_DECLINED)
    texts = ("ok send it to them", "price for both arms?", "w" * 120, "should i stop aspirin")
    channels = ("whatsapp", "web", "telegram", "web")
    for minutes, reason, text, channel in zip((14, 11, 6, 1), reasons, texts, channels, strict=True):
        conversation_id = new_talk(site.store, ago(minutes), channel)
        say(site.store, conversation_id, text, ago(minutes))
        site.store.open_handoff(
            conversation_id, reason, Priority.NORMAL, by="patient", why="message 1", now=ago(minutes)
        )
    for number, words in enumerate(("does it hurt a lot?", "is it painful?", "where can I park my car?")):
        for reason in Missed:
            question = MissedQuestion(reason, words, ("pain",), ("pain.general",))
            site.store.keep_missed(new_talk(site.store, ago(9)), number, question, now=ago(5))


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page(new_desk: Callable[..., Desk], site: Site, look: str) -> None:
    a_busy_day(site)
    nora = new_desk(reduced_motion="reduce", **LOOKS[look])
    for number, path in enumerate(PAGES):
        nora.go(path)
        for summary in nora.page.locator("summary").all():
            if not summary.evaluate("node => node.parentElement.open"):
                summary.click()
        found = Axe().run(nora.page).response["violations"]
        wrong = [f"{rule['id']}: {node['html'][:120]} {node['any'][:1]}" for rule in found for node in rule["nodes"]]
        assert wrong == [], path
        if folder := os.environ.get("MESOGUIDE_SHOTS"):
            nora.go(path)
            nora.page.screenshot(path=f"{folder}/queue-{look}-{number}.png", full_page=look == "phone")


@pytest.mark.parametrize("height", [568, 256])
def test_at_320_pixels_nothing_scrolls_sideways(new_desk: Callable[..., Desk], site: Site, height: int) -> None:
    a_busy_day(site)
    nora = new_desk(viewport={"width": 320, "height": height})
    for path in PAGES:
        nora.go(path)
        assert nora.page.evaluate(NO_SIDEWAYS), path


def test_everything_that_can_be_pressed_is_large_enough(new_desk: Callable[..., Desk], site: Site) -> None:
    a_busy_day(site)
    nora = new_desk(**LOOKS["phone"])
    for path in PAGES:
        nora.go(path)
        for control in nora.page.locator("button:visible, input:visible, select:visible, .button:visible").all():
            box = control.bounding_box()
            assert box is not None
            assert min(box["height"], box["width"]) >= 44, (path, control.evaluate("node => node.outerHTML"))
        assert all(
            size >= 16
            for size in nora.page.locator("input:visible, select:visible").evaluate_all(
                "nodes => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))"
            )
        )
