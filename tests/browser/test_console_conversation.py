"""A conversation's page in a real browser: for everybody, in every light, and with two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.store.store import Store
from bot.vocabulary import Author, Role
from tests.browser.console import Site, running_site
from tests.browser.test_access import NO_SIDEWAYS, violations
from tests.console.talks import add_canned, busy_talk, long_talk, told

pytestmark = pytest.mark.browser

LOOKS = {
    "at a desk": {"viewport": {"width": 1500, "height": 860}},
    "in the dark": {"viewport": {"width": 1500, "height": 860}, "color_scheme": "dark"},
    "at 320 pixels": {"viewport": {"width": 320, "height": 640}},
}


class Desk:
    """A member of staff with a browser, in front of one conversation."""

    def __init__(self, site: Site, context: BrowserContext, conversation_id: str, role: Role, name: str) -> None:
        self.staff = site.sign_in(context, role, name)
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.url = f"{site.url}/console/conversations/{conversation_id}"
        self.page.goto(self.url)

    def claim(self) -> None:
        self.page.get_by_role("button", name="Claim").click()
        expect(self.page.get_by_text("The conversation is yours.")).to_be_visible()

    def write(self, text: str) -> None:
        self.page.locator("#text").fill(text)


@pytest.fixture
def talk_ids() -> list[str]:
    """Of the busy conversation, and of one with 1,000 messages."""
    return []


@pytest.fixture
def site(tmp_path: Path, talk_ids: list[str]) -> Iterator[Site]:
    def seed(store: Store) -> None:
        talk_ids.append(busy_talk(store, datetime.now(timezone.utc)))

    with running_site(tmp_path, seed) as site:
        yield site


@pytest.fixture
def at_desk(
    site: Site, talk_ids: list[str], new_context: Callable[..., BrowserContext]
) -> Iterator[Callable[..., Desk]]:
    """`at_desk("Nora", Role.LEAD, color_scheme="dark")`. At the end no script may have failed at any desk."""
    desks: list[Desk] = []

    def make(name: str = "Nora", role: Role = Role.AGENT, **options: object) -> Desk:
        desks.append(Desk(site, new_context(**options), talk_ids[0], role, name))
        return desks[-1]

    yield make
    assert [one for desk in desks for one in desk.complaints if "status of 4" not in one] == []


def load_ms(page: Page) -> float:
    """How long the page takes to be there, loaded anew."""
    page.reload()
    return float(page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"))


def replies(site: Site, conversation_id: str) -> list[str | None]:
    return [one.text for one in site.store.messages(conversation_id) if one.author is Author.STAFF]


@pytest.mark.parametrize("look", LOOKS)
def test_everybody_can_use_the_page(at_desk: Callable[..., Desk], site: Site, look: str) -> None:
    desk = at_desk("Nora", Role.LEAD, **LOOKS[look])
    site.store.add_note(desk.url.rsplit("/", 1)[1], "Ask who manages it", by=desk.staff, now=datetime.now(timezone.utc))
    desk.claim()
    for summary in desk.page.locator(".understood summary").all():
        summary.click()
    assert violations(desk.page) == []
    assert desk.page.evaluate(NO_SIDEWAYS)
    for name in ("Transfer", "Hand back", "Close", "Insert card"):
        desk.page.locator("summary", has_text=name).click()
        assert violations(desk.page) == []
        assert desk.page.evaluate(NO_SIDEWAYS)
    for way in ("/print", "/erase"):
        desk.page.goto(desk.url + way)
        assert violations(desk.page) == []
        assert desk.page.evaluate(NO_SIDEWAYS)


def test_a_message_sent_by_a_double_click_goes_out_once(
    at_desk: Callable[..., Desk], site: Site, talk_ids: list[str]
) -> None:
    desk = at_desk()
    desk.claim()
    desk.write("Hello, how can I help?")
    desk.page.locator("#send").dblclick()
    expect(desk.page.locator(".line.staff")).to_have_count(1)
    expect(desk.page.locator("#text")).to_have_value("")
    desk.write("And one more.")
    desk.page.keyboard.press("Control+Enter")
    expect(desk.page.locator(".line.staff")).to_have_count(2)
    assert replies(site, talk_ids[0]) == ["Hello, how can I help?", "And one more."]


def test_a_draft_outlives_a_session_that_ended(at_desk: Callable[..., Desk]) -> None:
    desk = at_desk()
    desk.claim()
    desk.write("A long and careful answer")
    hers: list[Any] = desk.page.context.cookies()
    desk.page.context.clear_cookies()
    desk.page.locator("#send").click()
    expect(desk.page.locator("#refused")).to_contain_text("signed out")
    link = desk.page.get_by_role("link", name="Sign in again")
    assert re.search(r"/console/sign-in\?next=%2Fconsole%2Fconversations%2F", link.get_attribute("href") or "")
    assert desk.page.locator("#text").input_value() == "A long and careful answer"
    desk.page.context.add_cookies(hers)
    desk.page.goto(desk.url)
    expect(desk.page.locator("#text")).to_have_value("A long and careful answer")


def test_a_reply_to_a_conversation_that_was_closed_meanwhile_is_kept(
    at_desk: Callable[..., Desk], site: Site, talk_ids: list[str]
) -> None:
    desk = at_desk()
    desk.claim()
    desk.write("Too late")
    other = desk.page.context.new_page()
    other.goto(desk.url)
    other.locator("summary", has_text="Close").click()
    other.get_by_label("Answered").check()
    other.get_by_role("button", name="Close the conversation").click()
    expect(other.get_by_text("Closed.", exact=True)).to_be_visible()
    # In one step: the page hears of the close at any moment and shuts the button.
    desk.page.locator("#send").evaluate("button => { button.disabled = false; button.click(); }")
    expect(desk.page.locator("#refused")).to_contain_text("closed")
    assert desk.page.locator("#text").input_value() == "Too late"
    assert replies(site, talk_ids[0]) == []


KEPT_DRAFTS = "() => Object.keys(sessionStorage).filter((key) => key.startsWith('draft:')).length"


def test_a_colleague_in_the_same_tab_finds_no_draft(at_desk: Callable[..., Desk], site: Site) -> None:
    desk = at_desk("Nora")
    desk.write("only for Nora's eyes")
    assert desk.page.evaluate(KEPT_DRAFTS) == 1
    site.sign_in(desk.page.context, Role.AGENT, "Dan")
    desk.page.goto(desk.url)
    expect(desk.page.locator("#text")).to_have_value("")


def test_signing_out_leaves_no_draft_behind(at_desk: Callable[..., Desk]) -> None:
    desk = at_desk()
    desk.write("half a thought")
    desk.page.get_by_role("button", name="Sign out").click()
    expect(desk.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert desk.page.evaluate(KEPT_DRAFTS) == 0


def test_erasing_takes_the_draft_along(at_desk: Callable[..., Desk], site: Site, talk_ids: list[str]) -> None:
    desk = at_desk()
    desk.write("half a thought")
    site.store.erase(talk_ids[0], now=datetime.now(timezone.utc))
    expect(desk.page.get_by_role("heading", name="No such conversation")).to_be_visible(timeout=15_000)
    assert desk.page.evaluate(KEPT_DRAFTS) == 0


def test_two_colleagues_see_each_other_and_what_comes_in(
    at_desk: Callable[..., Desk], site: Site, talk_ids: list[str]
) -> None:
    nora, dan = at_desk("Nora"), at_desk("Dan")
    nora.claim()
    expect(dan.page.locator(".talk-head")).to_contain_text("with Nora")
    expect(dan.page.locator("#looking")).to_contain_text("Nora is viewing")
    dan.page.locator("#mode-note").check()
    dan.write("half a th")
    dan.page.locator("#text").focus()
    told(site.store, talk_ids[0], "Are you there?", datetime.now(timezone.utc))
    expect(dan.page.get_by_text("Are you there?").first).to_be_visible()
    expect(dan.page.locator("#text")).to_be_focused()
    expect(dan.page.locator("#text")).to_have_value("half a th")
    dan.page.keyboard.type("ought")
    dan.page.locator("#save-note").click()
    expect(nora.page.locator(".line.note")).to_contain_text("half a thought")


def test_new_messages_never_move_whoever_reads_further_up(
    at_desk: Callable[..., Desk], site: Site, talk_ids: list[str]
) -> None:
    talk_ids.insert(0, long_talk(site.store, 1000, datetime.now(timezone.utc)))
    desk = at_desk(viewport={"width": 1400, "height": 700})
    scroller = desk.page.locator("#scroller")
    assert min(load_ms(desk.page) for _ in range(3)) < 1000
    expect(desk.page.locator("#m1000")).to_be_in_viewport()
    scroller.evaluate("node => { node.scrollTop = 100; }")
    told(site.store, talk_ids[0], "A new one", datetime.now(timezone.utc))
    # The bot's answer may come with it.
    newer = desk.page.get_by_role("button", name=re.compile("^[12] new messages?$"))
    expect(newer).to_be_visible()
    assert scroller.evaluate("node => node.scrollTop") == 100
    newer.click()
    expect(desk.page.locator("#m1001")).to_be_in_viewport()
    desk.page.get_by_role("link", name="Earlier messages").click()
    expect(desk.page.locator("#m901")).to_be_attached()


def test_a_note_that_was_searched_for_is_in_sight(
    at_desk: Callable[..., Desk], site: Site, talk_ids: list[str]
) -> None:
    now = datetime.now(timezone.utc)
    talk_ids.insert(0, long_talk(site.store, 100, now))
    desk = at_desk(viewport={"width": 1400, "height": 700})
    for ago in (timedelta(hours=19), timedelta(hours=18, minutes=21)):
        site.store.add_note(talk_ids[0], f"Zanzibar, said after {ago}", by=desk.staff, now=now - ago)
    for number in range(2):
        desk.page.goto(f"{site.url}/console/search")
        desk.page.get_by_label("Words to look for").fill("zanzibar")
        desk.page.get_by_role("main").get_by_role("button", name="Search").click()
        desk.page.locator(".hits a").nth(number).click()
        note = desk.page.locator(".line.note").first
        expect(note).to_be_in_viewport()
        # What grows on the page afterwards doesn't push it away.
        desk.page.set_viewport_size({"width": 1400, "height": 600})
        expect(note).to_be_in_viewport()


def test_canned_replies_and_cards_are_put_where_the_caret_is(at_desk: Callable[..., Desk], site: Site) -> None:
    desk = at_desk()
    add_canned(site.store, "Greeting", "I am {staff_name}.", desk.staff, datetime.now(timezone.utc))
    desk.claim()
    desk.write("Good day.")
    desk.page.locator("summary", has_text="Canned reply").click()
    desk.page.get_by_role("button", name="Greeting").click()
    expect(desk.page.locator("#text")).to_have_value("Good day.\n\nI am Nora.")
    desk.page.locator("summary", has_text="Insert card").click()
    desk.page.get_by_label("Search the knowledge cards").fill("does it hurt")
    desk.page.get_by_role("button", name="Insert “Does it hurt?”").click()
    expect(desk.page.locator("#text")).to_have_value(re.compile("Source: "))
    expect(desk.page.locator("#chosen")).to_contain_text("pain.general")


def test_without_scripts_every_step_works(at_desk: Callable[..., Desk], site: Site, talk_ids: list[str]) -> None:
    desk = at_desk(java_script_enabled=False)
    desk.claim()
    desk.write("Hello from a plain page")
    desk.page.locator("summary", has_text="Insert card").click()
    desk.page.get_by_label("Search the knowledge cards").fill("does it hurt")
    desk.page.locator("#card-search").click()
    desk.page.get_by_role("button", name="Insert “Does it hurt?”").click()
    text = desk.page.locator("#text").input_value()
    assert text.startswith("Hello from a plain page")
    desk.page.get_by_role("button", name="Send").click()
    expect(desk.page.locator(".line.staff")).to_contain_text("Hello from a plain page")
    assert len(replies(site, talk_ids[0])) == 1
