"""A patient in a messaging app, as staff see it: how long they may write, and what hasn't arrived."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from starlette.types import ASGIApp

from bot.channels.parts import Template
from bot.console.conversation_app import in_app
from bot.gateway.app import create_app
from bot.settings import Settings
from bot.store.app_tables import chats
from bot.store.store import Store
from bot.talk import connect
from bot.types import Envelope
from bot.vocabulary import Kind, Priority, Reason, Role
from bot.wiring import content
from tests.console.conftest import ClientAs
from tests.conversation.app import NAME, Phone
from tests.conversation.app import app as app_of
from tests.conversation.scripted_brain import ScriptedBrain

DAY = timedelta(hours=24)
TEMPLATE = Template("hello_again", "en", "Hello, this is your clinic. May we answer your question?")


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture
def limits() -> dict[str, object]:
    return {"window": DAY}


@pytest.fixture
def app(store: Store, settings: Settings, limits: dict[str, object]) -> ASGIApp:
    known = {NAME: app_of(Phone(), template=TEMPLATE, **limits)}
    return create_app(connect(store, ScriptedBrain(), settings, apps=known), content().clinic, starters=())


@pytest.fixture
def talk(store: Store) -> str:
    """A patient who asked for a person."""
    conversation_id = store.agree(store.hear(NAME, "42", now=now()).id, locale="en", now=now())
    assert conversation_id is not None
    store.open_handoff(conversation_id, Reason.ASKED, Priority.NORMAL, by="patient", why="asked", now=now())
    return conversation_id


def silent(store: Store, *, hours: float) -> None:
    """The patient has written so many hours ago."""
    with store._write() as connection:
        connection.execute(chats.update().values(heard_at=now() - timedelta(hours=hours)))


def test_how_long_is_left_is_said(store: Store, talk: str, client_as: ClientAs) -> None:
    silent(store, hours=20.6)
    page = client_as(Role.AGENT).get(f"/console/conversations/{talk}").text
    assert "Telegram: you can write for another 3 h 23 min." in page


def test_after_the_window_only_the_approved_text_is_taken(store: Store, talk: str, client_as: ClientAs) -> None:
    agent = client_as(Role.AGENT)
    agent.submit(f"/console/conversations/{talk}/claim", handoff=store.open_handoffs(limit=1)[0].id)
    silent(store, hours=25)
    page = agent.get(f"/console/conversations/{talk}").text
    assert "takes no message 24 h after the patient’s" in page
    assert TEMPLATE.text in page
    handoff = store.open_handoffs(limit=1)[0].id
    refused = agent.submit(
        f"/console/conversations/{talk}/reply", handoff=handoff, client_id="reply-0001", text="Hello Ann"
    )
    assert refused.status_code == 409
    assert "Hello Ann" in refused.text
    assert "takes no message" in refused.text
    agent.submit(f"/console/conversations/{talk}/reply", handoff=handoff, client_id="reply-0002", text=TEMPLATE.text)
    assert store.latest(talk, 1)[0].text == TEMPLATE.text


@pytest.mark.parametrize("limits", [{"window": DAY, "staff_window": timedelta(days=7)}])
def test_where_people_may_write_longer_that_is_said(store: Store, talk: str, client_as: ClientAs) -> None:
    silent(store, hours=72)
    page = client_as(Role.AGENT).get(f"/console/conversations/{talk}").text
    assert "You can still write by hand for 4 days." in page or "You can still write by hand for 3 days." in page


@pytest.mark.parametrize("limits", [{}])
def test_an_app_without_a_window_says_nothing_of_one(store: Store, talk: str, client_as: ClientAs) -> None:
    silent(store, hours=1000)
    assert "you can write" not in client_as(Role.AGENT).get(f"/console/conversations/{talk}").text


def test_who_stopped_us_can_not_be_written_to(store: Store, talk: str, client_as: ClientAs) -> None:
    chat = store.chat_of(talk)
    assert chat is not None
    store.stop_chat(chat.id, now=now())
    assert "has stopped or blocked" in client_as(Role.AGENT).get(f"/console/conversations/{talk}").text


def test_a_message_that_has_not_arrived_is_named_with_the_reason(store: Store, talk: str) -> None:
    seq = store.add_notice(talk, Envelope(Kind.NOTICE, "Hello."), now=now())
    (leased,) = store.lease_due("one", now=now() + timedelta(seconds=1), seconds=60, limit=5)[-1:]
    store.mark_failed(leased.id, "one", "chat_gone", now=now())
    found = in_app(store, {}, talk, now())
    assert found is not None
    assert seq is not None
    assert "blocked or stopped" in found.undelivered[seq]


def test_an_app_that_was_switched_off_is_said(store: Store, talk: str) -> None:
    found = in_app(store, {}, talk, now())
    assert found is not None
    assert not found.may_write
    assert "switched off" in found.window


def test_a_talk_on_the_page_has_no_app(store: Store) -> None:
    opened = store.open_conversation(channel="web", locale="en", token_hash=None, now=now())
    assert in_app(store, {}, opened.id, now()) is None
