"""A patient in the chat and staff in the console, at the same time, with the real brain between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.vocabulary import Role
from tests.browser.visitor import Visitor
from tests.console.colleague import add_colleague

pytestmark = pytest.mark.browser

Open = Callable[[str], Page]


@pytest.fixture
def colleague(product: Any, new_context: Callable[..., BrowserContext]) -> Open:
    """Open the queue as somebody who has just signed in."""
    own = product.environment
    store = Store(create_store_engine(own["MESOGUIDE_DATABASE_URL"]), Cipher(own["MESOGUIDE_DATA_KEY"]))

    def sign_in(name: str) -> Page:
        _, cookies, _ = add_colleague(store, Role.AGENT, name)
        context = new_context()
        for cookie, value in cookies.items():
            one = {"name": cookie, "value": value, "url": product.url.replace("http:", "https:"), "secure": True}
            context.add_cookies([{**one, "httpOnly": True, "sameSite": "Strict"}])
        page = context.new_page()
        page.goto(f"{product.url}/console/")
        return page

    return sign_in


def open_talk_of(visitor: Visitor, page: Page) -> None:
    """From the queue, which shows it without a reload; others may wait there too."""
    conversation_id = visitor.frame.evaluate("() => JSON.parse(sessionStorage.getItem('mesoguide.session')).id")
    page.locator(f"a[href='/console/conversations/{conversation_id}']").first.click()
    expect(page.locator("#talk-title")).to_be_visible()


def reply(page: Page, text: str) -> None:
    # A claim or a take-over loads the desk again; before that nothing can be sent.
    expect(page.locator("#send")).to_be_enabled()
    page.locator("#text").fill(text)
    page.locator("#text").press("Control+Enter")
    expect(page.locator("#lines")).to_contain_text(text)


def press(page: Page, menu: str, button: str) -> None:
    page.locator("summary", has_text=menu).click()
    page.get_by_role("button", name=button).click()


def test_from_asking_for_a_person_to_the_end_and_back_to_the_bot(
    visitor: Visitor, colleague: Open, product: Any
) -> None:
    desk = colleague("Anna")
    visitor.start_talk()
    visitor.ask("does it hurt?")
    visitor.ask("can I talk to a real person please")
    open_talk_of(visitor, desk)
    expect(desk.locator("#lines")).to_contain_text("can I talk to a real person please")

    desk.get_by_role("button", name="Claim", exact=True).click()
    expect(visitor.chat.get_by_text("Anna from the clinic has joined").last).to_be_visible()
    reply(desk, "Hello, this is Anna. How can I help?")
    expect(visitor.chat.locator("li.staff").last).to_contain_text("Hello, this is Anna.")

    said = visitor.answers.count()
    visitor.say("do you have time on Tuesday?")
    expect(desk.locator("#lines")).to_contain_text("do you have time on Tuesday?")
    reply(desk, "Yes, at ten.")
    expect(visitor.chat.locator("li.staff").last).to_contain_text("Yes, at ten.")
    assert visitor.answers.count() == said + 1, "the bot spoke while Anna had the talk"

    press(desk, "Hand back", "Hand back to the bot")
    expect(visitor.chat.get_by_text("with the assistant").last).to_be_visible()
    expect(visitor.ask("how long does it take?")).to_be_visible()


def test_a_second_colleague_is_warned_and_may_take_over_and_close(visitor: Visitor, colleague: Open) -> None:
    anna, ben = colleague("Anna"), colleague("Ben")
    visitor.start_talk()
    visitor.ask("can I talk to a real person please")
    open_talk_of(visitor, anna)
    ben.goto(anna.url)
    anna.get_by_role("button", name="Claim", exact=True).click()
    expect(ben.locator("#talk-head")).to_contain_text("with Anna")
    expect(ben.locator("#send")).to_be_disabled()

    ben.locator("summary", has_text="Take over").click()
    ben.get_by_label("Why").fill("Anna has gone home")
    ben.get_by_role("button", name="Take over from Anna").click()
    expect(visitor.chat.get_by_text("Ben from the clinic").last).to_be_visible()
    reply(ben, "Hello, Ben here.")
    expect(visitor.chat.locator("li.staff").last).to_contain_text("Hello, Ben here.")
    expect(anna.locator("#send")).to_be_disabled()

    ben.locator("summary", has_text="Close").click()
    ben.get_by_label("answered", exact=False).first.check()
    ben.get_by_role("button", name="Close the conversation").click()
    expect(visitor.chat.get_by_role("button", name="Start a new chat")).to_be_visible()


def test_what_was_written_while_either_side_was_away_is_there_afterwards(visitor: Visitor, colleague: Open) -> None:
    desk = colleague("Anna")
    visitor.start_talk()
    visitor.ask("can I talk to a real person please")
    open_talk_of(visitor, desk)
    desk.get_by_role("button", name="Claim", exact=True).click()
    expect(visitor.chat.get_by_text("Anna from the clinic has joined").last).to_be_visible()

    visitor.page.context.set_offline(True)
    reply(desk, "Are you still there?")
    visitor.page.context.set_offline(False)
    expect(visitor.chat.locator("li.staff").last).to_contain_text("Are you still there?")

    desk.context.set_offline(True)
    visitor.say("yes, here I am")
    expect(visitor.own.last).to_contain_text("yes, here I am")
    desk.context.set_offline(False)
    expect(desk.locator("#lines")).to_contain_text("yes, here I am")
