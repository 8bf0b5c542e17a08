"""A visitor who uses the chat as a person would."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Frame, FrameLocator, Locator, Page, expect

ANSWER_TIMEOUT_MS = 20_000


@dataclass
class Visitor:
    """One person with one tab. Everything that the browser complains about, or asks of others, is written down."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.set_default_timeout(ANSWER_TIMEOUT_MS)

    def _note(self, kind: str, text: str) -> None:
        # A refused or interrupted request is logged by the browser itself; tests cause those on purpose.
        if kind in {"error", "warning"} and not text.startswith("Failed to load resource"):
            self.complaints.append(f"{kind}: {text}")

    def api_requests(self) -> list[str]:
        return [request for request in self.requests if "/api/" in request]

    def foreign_requests(self) -> list[str]:
        home = urlsplit(self.url).netloc
        return [request for request in self.requests if urlsplit(request).netloc not in {home, ""}]

    def open_demo(self) -> Locator:
        self.page.goto(f"{self.url}/demo")
        launcher = self.page.get_by_role("button", name="Questions?")
        expect(launcher).to_be_visible()
        return launcher

    def open_chat(self) -> None:
        self.open_demo().click()
        expect(self.chat.get_by_role("heading", name="Before we start")).to_be_visible()

    def start_talk(self) -> None:
        self.open_chat()
        self.chat.get_by_role("button", name="Agree and start").click()
        expect(self.input).to_be_visible()

    @property
    def chat(self) -> FrameLocator:
        return self.page.frame_locator("meso-guide iframe")

    @property
    def frame(self) -> Frame:
        """The panel's own document, for scripts."""
        found = next((frame for frame in self.page.frames if "/widget/panel" in frame.url), None)
        assert found is not None, "The chat has not been opened yet."
        return found

    @property
    def input(self) -> Locator:
        return self.chat.get_by_label("Your message")

    @property
    def own(self) -> Locator:
        return self.chat.locator("li.me")

    @property
    def answers(self) -> Locator:
        return self.chat.locator("li.them")

    @property
    def choices(self) -> Locator:
        return self.chat.locator(".choices:not([data-settled]) button:visible")

    def say(self, text: str) -> None:
        self.input.fill(text)
        self.input.press("Enter")

    def ask(self, text: str) -> Locator:
        """Say something and wait for the next message of the bot."""
        before = self.answers.count()
        self.say(text)
        expect(self.answers.nth(before)).to_be_visible()
        return self.answers.nth(before)

    def stored(self) -> dict[str, str]:
        """What this tab's storage holds, by key, in the page and in the panel."""
        read = "() => ({...localStorage, ...sessionStorage})"
        return self.page.evaluate(read) | (self.frame.evaluate(read) if len(self.page.frames) > 1 else {})

    def log(self) -> list[dict[str, Any]]:
        """The talk as the server keeps it, read with this tab's own key."""
        return self.frame.evaluate(
            """async () => {
                const {id, token} = JSON.parse(sessionStorage.getItem("mesoguide.session"));
                const headers = {Authorization: `Bearer ${token}`};
                const answer = await fetch(`/api/conversations/${id}/messages?after=0&wait=0`, {headers});
                return (await answer.json()).messages;
            }"""
        )

    def logged(self, text: str) -> int:
        """How often the patient said exactly this, in the server's log."""
        return sum(1 for line in self.log() if line["author"] == "patient" and line.get("text") == text)
