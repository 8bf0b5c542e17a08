from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.parts import Choice, Part, Picture, Post, Template
from bot.channels.whatsapp.limits import LIMITS
from bot.channels.whatsapp.transport import WhatsAppClient
from bot.errors import ChatGone, DeliveryError, PutOff
from tests.channels.fakes import graph_errors
from tests.channels.fakes.graph import (
    APP_SECRET,
    HIDDEN_CHAT,
    PHONE_ID,
    WHATSAPP_CHAT,
    WHATSAPP_TOKEN,
    Graph,
    template,
)
from tests.channels.fakes.platform import Answer, Fault, running
from tests.channels.mail_server import free_port

pytestmark = pytest.mark.anyio
PNG = b"\x89PNG\r\n\x1a\n\0\xff\r\r\n\n--" + bytes(range(256))
CHART = Picture(PNG, "Costs", "https://chat.clinic.example/chart.png")
AGAIN = Template("hello_again", "en", "Hello again.")


@pytest.fixture
def graph() -> Iterator[Graph]:
    with running(Graph()) as server:
        yield server


@pytest.fixture
async def client(graph: Graph) -> AsyncIterator[WhatsAppClient]:
    found = make_client(graph.api)
    yield found
    await found.close()


def make_client(api: str, *, token: str = WHATSAPP_TOKEN, secret: str = APP_SECRET) -> WhatsAppClient:
    return WhatsAppClient(api, PHONE_ID, SecretStr(token), SecretStr(secret))


def post(text: str = "Hello.", *, to: str = WHATSAPP_CHAT, **part: Any) -> Post:
    return Post(to, Part(text, **part), "out-1")


def choices(count: int, *, title: int = 20, description: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(f"{place:0{title}}", f"b{place}", description) for place in range(count))


async def refused(client: WhatsAppClient, one: Post) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await client.send(one)
    assert WHATSAPP_CHAT not in repr(caught.value)
    assert WHATSAPP_TOKEN not in repr(caught.value)
    return caught.value


async def test_a_text_goes_out_without_a_preview(client: WhatsAppClient, graph: Graph) -> None:
    assert await client.send(post("*Hello.*")) == "wamid.HBgL1=="
    (sent,) = graph.sent
    assert sent == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": WHATSAPP_CHAT,
        "type": "text",
        "text": {"body": "*Hello.*", "preview_url": False},
    }


async def test_who_hides_the_number_gets_it_by_user_id(client: WhatsAppClient, graph: Graph) -> None:
    await client.send(post(to=HIDDEN_CHAT))
    assert (graph.sent[0]["recipient"], "to" in graph.sent[0]) == (HIDDEN_CHAT, False)


async def test_buttons_are_reply_buttons(client: WhatsAppClient, graph: Graph) -> None:
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


async def test_a_list_opens_with_a_button(client: WhatsAppClient, graph: Graph) -> None:
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


async def test_a_picture_is_uploaded_and_then_shown(client: WhatsAppClient, graph: Graph) -> None:
    await client.send(post("What it costs", picture=CHART))
    (media_id,) = graph.uploads
    assert graph.uploads[media_id] == PNG
    assert graph.sent[0]["image"] == {"id": media_id, "caption": "What it costs"}


async def test_a_template_is_sent_instead_of_the_text(client: WhatsAppClient, graph: Graph) -> None:
    graph.closed = {WHATSAPP_CHAT}
    await client.send(replace(post("not this"), template=AGAIN))
    assert graph.sent[0]["template"] == {"name": "hello_again", "language": {"code": "en"}}
    assert "not this" not in str(graph.sent)


LONGEST = [
    post("a" * LIMITS.text),
    post("\U0001f600" * (LIMITS.text // 2)),
    post("a" * LIMITS.text_with_buttons, choices=choices(LIMITS.buttons, title=LIMITS.button_title)),
    post(
        "a" * LIMITS.text_with_rows,
        choices=choices(LIMITS.rows, title=LIMITS.row_title, description="d" * LIMITS.row_description),
        is_list=True,
    ),
    post("a" * LIMITS.caption, picture=CHART),
]
TOO_MUCH = [
    post("a" * (LIMITS.text + 1)),
    post(""),
    post("a" * (LIMITS.text_with_buttons + 1), choices=choices(1)),
    post(choices=choices(LIMITS.buttons + 1)),
    post(choices=choices(1, title=LIMITS.button_title + 1)),
    post(choices=(Choice("Same", "b1"), Choice("Same", "b2"))),
    post(choices=choices(LIMITS.rows + 1), is_list=True),
    post(choices=choices(1, title=LIMITS.row_title + 1), is_list=True),
    post(choices=choices(1, description="d" * (LIMITS.row_description + 1)), is_list=True),
    post("a" * (LIMITS.caption + 1), picture=CHART),
]


@pytest.mark.parametrize("one", LONGEST)
async def test_what_the_limits_allow_is_taken(one: Post, client: WhatsAppClient, graph: Graph) -> None:
    await client.send(one)
    assert len(graph.sent) == 1


@pytest.mark.parametrize("one", TOO_MUCH)
async def test_what_goes_beyond_the_limits_is_refused(one: Post, client: WhatsAppClient, graph: Graph) -> None:
    error = await refused(client, one)
    assert (error.code, error.is_permanent, graph.sent) == ("app_refused", True, [])


async def test_after_the_window_only_a_template_goes(client: WhatsAppClient, graph: Graph) -> None:
    graph.closed = {WHATSAPP_CHAT}
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("window_over", True)


@pytest.mark.parametrize("chat", ["gone", "strangers"])
async def test_a_block_can_not_be_told_from_an_unknown_number(chat: str, client: WhatsAppClient, graph: Graph) -> None:
    setattr(graph, chat, {WHATSAPP_CHAT})
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("no_such_chat", True)
    assert not isinstance(error, ChatGone)


@pytest.mark.parametrize(
    "templates", [[], [template("hello_again", language="de")], [template("hello_again", status="PAUSED")]]
)
async def test_a_template_that_is_not_approved(
    templates: list[dict[str, Any]], client: WhatsAppClient, graph: Graph
) -> None:
    graph.templates = templates
    error = await refused(client, replace(post(), template=AGAIN))
    assert (error.code, error.is_permanent) == ("bad_template", True)


async def test_a_bad_token(graph: Graph) -> None:
    client = make_client(graph.api, token="EAAGexpired")
    error = await refused(client, post())
    await client.close()
    assert (error.code, error.is_permanent) == ("bad_token", True)


async def test_the_secret_of_another_app_is_noticed(graph: Graph) -> None:
    client = make_client(graph.api, secret="of another app")
    error = await refused(client, post())
    await client.close()
    assert (error.code, graph.sent) == ("app_refused", [])


@pytest.mark.parametrize(
    "error", [graph_errors.pair_limit(), graph_errors.throughput(), graph_errors.trouble_at_meta()]
)
async def test_limits_and_trouble_at_meta_pass(
    error: graph_errors.GraphError, client: WhatsAppClient, graph: Graph
) -> None:
    graph.faults = [Fault(error.answer)]
    found = await refused(client, post())
    assert (found.code, found.is_permanent, found.retry_after_s) == ("app_busy", False, None)


async def test_the_time_to_wait_is_kept(client: WhatsAppClient, graph: Graph) -> None:
    graph.faults = [Fault(Answer(429, graph_errors.throughput().answer.body, {"Retry-After": "30"}))]
    assert (await refused(client, post())).retry_after_s == 30


@pytest.mark.parametrize("answer", [Answer(200, {}), Answer(200, {"messages": []}), Answer(200, {"messages": [{}]})])
async def test_an_answer_without_an_id_makes_no_sense(answer: Answer, client: WhatsAppClient, graph: Graph) -> None:
    graph.faults = [Fault(answer)]
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("bad_answer", False)


async def test_a_failed_upload_sends_nothing(client: WhatsAppClient, graph: Graph) -> None:
    graph.faults = [Fault(Answer(500))]
    assert (await refused(client, post("x", picture=CHART))).code == "app_busy"
    assert graph.sent == []


async def test_a_server_that_hangs_is_left(
    client: WhatsAppClient, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.http.TIMEOUT_S", 0.3)
    graph.faults = [Fault(hang_s=0.6, is_cut=True)]
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("timeout", False)


async def test_a_cut_connection_and_nobody_there(client: WhatsAppClient, graph: Graph) -> None:
    graph.faults = [Fault(is_cut=True)]
    assert (await refused(client, post())).code == "no_connection"
    lost = make_client(f"http://127.0.0.1:{free_port()}/v25.0")
    assert (await refused(lost, post())).code == "no_connection"
    await lost.close()


async def test_one_person_gets_one_message_in_six_seconds(client: WhatsAppClient, graph: Graph) -> None:
    await client.send(post())
    started = time.monotonic()
    with pytest.raises(PutOff) as caught:
        await client.send(post())
    assert time.monotonic() - started < 1
    assert 5 < caught.value.seconds <= 6
    await client.send(post(to="16505559999"))
    assert len(graph.sent) == 2


async def test_the_token_is_in_no_address(client: WhatsAppClient, graph: Graph) -> None:
    await client.send(post("x", picture=CHART))
    assert [WHATSAPP_TOKEN in request.path + request.query for request in graph.requests] == [False, False]
