"""A patient's chat while somebody of the clinic is in it: who is there, who types, and the way back to the bot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from playwright.sync_api import Locator, Response, expect

from bot.people import Staff
from bot.privacy.cipher import Cipher
from bot.store.engine import create_store_engine
from bot.store.store import Store
from bot.types import Handoff
from tests.browser.test_access import LOOKS, NO_SIDEWAYS, violations
from tests.browser.visitor import Visitor
from tests.handoff.samples import desk_at, employ

pytestmark = pytest.mark.browser

WATCH = """() => {
    window.spoken = [];
    for (const id of ["polite", "assertive"])
        new MutationObserver((changes) => {
            for (const { addedNodes } of changes)
                for (const node of addedNodes) window.spoken.push([id, node.textContent]);
        }).observe(document.getElementById(id), { childList: true });
}"""


def now() -> datetime:
    return datetime.now(timezone.utc)


class Nurse:
    """Anna at the desk, on the running product's own database, as the console has it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        known = [one for one in store.all_staff() if one.login == "anna"]
        self.staff: Staff = known[0] if known else employ(store, "anna")
        self.desk = desk_at(store)

    def joins(self, visitor: Visitor) -> Handoff:
        name = visitor.frame.evaluate("JSON.parse(sessionStorage.getItem('mesoguide.session')).id")
        return self.desk.open_for(name, by=self.staff, why="to look in", now=now())

    def writes(self, handoff: Handoff, text: str) -> None:
        self.desk.reply(handoff.id, text, by=self.staff, now=now())

    def types(self, handoff: Handoff) -> None:
        self.store.look(handoff.conversation_id, self.staff.id, self.staff.name, typing=True, now=now())

    def sees_typing(self, handoff: Handoff) -> bool:
        return any(one.is_typing for one in self.store.presences(handoff.conversation_id, now()))


@pytest.fixture
def nurse(product: Any) -> Iterator[Nurse]:
    if not hasattr(product, "environment"):
        pytest.skip("Staff's side needs the database of the product, which runs elsewhere.")
    engine = create_store_engine(product.environment["MESOGUIDE_DATABASE_URL"])
    yield Nurse(Store(engine, Cipher(product.environment["MESOGUIDE_DATA_KEY"])))
    engine.dispose()


def status(visitor: Visitor) -> Locator:
    return visitor.chat.locator("#status")


def pills(visitor: Visitor) -> Locator:
    return visitor.chat.locator("li.pill")


def test_the_patient_sees_who_comes_writes_and_goes(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    visitor.ask("does it hurt?")
    expect(status(visitor)).to_have_text("Assistant: a bot, not a clinician")
    visitor.frame.evaluate(WATCH)
    visitor.input.fill("half a question")
    handoff = nurse.joins(visitor)
    expect(pills(visitor).last).to_contain_text("Anna from the clinic has joined.")
    expect(status(visitor)).to_have_text("You are talking to Anna")
    expect(visitor.input).to_have_attribute("placeholder", "Write to Anna")
    # Nothing that arrives takes the focus, or what is being written.
    expect(visitor.input).to_be_focused()
    expect(visitor.input).to_have_value("half a question")
    nurse.types(handoff)
    expect(visitor.chat.get_by_text("Anna is writing…")).to_be_visible()
    nurse.writes(handoff, "Hello, I am **Anna**.")
    reply = visitor.chat.locator("li.staff").last
    expect(reply).to_contain_text("Hello, I am Anna.")
    expect(reply.locator(".who")).to_contain_text("Anna")
    expect(visitor.chat.get_by_text("Anna is writing…")).to_be_hidden()
    nurse.desk.hand_back(handoff.id, by=nurse.staff, now=now())
    expect(status(visitor)).to_have_text("Assistant: a bot, not a clinician")
    expect(pills(visitor).last).to_contain_text("You are back with the assistant.")
    expect(visitor.answers.last).to_contain_text("I'm listening again")
    expect(visitor.input).to_be_focused()
    spoken = visitor.frame.evaluate("window.spoken")
    assert {region for region, _ in spoken} == {"polite"}
    heard = " ".join(text for _, text in spoken)
    for words in ("Notice: Anna from the clinic has joined.", "Anna: Hello, I am Anna.", "You are back"):
        assert words in heard


def test_what_the_patient_types_is_seen_by_staff_and_reaches_nobody_else(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    handoff = nurse.joins(visitor)
    expect(status(visitor)).to_have_text("You are talking to Anna")
    with visitor.page.expect_request("**/typing") as told:
        visitor.input.press_sequentially("I have a question")
    assert told.value.post_data is None
    assert nurse.sees_typing(handoff)
    assert len([one for one in visitor.requests if one.endswith("/typing")]) == 1
    visitor.input.press("Enter")
    expect(visitor.own.last).to_contain_text("I have a question")
    # The bot has nothing to say to it.
    visitor.page.wait_for_timeout(1500)
    assert [line["author"] for line in visitor.log()] == ["system", "patient"]
    assert not nurse.sees_typing(handoff)


def test_to_the_bot_nobody_is_told_of_typing(visitor: Visitor) -> None:
    visitor.start_talk()
    visitor.input.press_sequentially("does it")
    assert [one for one in visitor.requests if one.endswith("/typing")] == []


def say_and_store(visitor: Visitor, text: str) -> None:
    """Say something, and wait until the server has it: what is said next must not overtake it."""

    def is_stored(response: Response) -> bool:
        return response.request.method == "POST" and response.url.endswith("/messages") and response.ok

    with visitor.page.expect_response(is_stored):
        visitor.say(text)


def test_the_button_and_the_menu_lead_back_to_the_bot(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    menu, back = visitor.chat.get_by_role("button", name="Menu"), "Back to the assistant"
    menu.click()
    expect(visitor.chat.locator("#menu-list").get_by_text(back)).to_be_hidden()
    visitor.page.keyboard.press("Escape")
    nurse.joins(visitor)
    visitor.choices.get_by_text(back).click()
    expect(status(visitor)).to_have_text("Assistant: a bot, not a clinician")
    expect(visitor.input).to_be_focused()
    handoff = nurse.joins(visitor)
    expect(status(visitor)).to_have_text("You are talking to Anna")
    say_and_store(visitor, "Thank you")
    nurse.writes(handoff, "My pleasure")
    expect(visitor.answers.last).to_contain_text("My pleasure")
    expect(visitor.choices).to_have_count(0)
    before = visitor.answers.count()
    menu.click()
    visitor.chat.locator("#menu-list").get_by_text(back).click()
    expect(status(visitor)).to_have_text("Assistant: a bot, not a clinician")
    # Counted: the same words stand there from the first time.
    expect(visitor.answers).to_have_count(before + 1)
    expect(visitor.answers.last).to_contain_text("listening again")


def test_what_staff_left_unanswered_is_what_the_bot_answers_first(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    nurse.joins(visitor)
    expect(status(visitor)).to_have_text("You are talking to Anna")
    say_and_store(visitor, "does it hurt?")
    before = visitor.answers.count()
    visitor.chat.get_by_role("button", name="Menu").click()
    visitor.chat.locator("#menu-list").get_by_text("Back to the assistant").click()
    expect(status(visitor)).to_have_text("Assistant: a bot, not a clinician")
    expect(visitor.answers).to_have_count(before + 1)
    expect(visitor.answers.last).to_contain_text("pinch")


def test_words_that_mean_it_are_asked_about_with_that_button(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    nurse.joins(visitor)
    expect(status(visitor)).to_have_text("You are talking to Anna")
    visitor.say("Can I talk to the bot again?")
    expect(pills(visitor).last).to_contain_text("Do you want to go back to the assistant?")
    expect(status(visitor)).to_have_text("You are talking to Anna")
    visitor.choices.get_by_text("Back to the assistant").click()
    expect(visitor.answers.last).to_contain_text("listening again")


def test_a_closed_chat_says_so_keeps_what_was_written_and_offers_a_new_one(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    handoff = nurse.joins(visitor)
    expect(status(visitor)).to_have_text("You are talking to Anna")
    visitor.input.fill("one more thing")
    nurse.desk.close(handoff.id, by=nurse.staff, why="answered", now=now())
    expect(pills(visitor).last).to_contain_text("Anna has ended this chat.")
    expect(status(visitor)).to_have_text("This chat has ended")
    expect(visitor.input).to_be_focused()
    expect(visitor.input).to_have_value("one more thing")
    visitor.input.press("Enter")
    visitor.page.wait_for_timeout(500)
    assert visitor.own.count() == 0
    assert violations(visitor.frame) == []
    asked = len(visitor.api_requests())
    visitor.page.wait_for_timeout(3000)
    # A closed chat is not asked about every half second.
    assert len(visitor.api_requests()) - asked <= 2
    # The clinic opens it again.
    nurse.desk.reopen(handoff.conversation_id, by=nurse.staff, now=now())
    visitor.frame.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(status(visitor)).to_have_text("You are talking to Anna")
    visitor.input.press("Enter")
    expect(visitor.own.last).to_contain_text("one more thing")
    again = nurse.store.latest_handoff(handoff.conversation_id)
    assert again is not None
    nurse.desk.close(again.id, by=nurse.staff, why="answered", now=now())
    visitor.chat.get_by_role("button", name="Start a new chat").click()
    expect(visitor.chat.get_by_role("button", name="Agree and start")).to_be_visible()


def test_after_a_reload_the_chat_still_says_who_is_there(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    nurse.writes(nurse.joins(visitor), "Hello.")
    expect(visitor.chat.locator("li.staff")).to_be_visible()
    visitor.open_demo().click()
    expect(status(visitor)).to_have_text("You are talking to Anna")
    expect(pills(visitor).last).to_contain_text("has joined")


def test_without_a_stream_names_and_typing_still_come(visitor: Visitor, nurse: Nurse) -> None:
    visitor.page.route("**/stream?*", lambda route: route.abort())
    visitor.start_talk()
    visitor.ask("does it hurt?")
    handoff = nurse.joins(visitor)
    expect(status(visitor)).to_have_text("You are talking to Anna")
    nurse.types(handoff)
    expect(visitor.chat.get_by_text("Anna is writing…")).to_be_visible()


def test_markup_from_staff_stays_text(visitor: Visitor, nurse: Nurse) -> None:
    visitor.start_talk()
    handoff = nurse.joins(visitor)
    nurse.writes(handoff, "<script>alert(1)</script> [here](javascript:alert(1))")
    expect(visitor.chat.locator("li.staff")).to_contain_text("<script>alert(1)</script> [here](javascript:alert(1))")
    assert visitor.chat.locator("li.staff a, li.staff script").count() == 0


@pytest.mark.parametrize("look", [*LOOKS, "small"])
def test_axe_finds_nothing_while_a_person_has_the_talk(
    new_visitor: Callable[..., Visitor], nurse: Nurse, look: str
) -> None:
    small = {"viewport": {"width": 320, "height": 568}}
    visitor = new_visitor(**LOOKS.get(look, small), reduced_motion="reduce")
    visitor.start_talk()
    handoff = nurse.joins(visitor)
    nurse.writes(handoff, "Hello, how can I help?")
    nurse.types(handoff)
    expect(visitor.chat.get_by_text("Anna is writing…")).to_be_visible()
    visitor.chat.get_by_role("button", name="Menu").click()
    assert violations(visitor.frame) == []
    assert visitor.frame.evaluate(NO_SIDEWAYS)
