"""The queue in a real browser: live with two people at once, and from the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bot.privacy.tokens import short_name
from tests.browser.console import Site
from tests.browser.desk import Desk, ago, asks, in_danger

pytestmark = pytest.mark.browser


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
