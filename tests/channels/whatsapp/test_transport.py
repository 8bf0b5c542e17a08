from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.channels.parts import Choice, Client, Post, Template
from bot.errors import ChatGone, PutOff
from tests.channels.fakes import graph_errors
from tests.channels.fakes.graph import (
    HIDDEN_CHAT,
    WHATSAPP_CHAT,
    Graph,
    template,
)
from tests.channels.fakes.platform import Answer, Fault
from tests.channels.graph.sending import CHART, PNG, make_client, refused
from tests.channels.graph.sending import post as post_to

pytestmark = pytest.mark.anyio
AGAIN = Template("hello_again", "en", "Hello again.")


@pytest.fixture
async def client(graph: Graph) -> AsyncIterator[Client]:
    found = make_client("whatsapp", graph.api)
    yield found
    await found.close()


def post(text: str = "Hello.", *, to: str = "", **part: Any) -> Post:
    return post_to("whatsapp", text, to=to, **part)


async def test_a_text_goes_out_without_a_preview(client: Client, graph: Graph) -> None:
    assert await client.send(post("*Hello.*")) == "wamid.HBgL1=="
    (sent,) = graph.sent
    assert sent == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": WHATSAPP_CHAT,
        "type": "text",
        "text": {"body": "*Hello.*", "preview_url": False},
    }


async def test_who_hides_the_number_gets_it_by_user_id(client: Client, graph: Graph) -> None:
    await client.send(post(to=HIDDEN_CHAT))
    assert (graph.sent[0]["recipient"], "to" in graph.sent[0]) == (HIDDEN_CHAT, False)


async def test_buttons_are_reply_buttons(client: Client, graph: Graph) -> None:
    await client.send(post("Go on?", choices=(Choice("Yes", "b1"), Choice("No", "b2"))))
    assert graph.sent[0]["interactive"] == {
        "type": "button",
        "body": {"text": "Go on?"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "b1", "title": "Yes"}},
                {"type": "reply", "reply": {"id": "b2", "title": "No"}},
            ]
        },
    }


async def test_a_list_opens_with_a_button(client: Client, graph: Graph) -> None:
    rows = (Choice("Prices", "b1", "What it costs"), Choice("Risks", "b2"))
    await client.send(post("What next?", choices=rows, is_list=True))
    assert graph.sent[0]["interactive"] == {
        "type": "list",
        "body": {"text": "What next?"},
        "action": {
            "button": "Choose",
            "sections": [
                {
                    "rows": [
                        {"id": "b1", "title": "Prices", "description": "What it costs"},
                        {"id": "b2", "title": "Risks"},
                    ]
                }
            ],
        },
    }


async def test_a_picture_is_uploaded_and_then_shown(client: Client, graph: Graph) -> None:
    await client.send(post("What it costs", picture=CHART))
    (media_id,) = graph.uploads
    assert graph.uploads[media_id] == PNG
    assert graph.sent[0]["image"] == {"id": media_id, "caption": "What it costs"}


async def test_a_template_is_sent_instead_of_the_text(client: Client, graph: Graph) -> None:
    graph.closed = {WHATSAPP_CHAT}
    await client.send(replace(post("not this"), template=AGAIN))
    assert graph.sent[0]["template"] == {"name": "hello_again", "language": {"code": "en"}}
    assert "not this" not in str(graph.sent)


@pytest.mark.parametrize("chat", ["gone", "strangers"])
async def test_a_block_can_not_be_told_from_an_unknown_number(chat: str, client: Client, graph: Graph) -> None:
    setattr(graph, chat, {WHATSAPP_CHAT})
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("no_such_chat", True)
    assert not isinstance(error, ChatGone)


@pytest.mark.parametrize(
    "templates", [[], [template("hello_again", language="de")], [template("hello_again", status="PAUSED")]]
)
async def test_a_template_that_is_not_approved(templates: list[dict[str, Any]], client: Client, graph: Graph) -> None:
    graph.templates = templates
    error = await refused(client, replace(post(), template=AGAIN))
    assert (error.code, error.is_permanent) == ("bad_template", True)


@pytest.mark.parametrize("error", [graph_errors.pair_limit(), graph_errors.throughput()])
async def test_limits_of_meta_pass(error: graph_errors.GraphError, client: Client, graph: Graph) -> None:
    graph.faults = [Fault(error.answer)]
    found = await refused(client, post())
    assert (found.code, found.is_permanent, found.retry_after_s) == ("app_busy", False, None)


async def test_a_failed_upload_sends_nothing(client: Client, graph: Graph) -> None:
    graph.faults = [Fault(Answer(500))]
    assert (await refused(client, post("x", picture=CHART))).code == "app_busy"
    assert graph.sent == []


async def test_one_person_gets_one_message_in_six_seconds(client: Client, graph: Graph) -> None:
    await client.send(post())
    started = time.monotonic()
    with pytest.raises(PutOff) as caught:
        await client.send(post())
    assert time.monotonic() - started < 1
    assert 5 < caught.value.seconds <= 6
    await client.send(post(to="16505559999"))
    assert len(graph.sent) == 2
