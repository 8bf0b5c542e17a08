from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.messenger.limits import LIMITS
from bot.channels.messenger.transport import MessengerClient
from bot.channels.parts import Choice, Part, Picture, Post, Template
from bot.errors import ChatGone, DeliveryError, PutOff
from tests.channels.fakes import graph_errors
from tests.channels.fakes.graph import APP_SECRET, MESSENGER_CHAT, PAGE_TOKEN, Graph
from tests.channels.fakes.platform import Answer, Fault, running

pytestmark = pytest.mark.anyio
PNG = b"\x89PNG\r\n\x1a\n\0\xff\r\r\n\n--" + bytes(range(256))
CHART = Picture(PNG, "Costs", "https://chat.clinic.example/chart.png")


@pytest.fixture
def graph() -> Iterator[Graph]:
    with running(Graph()) as server:
        yield server


@pytest.fixture
async def client(graph: Graph) -> AsyncIterator[MessengerClient]:
    found = MessengerClient(graph.api, SecretStr(PAGE_TOKEN), SecretStr(APP_SECRET))
    yield found
    await found.close()


def post(text: str = "Hello.", **part: Any) -> Post:
    return Post(MESSENGER_CHAT, Part(text, **part), "out-1")


def choices(count: int, *, title: int = 20) -> tuple[Choice, ...]:
    return tuple(Choice(f"{place:0{title}}", f"b{place}") for place in range(count))


async def refused(client: MessengerClient, one: Post) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await client.send(one)
    assert MESSENGER_CHAT not in repr(caught.value)
    assert PAGE_TOKEN not in repr(caught.value)
    return caught.value


async def test_a_text_is_a_response(client: MessengerClient, graph: Graph) -> None:
    assert await client.send(post()) == "m_1"
    assert graph.sent == [
        {"recipient": {"id": MESSENGER_CHAT}, "messaging_type": "RESPONSE", "message": {"text": "Hello."}}
    ]


async def test_buttons_are_quick_replies(client: MessengerClient, graph: Graph) -> None:
    await client.send(post("Go on?", choices=(Choice("Yes", "b1"), Choice("No", "b2"))))
    assert graph.sent[0]["message"]["quick_replies"] == [
        {"content_type": "text", "title": "Yes", "payload": "b1"},
        {"content_type": "text", "title": "No", "payload": "b2"},
    ]


async def test_a_picture_goes_as_a_file(client: MessengerClient, graph: Graph) -> None:
    assert await client.send(post("", picture=CHART)) == "m_1"
    assert graph.pictures == [PNG]
    assert graph.sent[0]["message"] == {"attachment": {"type": "image", "payload": {"is_reusable": False}}}


async def test_staff_may_write_later_and_nobody_else(client: MessengerClient, graph: Graph) -> None:
    graph.closed = {MESSENGER_CHAT}
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("window_over", True)
    await client.send(replace(post(), is_by_staff_late=True))
    await client.send(replace(post("", picture=CHART), is_by_staff_late=True))
    assert [(one["messaging_type"], one["tag"]) for one in graph.sent] == [("MESSAGE_TAG", "HUMAN_AGENT")] * 2
    graph.long_closed = {MESSENGER_CHAT}
    assert (await refused(client, replace(post(), is_by_staff_late=True))).code == "window_over"


LONGEST = [
    post("a" * LIMITS.text),
    post("\U0001f600" * (LIMITS.text // 2)),
    post("a" * LIMITS.text_with_buttons, choices=choices(LIMITS.buttons, title=LIMITS.button_title)),
]
TOO_MUCH = [
    post("a" * (LIMITS.text + 1)),
    post(""),
    post(choices=choices(LIMITS.buttons + 1)),
    post(choices=choices(1, title=LIMITS.button_title + 1)),
]
UNKNOWN_HERE = [
    post("a caption", picture=CHART),
    replace(post(), template=Template("hello_again", "en", "Hello again.")),
]


@pytest.mark.parametrize("one", LONGEST)
async def test_what_the_limits_allow_is_taken(one: Post, client: MessengerClient, graph: Graph) -> None:
    await client.send(one)
    assert len(graph.sent) == 1


@pytest.mark.parametrize("one", TOO_MUCH)
async def test_what_goes_beyond_the_limits_is_refused(one: Post, client: MessengerClient, graph: Graph) -> None:
    error = await refused(client, one)
    assert (error.code, error.is_permanent, graph.sent) == ("app_refused", True, [])


@pytest.mark.parametrize("one", UNKNOWN_HERE)
async def test_words_are_never_left_behind(one: Post, client: MessengerClient, graph: Graph) -> None:
    error = await refused(client, one)
    assert (error.code, error.is_permanent, graph.requests) == ("app_refused", True, [])


async def test_a_block_is_a_chat_that_is_gone(client: MessengerClient, graph: Graph) -> None:
    graph.gone = {MESSENGER_CHAT}
    assert isinstance(await refused(client, post()), ChatGone)


async def test_somebody_whom_messenger_does_not_know(client: MessengerClient, graph: Graph) -> None:
    graph.strangers = {MESSENGER_CHAT}
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("no_such_chat", True)


async def test_a_bad_token_and_one_without_the_permission(client: MessengerClient, graph: Graph) -> None:
    graph.tokens[PAGE_TOKEN]["is_valid"] = False
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("bad_token", True)
    graph.faults = [Fault(graph_errors.no_permission().answer)]
    assert (await refused(client, post())).code == "bad_token"


@pytest.mark.parametrize(
    "answer",
    [
        graph_errors.page_limit().answer,
        Answer(429, {}, {"Retry-After": "30"}),
        Answer(500),
        graph_errors.trouble_at_meta().answer,
    ],
)
async def test_limits_and_trouble_at_meta_pass(answer: Answer, client: MessengerClient, graph: Graph) -> None:
    graph.faults = [Fault(answer)]
    error = await refused(client, post())
    wait_s = 30 if answer.headers else None
    assert (error.code, error.is_permanent, error.retry_after_s) == ("app_busy", False, wait_s)


async def test_an_answer_without_an_id_makes_no_sense(client: MessengerClient, graph: Graph) -> None:
    graph.faults = [Fault(Answer(200, {"recipient_id": MESSENGER_CHAT}))]
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("bad_answer", False)


async def test_a_server_that_hangs_or_cuts(
    client: MessengerClient, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.http.TIMEOUT_S", 0.3)
    graph.faults = [Fault(is_cut=True), Fault(hang_s=0.6, is_cut=True)]
    assert (await refused(client, post())).code == "no_connection"
    error = await refused(client, post())
    assert (error.code, error.is_permanent) == ("timeout", False)


async def test_one_chat_gets_no_burst(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.messenger.transport.CHAT_S", 60.0)
    client = MessengerClient(graph.api, SecretStr(PAGE_TOKEN), SecretStr(APP_SECRET))
    await client.send(post())
    with pytest.raises(PutOff):
        await client.send(post())
    await client.close()
    assert len(graph.sent) == 1
