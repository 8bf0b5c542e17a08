"""What patients in apps open: each address leads to what stood in its own message, for a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.channels.layout import Links
from bot.charts.png import chart_png
from bot.conversation.files import KEEP, File, Files, Ticket
from bot.gateway.app import create_app
from bot.privacy.cipher import Cipher
from bot.privacy.tokens import new_id
from bot.retrieval.asked import Asked
from bot.settings import Settings
from bot.talk import Talk, connect
from bot.types import Envelope
from bot.vocabulary import Kind
from bot.wiring import content, file_content, open_store, starter_questions
from tests.conversation.samples import talk_settings
from tests.conversation.scripted_brain import ScriptedBrain

PUBLIC = "https://chat.clinic.example"
NOW = dt.datetime.now(dt.timezone.utc)
SHEET = {"type": "sheet", "title": "My sheet", "intro": "No diagnosis.", "sections": []}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return talk_settings(tmp_path, public_url=PUBLIC)


@pytest.fixture
def talk(settings: Settings) -> Talk:
    return connect(open_store(settings), ScriptedBrain(), settings)


@pytest.fixture
def client(talk: Talk) -> Iterator[TestClient]:
    app = create_app(talk, content().clinic, starters=starter_questions())
    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def conversation_id(talk: Talk) -> str:
    return talk.store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id


def chart(title: str) -> dict[str, Any]:
    found = file_content().cost_chart(Asked(file_content().library.get("cost.general")))
    assert found is not None
    return {**found, "title": title}


def shown(talk: Talk, conversation_id: str, *media: dict[str, Any]) -> int:
    """The number of a message of the bot with these media."""
    accepted = talk.store.accept(
        conversation_id,
        client_id=new_id(),
        text="?",
        replies=(Envelope(Kind.NOTICE, "See here.", media=media),),
        now=NOW,
        per_minute=1000,
    )
    return accepted.seq + 1


def path(address: str) -> str:
    return address.removeprefix(PUBLIC)


def test_each_charts_address_leads_to_that_chart(talk: Talk, client: TestClient, conversation_id: str) -> None:
    first = shown(talk, conversation_id, SHEET, chart("First"), chart("Second"))
    later = shown(talk, conversation_id, chart("Third"))
    for seq, place, title in ((first, 1, "First"), (first, 2, "Second"), (later, 0, "Third")):
        find = talk.apps.files.links(conversation_id, seq).chart
        assert find is not None
        answer = client.get(path(find(place)))
        assert answer.content == chart_png(chart(title)), title
        assert answer.headers["cache-control"] == "no-store"


def test_each_sheets_address_leads_to_that_sheet(talk: Talk, client: TestClient, conversation_id: str) -> None:
    seqs = {title: shown(talk, conversation_id, {**SHEET, "title": title}) for title in ("Before", "After")}
    for title, seq in seqs.items():
        find = talk.apps.files.links(conversation_id, seq).sheet
        assert find is not None
        assert title not in client.get(path(find(0))).text, "apps look at addresses too"
        assert title in client.post(path(find(0))).text


@pytest.mark.parametrize("where", [(99, 0), (1, 0), (2, 1), (2, 7), (2, -9)])
def test_where_no_chart_is_nothing_is_found(
    talk: Talk, client: TestClient, conversation_id: str, where: tuple[int, int]
) -> None:
    assert shown(talk, conversation_id, chart("One"), SHEET) == 2
    address = talk.apps.files.address(Ticket(File.CHART, conversation_id, *where))
    assert client.get(path(address)).status_code == 404


def test_an_address_of_before_leads_to_the_newest(
    talk: Talk, client: TestClient, conversation_id: str, settings: Settings
) -> None:
    shown(talk, conversation_id, chart("One"))
    shown(talk, conversation_id, chart("Two"))
    until = (NOW + KEEP).isoformat(timespec="seconds")
    sealed = Cipher(settings.data_key.get_secret_value()).seal_json(["chart", conversation_id, until]).decode()
    assert client.get(f"/files/{sealed}").content == chart_png(chart("Two"))


def test_after_a_day_or_an_erasure_nothing_is_found(
    talk: Talk, client: TestClient, conversation_id: str, settings: Settings
) -> None:
    ticket = Ticket(File.CHART, conversation_id, shown(talk, conversation_id, chart("One")))
    cipher = Cipher(settings.data_key.get_secret_value())
    old = Files(cipher, PUBLIC, clock=lambda: NOW - KEEP - dt.timedelta(minutes=1)).address(ticket)
    assert client.get(path(old)).status_code == 404
    fresh = talk.apps.files.address(ticket)
    assert client.get(path(fresh)).status_code == 200
    assert client.get(path(fresh)[:-4] + "AAAA").status_code == 404
    talk.store.erase(conversation_id, now=NOW)
    assert client.get(path(fresh)).status_code == 404


def test_the_whole_talk_can_be_saved(talk: Talk, client: TestClient, conversation_id: str) -> None:
    find = talk.apps.files.links(conversation_id, shown(talk, conversation_id)).transcript
    assert find is not None
    saved = client.post(path(find(0)))
    assert "See here." in saved.text
    assert saved.headers["content-disposition"] == 'attachment; filename="transcript.txt"'


def test_where_nobody_outside_could_open_them_there_are_none(settings: Settings) -> None:
    cipher = Cipher(settings.data_key.get_secret_value())
    assert Files(cipher, "").links("x", 1) == Files(cipher, PUBLIC).links(None, 1) == Links()
