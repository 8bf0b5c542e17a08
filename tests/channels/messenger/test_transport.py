from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.parts import Choice, Client, Post
from bot.errors import ChatGone, PutOff
from tests.channels.fakes import graph_errors
from tests.channels.fakes.graph import MESSENGER_CHAT, Graph
from tests.channels.fakes.platform import Fault
from tests.channels.graph.sending import CHART, PNG, make_client, refused
from tests.channels.graph.sending import post as post_to

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(graph: Graph) -> AsyncIterator[Client]:
    found = make_client("messenger", graph.api)
    yield found
    await found.close()


def post(text: str = "Hello.", **part: Any) -> Post:
    return post_to("messenger", text, **part)


async def test_a_text_is_a_response(client: Client, graph: Graph) -> None:
    assert await client.send(post()) == "m_1"
    assert graph.sent == [
        {"recipient": {"id": MESSENGER_CHAT}, "messaging_type": "RESPONSE", "message": {"text": "Hello."}}
    ]


async def test_buttons_are_quick_replies(client: Client, graph: Graph) -> None:
    await client.send(post("Go on?", choices=(Choice("Yes", "b1"), Choice("No", "b2"))))
    assert graph.sent[0]["message"]["quick_replies"] == [
        {"content_type": "text", "title": "Yes", "payload": "b1"},
        {"content_type": "text", "title": "No", "payload": "b2"},
    ]


async def test_a_picture_goes_as_a_file(client: Client, graph: Graph) -> None:
    assert await client.send(post("", picture=CHART)) == "m_1"
    assert graph.pictures == [PNG]
    assert graph.sent[0]["message"] == {"attachment": {"type": "image", "payload": {"is_reusable": False}}}


async def test_staff_may_write_later_and_nobody_else(client: Client, graph: Graph) -> None:
    graph.closed = {MESSENGER_CHAT}
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("window_over", True)
    await client.send(replace(post(), is_by_staff_late=True))
    await client.send(replace(post("", picture=CHART), is_by_staff_late=True))
    assert [(one["messaging_type"], one["tag"]) for one in graph.sent] == [("MESSAGE_TAG", "HUMAN_AGENT")] * 2
    graph.long_closed = {MESSENGER_CHAT}
    assert (await refused(client, replace(post(), is_by_staff_late=True))).code == "window_over"


async def test_a_block_is_a_chat_that_is_gone(client: Client, graph: Graph) -> None:
    graph.gone = {MESSENGER_CHAT}
    assert isinstance(await refused(client, post()), ChatGone)


async def test_the_limit_of_a_page_passes(client: Client, graph: Graph) -> None:
    graph.faults = [Fault(graph_errors.page_limit().answer)]
    error = await refused(client, post())
    assert (error.code, error.is_permanent, error.retry_after_s) == ("app_busy", False, None)


async def test_one_chat_gets_no_burst(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.messenger.transport.CHAT_S", 60.0)
    client = make_client("messenger", graph.api)
    await client.send(post())
    with pytest.raises(PutOff):
        await client.send(post())
    await client.close()
    assert len(graph.sent) == 1
