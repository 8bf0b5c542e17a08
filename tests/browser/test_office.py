"""Settings, canned replies and numbers in a real browser: usable by everybody, in light and dark, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.store.tally import LABELS, count
from bot.vocabulary import Role
from tests.browser.test_access import LOOKS, NO_SIDEWAYS
from tests.console.colleague import add_colleague

pytestmark = pytest.mark.browser


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong between the rail and the end; the rail has tests of its own."""
    found = Axe().run(page, context="main").response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.fixture(scope="module")
def store(product: Any) -> Store:
    """The running product's own log."""
    engine = create_store_engine(product.environment["MESOGUIDE_DATABASE_URL"])
    return Store(engine, Cipher(product.environment["MESOGUIDE_DATA_KEY"]))


@pytest.fixture
def admin(new_context: Callable[..., BrowserContext], product: Any, store: Store) -> Callable[..., Page]:
    """Open a page of the console as an admin who is signed in."""
    _, cookies, _ = add_colleague(store, Role.ADMIN, "Ada Lovett")

    def open_page(path: str, **look: Any) -> Page:
        context = new_context(**look, reduced_motion="reduce")
        about = {"domain": "127.0.0.1", "path": "/", "secure": True, "httpOnly": True}
        context.add_cookies([{"name": name, "value": value, **about} for name, value in cookies.items()])
        page = context.new_page()
        page.goto(product.url + path)
        return page

    return open_page


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(look: str, admin: Callable[..., Page], store: Store) -> None:
    with store._write() as connection:
        for name, labels in LABELS.items():
            for label in sorted(labels)[:6]:
                count(connection, datetime.now(timezone.utc), name, label, 3)
    for path in ("/console/settings", "/console/canned", "/console/canned/new", "/console/numbers"):
        page = admin(path, **LOOKS[look])
        for folded in page.locator("main details summary").all():
            folded.click()
        assert violations(page) == [], path
        assert page.evaluate(NO_SIDEWAYS), path


def test_what_is_wrong_is_told_and_what_is_right_is_saved_by_the_enter_key(
    admin: Callable[..., Page], store: Store
) -> None:
    page = admin("/console/settings")
    page.get_by_label("Tuesday").fill("nine to five")
    page.get_by_label("Sunday").fill("10-12")
    page.get_by_label("Sunday").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("One thing is not right yet")
    assert violations(page) == []
    expect(page.get_by_label("Sunday")).to_have_value("10-12")
    page.get_by_label("Tuesday").fill("9-12, 13-17")
    page.get_by_label("Tuesday").press("Enter")
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(page.get_by_label("Tuesday")).to_have_value("09:00-12:00, 13:00-17:00")
    page.get_by_role("button", name="Back to clinic.yml: Opening hours").click()
    expect(page.get_by_label("Tuesday")).to_have_value("09:00-17:30")
    assert store.clinic_changes() == {}
