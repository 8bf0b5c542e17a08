"""A message that speaks of danger and is refused: where help is comes at once, whatever becomes of the message."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from bot.types import Flag
from bot.vocabulary import Level, State
from bot.wiring import content
from tests.browser.console import Site
from tests.browser.test_access import violations
from tests.browser.test_staff_talk import WATCH
from tests.browser.test_talk import MESSAGES
from tests.browser.visitor import Visitor
from tests.conversation.samples import DANGER, QUESTION
from tests.conversation.test_safety_in_every_state import close_all, database_locked

pytestmark = pytest.mark.browser


@pytest.fixture
def visitor(new_context: Callable[..., BrowserContext], site: Site) -> Iterator[Visitor]:
    """Somebody in the chat of a clinic of its own, whose page notes what a screen reader is told."""
    visitor = Visitor(new_context().new_page(), site.url)
    visitor.start_talk()
    visitor.frame.evaluate(WATCH)
    yield visitor
    assert visitor.complaints == []


def spoken(visitor: Visitor) -> list[str]:
    """What interrupted a screen reader."""
    return [text for region, text in visitor.frame.evaluate("window.spoken") if region == "assertive"]


class Refusing:
    """Refuses every message with a safety text, as the gateway does."""

    def __init__(self, status: int) -> None:
        words = content()
        flag = Flag(Level.EMERGENCY, ("E1",), (), "E1")
        safety = words.safety_texts.envelope(flag, words.values).with_buttons(())
        self.answer = {"code": "test", "message": safety.text, "safety": safety.to_json()}
        self.status = status
        self.times = 0

    def __call__(self, route: Route) -> None:
        if route.request.method != "POST":
            return route.fallback()
        self.times += 1
        headers = {"Retry-After": "1"} if self.status in {429, 503} else {}
        return route.fulfill(status=self.status, headers=headers, json={"error": self.answer})


@pytest.mark.parametrize("status", [413, 409])
def test_a_message_that_is_refused_for_good_says_where_help_is(visitor: Visitor, status: int) -> None:
    visitor.page.route(MESSAGES, Refusing(status))
    visitor.say(DANGER)
    warning = visitor.chat.locator("li.them .emergency")
    expect(warning.get_by_role("link", name="Call")).to_be_visible(timeout=1_500)
    expect(visitor.own.first).to_contain_text("Not sent")
    assert len(spoken(visitor)) == 1
    assert violations(visitor.frame) == []
    visitor.own.first.get_by_role("button", name="Try again").click()
    expect(visitor.own.first).to_contain_text("Not sent")
    expect(warning).to_have_count(1)
    # The next message that speaks of danger gets its own.
    visitor.say(DANGER)
    expect(warning).to_have_count(2)
    assert len(spoken(visitor)) == 2
    # Where help is stays, though the message is given up.
    visitor.own.first.get_by_role("button", name="Remove").click()
    expect(visitor.own).to_have_count(1)
    expect(warning).to_have_count(2)


@pytest.mark.parametrize("status", [503, 429])
def test_a_message_that_must_wait_says_at_once_where_help_is_and_only_once(visitor: Visitor, status: int) -> None:
    refusing = Refusing(status)
    visitor.page.route(MESSAGES, refusing)
    visitor.say(DANGER)
    warning = visitor.chat.locator("li.them .emergency")
    expect(warning).to_be_visible(timeout=1_500)
    expect(visitor.own.first).to_contain_text("Sending")
    visitor.page.wait_for_timeout(2_500)
    assert refusing.times >= 2
    expect(warning).to_have_count(1)
    assert len(spoken(visitor)) == 1
    # It goes through in the end, and the log says the same with a next step.
    visitor.page.unroute(MESSAGES)
    expect(visitor.choices.get_by_text("Tell our team")).to_be_visible()
    expect(warning).to_have_count(1)
    assert len(spoken(visitor)) == 1
    assert visitor.logged(DANGER) == 1


def test_a_slow_database_keeps_nobody_from_reading_where_help_is(visitor: Visitor, site: Site) -> None:
    with database_locked(site.settings):
        visitor.say(DANGER)
        warning = visitor.chat.locator("li.them .emergency")
        expect(warning).to_be_visible(timeout=4_000)
        expect(visitor.own.first).to_contain_text("Sending")
    expect(visitor.choices.get_by_text("Tell our team")).to_be_visible()
    expect(warning).to_have_count(1)
    expect(visitor.own).to_have_count(1)
    assert visitor.logged(DANGER) == 1


def test_a_talk_that_was_just_closed_says_where_help_is(visitor: Visitor, site: Site) -> None:
    visitor.ask(QUESTION)
    visitor.page.route("**/stream?*", lambda route: route.abort())
    close_all(site.store)
    visitor.say(DANGER)
    expect(visitor.chat.locator("li.them .emergency")).to_be_visible()
    assert visitor.logged(DANGER) == 0
    assert site.store.find_conversation(_id(visitor)).state is State.CLOSED


def _id(visitor: Visitor) -> str:
    return visitor.frame.evaluate("JSON.parse(sessionStorage.getItem('mesoguide.session')).id")
