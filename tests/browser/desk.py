"""Colleagues in front of the queue, and patients who come into it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from playwright.sync_api import Locator, Page, expect

from tests.browser.console import Site
from tests.console.patients import flagged, new_talk, say
from tests.handoff.samples import ASKED


def ago(minutes: float) -> datetime:
    return datetime.now(timezone.utc) - timedelta(minutes=minutes)


@dataclass
class Desk:
    """A colleague with one tab. Everything that the browser complains about is written down."""

    page: Page
    site: Site
    name: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))

    def _note(self, kind: str, text: str) -> None:
        # Logged by the browser itself: requests that tests interrupt, and a sound before anybody has touched the page.
        expected = ("Failed to load resource", "The AudioContext was not allowed")
        if kind in {"error", "warning"} and not text.startswith(expected):
            self.complaints.append(f"{kind}: {text}")

    def go(self, path: str = "/console/") -> None:
        self.page.goto(self.site.url + path)

    @property
    def rows(self) -> Locator:
        return self.page.locator("#queue .row-link")

    def go_live(self) -> None:
        self.go()
        expect(self.page.locator("#live")).to_have_text("Live")


def asks(site: Site, minutes: float, text: str = "Can I talk to a person?", channel: str = "web") -> str:
    conversation_id = new_talk(site.store, ago(minutes), channel)
    say(site.store, conversation_id, text, ago(minutes), ASKED)
    return conversation_id


def in_danger(site: Site, minutes: float, text: str = "my lips are getting fat and it is hard to breathe") -> str:
    conversation_id = new_talk(site.store, ago(minutes))
    flagged(site.store, conversation_id, text, ago(minutes))
    return conversation_id
