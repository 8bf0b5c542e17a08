"""From the first link to signing in with a phone, the lock, and every admin page, as people do it and for all eyes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import update

from bot.staff.links import invite
from bot.staff.passwords import hash_password
from bot.store.outbox import Outgoing
from bot.store.staff_tables import staff_sessions
from bot.vocabulary import Role
from tests.browser.console import Site, running_site
from tests.console.accounts import PASSWORD

pytestmark = pytest.mark.browser

LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True},
}
ADMIN_PAGES = ("profile", "users", "audit", "deliveries", "settings", "canned", "numbers", "nowhere")
NO_SIDEWAYS = "() => document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with running_site(tmp_path) as site:
        yield site


def check(page: Page) -> None:
    """Nobody is shut out of this page, and it fits."""
    found = Axe().run(page).response["violations"]
    assert [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]] == [], page.url
    assert page.evaluate(NO_SIDEWAYS), page.url


@pytest.mark.parametrize("look", LOOKS)
def test_the_first_admin_gets_in_by_link_password_and_phone(
    new_context: Callable[..., BrowserContext], site: Site, look: str
) -> None:
    _, path = invite(
        site.store, login="ann@clinic.example", name="Ann", role=Role.ADMIN, by=None, now=datetime.now(timezone.utc)
    )
    page = new_context(**LOOKS[look]).new_page()
    page.goto(site.url + path)
    check(page)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and continue").click()

    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    check(page)
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.get_by_label("Six digits from the app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Turn it on").click()

    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    check(page)
    page.get_by_role("link", name="I have them. Continue").click()
    expect(page.get_by_role("heading", name="Queue")).to_be_visible()


def nobody_was_there(site: Site, length: timedelta) -> None:
    """Stands in for the time that passes."""
    with site.store._write() as connection:
        connection.execute(update(staff_sessions).values(seen_at=datetime.now(timezone.utc) - length))


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_locked_page(
    new_context: Callable[..., BrowserContext], site: Site, look: str
) -> None:
    context = new_context(**LOOKS[look])
    ann = site.sign_in(context, Role.ADMIN, "Ann")
    site.store.set_password_hash(ann.id, hash_password(PASSWORD))
    page = context.new_page()
    page.goto(f"{site.url}/console/profile")
    nobody_was_there(site, timedelta(minutes=16))
    page.reload()
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    check(page)
    page.get_by_label("Password, or a code from your app").fill("not this one")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    page.get_by_label("Password, or a code from your app").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    expect(page).to_have_url(f"{site.url}/console/profile")


def fail(site: Site, number: int) -> int:
    """The id of a delivery that nobody took."""
    # Due in an hour, so that the running courier leaves it alone.
    now = datetime.now(timezone.utc) + timedelta(hours=1)
    key = f"failed {number}"
    site.store.enqueue_all([Outgoing(key, key, "nothing", {})], now=now)
    leased = {one.outgoing.key: one.id for one in site.store.lease_due("test", now=now, seconds=600, limit=9)}
    site.store.mark_failed(leased[key], "test", "smtp_554", now=now)
    return leased[key]


@pytest.mark.parametrize("look", LOOKS)
def test_failing_deliveries_are_counted_beside_their_link_as_they_fail(
    new_context: Callable[..., BrowserContext], site: Site, look: str
) -> None:
    context = new_context(**LOOKS[look])
    site.sign_in(context, Role.ADMIN, "Ann")
    page = context.new_page()
    page.goto(f"{site.url}/console/")
    expect(page.locator("#live")).to_have_text("Live")
    rail = page.get_by_role("navigation", name="Console")
    expect(rail.get_by_role("link", name="Sent", exact=True)).to_be_visible()
    rows = [fail(site, number) for number in range(12)]
    expect(rail.get_by_role("link", name="Sent 12 failing", exact=True)).to_be_visible()
    expect(page.locator("#said")).to_have_text("12 deliveries fail.")
    count, words = page.locator("#failing").bounding_box(), rail.get_by_text("Sent", exact=True).bounding_box()
    assert count is not None
    assert words is not None
    assert count["y"] + count["height"] <= words["y"] + 2, "the number doesn't cover the word"
    check(page)
    if folder := os.environ.get("MESOGUIDE_SHOTS"):
        page.screenshot(path=f"{folder}/failing-{look}.png")
    for row_id in rows:
        site.store.send_again(row_id, now=datetime.now(timezone.utc) + timedelta(hours=1))
    expect(rail.get_by_role("link", name="Sent", exact=True)).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_an_admins_pages(
    new_context: Callable[..., BrowserContext], site: Site, look: str
) -> None:
    context = new_context(**LOOKS[look])
    page = context.new_page()
    page.goto(f"{site.url}/console/sign-in")
    check(page)
    site.sign_in(context, Role.ADMIN, "Ann")
    for name in ADMIN_PAGES:
        page.goto(f"{site.url}/console/{name}")
        check(page)
