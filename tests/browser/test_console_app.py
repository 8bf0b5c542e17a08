"""A patient in a messaging app on the console's page: what is left of the window, and the approved text after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bot.channels.parts import Template
from bot.store.app_tables import chats
from bot.store.store import Store
from bot.types import Envelope
from bot.vocabulary import Kind, Priority, Reason, Role
from tests.browser.console import Site, running_site
from tests.conversation.app import NAME, Phone, app

pytestmark = pytest.mark.browser

LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True},
}
TEXT = "Hello, this is your clinic. May we answer your question here?"
NO_SIDEWAYS = "() => document.documentElement.scrollWidth <= window.innerWidth"


def now() -> datetime:
    return datetime.now(timezone.utc)


def seed(store: Store) -> None:
    """A patient who asked for a person and has been silent for a day."""
    conversation_id = store.agree(store.hear(NAME, "42", now=now()).id, locale="en", now=now())
    assert conversation_id is not None
    store.add_notice(conversation_id, Envelope(Kind.NOTICE, "Thank you."), now=now())
    store.open_handoff(conversation_id, Reason.ASKED, Priority.NORMAL, by="patient", why="asked", now=now())
    with store._write() as connection:
        connection.execute(chats.update().values(heard_at=now() - timedelta(hours=25)))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    known = {NAME: app(Phone(), template=Template("hello_again", "en", TEXT), window=timedelta(hours=24))}
    with running_site(tmp_path, seed, known) as site:
        yield site


def check(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]] == []
    assert page.evaluate(NO_SIDEWAYS)


@pytest.mark.parametrize("look", LOOKS)
def test_after_the_window_staff_send_the_approved_text(
    new_context: Callable[..., BrowserContext], site: Site, look: str
) -> None:
    context = new_context(**LOOKS[look])
    site.sign_in(context, Role.AGENT, "Nora")
    page = context.new_page()
    conversation_id = site.store.open_handoffs(limit=1)[0].conversation_id
    page.goto(f"{site.url}/console/conversations/{conversation_id}")
    expect(page.get_by_text("Telegram takes no message 24 h after the patient’s last one")).to_be_visible()
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text(TEXT).first).to_be_visible()
    check(page)
    page.get_by_label("Your message").fill("Hello Ann, are you there?")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert").get_by_text("Nothing was sent")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value("Hello Ann, are you there?")
    page.get_by_role("button", name="Send the approved text").click()
    expect(page.locator("#lines").get_by_text(TEXT)).to_be_visible()
    assert site.store.latest(conversation_id, 1)[0].text == TEXT
