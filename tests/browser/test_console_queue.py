"""The queue in a real browser: live with two people at once, from the keyboard, for everybody's eyes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bot.privacy.tokens import short_name
from bot.types import Envelope, Flag, MissedQuestion
from bot.vocabulary import Kind, Level, Missed, Priority, Reason, Role
from tests.browser.console import Site, running_site
from tests.console.patients import flagged, new_talk, say
from tests.handoff.samples import ASKED

pytestmark = pytest.mark.browser

NO_SIDEWAYS = "() => document.documentElement.scrollWidth <= window.innerWidth"
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "forced": {"forced_colors": "active"},
}
PAGES = (
    "/console/",
    "/console/?view=mine&channel=web",
    "/console/search",
    "/console/review",
    "/console/review?tab=thumbs",
    "/console/review?tab=missed",
)
LUMPS = Flag(Level.URGENT, ("U6",), ("lumps",), "late lumps")
LONG = "I had a treatment three weeks ago and since then there are hard lumps under the skin that get larger every day"


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


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
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


def asks(site: Site, minutes: float, text: str = "Can I talk to a person?", channel: str = "web") -> str:
    conversation_id = new_talk(site.store, ago(minutes), channel)
    say(site.store, conversation_id, text, ago(minutes), ASKED)
    return conversation_id


def in_danger(site: Site, minutes: float, text: str = "my lips are getting fat and it is hard to breathe") -> str:
    conversation_id = new_talk(site.store, ago(minutes))
    flagged(site.store, conversation_id, text, ago(minutes))
    return conversation_id


def a_busy_day(site: Site) -> None:
    """Something of everything that the pages show."""
    in_danger(site, 2)
    lumps = new_talk(site.store, ago(9))
    flagged(site.store, lumps, LONG, ago(9), LUMPS, Envelope(Kind.URGENT, "Call us today."))
    reasons = (Reason.QUESTIONNAIRE, Reason.ASKED, Reason.NOT_UNDERSTOOD, Reason.ADVICE_DECLINED)
    texts = ("ok send it to them", "price for both arms?", "w" * 120, "should i stop aspirin")
    channels = ("whatsapp", "web", "telegram", "web")
    for minutes, reason, text, channel in zip((14, 11, 6, 1), reasons, texts, channels, strict=True):
        conversation_id = new_talk(site.store, ago(minutes), channel)
        say(site.store, conversation_id, text, ago(minutes))
        site.store.open_handoff(
            conversation_id, reason, Priority.NORMAL, by="patient", why="message 1", now=ago(minutes)
        )
    for number, words in enumerate(("does it hurt a lot?", "is it painful?", "where can I park my car?")):
        for reason in Missed:
            question = MissedQuestion(reason, words, ("pain",), ("pain.general",))
            site.store.keep_missed(new_talk(site.store, ago(9)), number, question, now=ago(5))


def test_what_happens_appears_on_both_desks_without_a_reload(new_desk: Callable[..., Desk], site: Site) -> None:
    first = asks(site, 5)
    nora, dan = new_desk("Nora"), new_desk("Dan")
    for desk in (nora, dan):
        desk.go_live()
        expect(desk.rows).to_have_text([short_name(first)])
    second = asks(site, 0)
    for desk in (nora, dan):
        expect(desk.rows).to_have_text([short_name(first), short_name(second)])
        expect(desk.page.locator("#waiting")).to_have_text("2")
        expect(desk.page).to_have_title("(2) Queue · MesoGuide")
    site.store.erase(first, now=ago(0))
    for desk in (nora, dan):
        expect(desk.rows).to_have_text([short_name(second)])


def test_a_red_flag_comes_first_rings_and_is_said(new_desk: Callable[..., Desk], site: Site) -> None:
    asks(site, 5)
    nora = new_desk(permissions=["notifications"])
    nora.go_live()
    nora.page.evaluate(
        """() => {
            window.beeps = 0;
            document.addEventListener("mesoguide:beep", () => { window.beeps += 1; });
            window.shown = [];
            window.Notification = class extends EventTarget {
                static permission = "granted";
                constructor(title, {body}) { super(); window.shown.push(`${title} ${body}`); }
            };
        }"""
    )
    danger = in_danger(site, 0)
    expect(nora.rows.first).to_have_text(short_name(danger))
    expect(nora.page.locator("#said")).to_have_text("A red flag waits. 2 waiting.")
    nora.page.wait_for_function("window.beeps === 1")
    assert nora.page.evaluate("window.shown") == ["A red flag waits 2 waiting in the queue."]
    nora.page.reload()
    expect(nora.page.locator("#live")).to_have_text("Live")
    expect(nora.page.locator("#said")).to_be_empty()


def test_the_sound_stays_off_once_it_was_turned_off(new_desk: Callable[..., Desk], site: Site) -> None:
    nora = new_desk()
    nora.go_live()
    sound = nora.page.get_by_role("button", name="Sound is on")
    expect(sound).to_have_attribute("aria-pressed", "true")
    sound.click()
    nora.page.reload()
    expect(nora.page.get_by_role("button", name="Sound is off")).to_have_attribute("aria-pressed", "false")
    expect(nora.page.locator("#live")).to_have_text("Live")
    nora.page.evaluate(
        "() => { window.beeps = 0; document.addEventListener('mesoguide:beep', () => { window.beeps += 1; }); }"
    )
    in_danger(site, 0)
    expect(nora.page.locator("#said")).to_have_text("A red flag waits. 1 waiting.")
    assert nora.page.evaluate("window.beeps") == 0


def test_focus_selection_scroll_and_half_typed_words_outlast_an_update(
    new_desk: Callable[..., Desk], site: Site
) -> None:
    ids = [asks(site, 60 - number) for number in range(40)]
    nora = new_desk()
    nora.go_live()
    nora.page.locator("#find").fill("half a wo")
    nora.rows.nth(20).focus()
    nora.page.evaluate("() => { window.scrollTo(0, 900); window.keep = document.activeElement; }")
    nora.page.evaluate("() => getSelection().selectAllChildren(document.querySelectorAll('#queue .words')[20])")
    chosen = nora.page.evaluate("getSelection().toString()")
    in_danger(site, 0)
    site.store.erase(ids[3], now=ago(0))
    expect(nora.rows).to_have_count(40)
    expect(nora.rows.first).not_to_have_text(short_name(ids[0]))
    assert nora.page.evaluate("document.activeElement === window.keep")
    expect(nora.page.locator(":focus")).to_have_text(short_name(ids[20]))
    assert nora.page.evaluate("getSelection().toString()") == chosen
    assert nora.page.evaluate("window.scrollY") > 600
    expect(nora.page.locator("#find")).to_have_value("half a wo")


def test_keys_move_open_search_and_explain(new_desk: Callable[..., Desk], site: Site) -> None:
    ids = [asks(site, 60 - number) for number in range(3)]
    nora = new_desk()
    nora.go_live()
    keys = nora.page.keyboard
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("j", 2), ("k", 1)):
        keys.press(key)
        expect(nora.page.locator(":focus")).to_have_text(short_name(ids[place]))
    keys.press("?")
    expect(nora.page.get_by_role("dialog", name="Keys")).to_be_visible()
    keys.press("j")
    keys.press("Escape")
    expect(nora.page.locator(":focus")).to_have_text(short_name(ids[1]))
    keys.press("/")
    keys.type("jk?/")
    expect(nora.page.locator("#find")).to_have_value("jk?/")
    nora.page.locator("#find").evaluate("node => node.blur()")
    keys.press("j")
    with nora.page.expect_request("**/console/conversations/*") as opened:
        keys.press("Enter")
    assert opened.value.url.endswith(f"/console/conversations/{ids[0]}")


def test_a_lost_line_is_said_and_comes_back(new_desk: Callable[..., Desk], site: Site) -> None:
    nora = new_desk()
    nora.page.route("**/console/events*", lambda route: route.abort())
    nora.go()
    expect(nora.page.locator("#live")).to_have_text("Not live: trying again")
    conversation_id = asks(site, 1)
    nora.page.unroute("**/console/events*")
    expect(nora.page.locator("#live")).to_have_text("Live")
    expect(nora.rows).to_have_text([short_name(conversation_id)])


def test_who_was_signed_out_elsewhere_is_told(new_desk: Callable[..., Desk], site: Site) -> None:
    nora = new_desk()
    nora.page.route("**/console/events", lambda route: route.abort())
    nora.go()
    nora.page.context.clear_cookies()
    expect(nora.page.locator("#live")).to_have_text("Signed out: reload the page")


def test_without_scripts_everything_is_there(new_desk: Callable[..., Desk], site: Site) -> None:
    conversation_id = asks(site, 14, "about xarelto")
    nora = new_desk(java_script_enabled=False)
    nora.go()
    page = nora.page
    expect(nora.rows).to_have_text([short_name(conversation_id)])
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Channel").select_option("web")
    page.get_by_role("button", name="Show").click()
    assert "channel=web" in page.url
    expect(nora.rows).to_have_count(1)
    page.get_by_text("Saved views").click()
    page.get_by_label("Name for what you see now").fill("Web only")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved views").click()
    expect(page.get_by_role("link", name="Web only")).to_be_visible()
    page.get_by_label("Search in all transcripts").fill("XARELTO")
    page.get_by_role("search").get_by_role("button", name="Search").click()
    expect(page.locator("mark")).to_have_text(["xarelto"])
    assert "xarelto" not in page.url.lower()


def test_markup_in_a_live_update_stays_text(new_desk: Callable[..., Desk], site: Site) -> None:
    nora = new_desk()
    nora.go_live()
    asks(site, 0, "<img src=x onerror=\"document.title='broken'\"><script>document.title='broken'</script>")
    expect(nora.page.locator("#queue .words")).to_contain_text("<img src=x")
    assert nora.page.locator("#queue img, #queue script").count() == 0
    assert "broken" not in nora.page.title()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_any_page(new_desk: Callable[..., Desk], site: Site, look: str) -> None:
    a_busy_day(site)
    nora = new_desk(reduced_motion="reduce", **LOOKS[look])
    for number, path in enumerate(PAGES):
        nora.go(path)
        for summary in nora.page.locator("summary").all():
            if not summary.evaluate("node => node.parentElement.open"):
                summary.click()
        found = Axe().run(nora.page).response["violations"]
        wrong = [f"{rule['id']}: {node['html'][:120]} {node['any'][:1]}" for rule in found for node in rule["nodes"]]
        assert wrong == [], path
        if folder := os.environ.get("MESOGUIDE_SHOTS"):
            nora.go(path)
            nora.page.screenshot(path=f"{folder}/queue-{look}-{number}.png", full_page=look == "phone")


@pytest.mark.parametrize("height", [568, 256])
def test_at_320_pixels_nothing_scrolls_sideways(new_desk: Callable[..., Desk], site: Site, height: int) -> None:
    a_busy_day(site)
    nora = new_desk(viewport={"width": 320, "height": height})
    for path in PAGES:
        nora.go(path)
        assert nora.page.evaluate(NO_SIDEWAYS), path


def test_everything_that_can_be_pressed_is_large_enough(new_desk: Callable[..., Desk], site: Site) -> None:
    a_busy_day(site)
    nora = new_desk(**LOOKS["phone"])
    for path in PAGES:
        nora.go(path)
        for control in nora.page.locator("button:visible, input:visible, select:visible, .button:visible").all():
            box = control.bounding_box()
            assert box is not None
            assert min(box["height"], box["width"]) >= 44, (path, control.evaluate("node => node.outerHTML"))
        assert all(
            size >= 16
            for size in nora.page.locator("input:visible, select:visible").evaluate_all(
                "nodes => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize))"
            )
        )
