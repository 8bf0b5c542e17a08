"""Settings, canned replies and numbers in a real browser: usable by everybody, in light and dark, on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.store.store import Store
from bot.store.tally import LABELS, count
from bot.vocabulary import Role
from tests.browser.console import Site, running_site
from tests.browser.test_access import LOOKS, NO_SIDEWAYS, violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("office")) as site:
        yield site


@pytest.fixture
def store(site: Site) -> Store:
    return site.store


@pytest.fixture
def admin(new_context: Callable[..., BrowserContext], site: Site) -> Callable[..., Page]:
    """Open a page of the console as an admin who is signed in."""

    def open_page(path: str, **look: Any) -> Page:
        context = new_context(**look, reduced_motion="reduce")
        site.sign_in(context, Role.ADMIN, "Ada Lovett")
        page = context.new_page()
        page.goto(site.url + path)
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
    page.get_by_role("button", name="Back to clinic.yml for Opening hours").click()
    expect(page.get_by_label("Tuesday")).to_have_value("09:00-17:30")
    assert store.clinic_changes() == {}
