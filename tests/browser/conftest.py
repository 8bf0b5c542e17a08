"""A real Chromium in front of the running product."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from bot.vocabulary import Role
from tests.browser.console import Site, running_site
from tests.browser.desk import Desk
from tests.browser.visitor import ANSWER_TIMEOUT_MS, Visitor

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def product() -> Iterator[Any]:
    """The running product with its real brain; `MESOGUIDE_TEST_URL` names one that runs already."""
    if url := os.environ.get("MESOGUIDE_TEST_URL"):
        yield SimpleNamespace(url=url.rstrip("/"))
        return
    from tests.product import running_product

    with running_product() as product:
        yield product


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Missing on a developer's machine: skip. Missing where everything must be proved: fail."""
    path = os.environ.get("MESOGUIDE_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = "No Chromium was found; install the package `chromium` or set MESOGUIDE_CHROMIUM to its path."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    expect.set_options(timeout=ANSWER_TIMEOUT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make fresh browser profiles; options as Playwright names them."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        contexts.append(chromium.new_context(**({"viewport": {"width": 1280, "height": 800}} | options)))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def new_visitor(new_context: Callable[..., BrowserContext], product: Any) -> Iterator[Callable[..., Visitor]]:
    """Make visitors. At the end none may have been sent elsewhere, or have broken the content security policy."""
    visitors: list[Visitor] = []

    def make(**options: Any) -> Visitor:
        visitors.append(Visitor(new_context(**options).new_page(), product.url))
        return visitors[-1]

    yield make
    for visitor in visitors:
        assert visitor.foreign_requests() == []
        assert visitor.complaints == []


@pytest.fixture
def visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    """A visitor at a desk."""
    return new_visitor()


@pytest.fixture
def phone_visitor(new_visitor: Callable[..., Visitor]) -> Visitor:
    """A visitor with a phone."""
    return new_visitor(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)


@pytest.fixture
def browser_page(visitor: Visitor) -> Page:
    """An empty tab in front of the running product."""
    return visitor.page


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The console of a clinic of its own, in which nothing has happened."""
    with running_site(tmp_path) as site:
        yield site


@pytest.fixture
def new_desk(new_context: Callable[..., BrowserContext], site: Site) -> Iterator[Callable[..., Desk]]:
    """Make colleagues. At the end none of their browsers may have broken the content security policy."""
    desks: list[Desk] = []

    def make(name: str = "Nora", role: Role = Role.LEAD, **options: Any) -> Desk:
        context = new_context(**options)
        site.sign_in(context, role, name)
        desks.append(Desk(context.new_page(), site, name))
        return desks[-1]

    yield make
    for desk in desks:
        assert desk.complaints == []
