"""What both clients of Meta keep to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.channels.messenger.limits import LIMITS as MESSENGER
from bot.channels.parts import Choice, Client, Post, Template
from bot.channels.whatsapp.limits import LIMITS as WHATSAPP
from tests.channels.fakes import graph_errors
from tests.channels.fakes.graph import Graph
from tests.channels.fakes.platform import Answer, Fault
from tests.channels.graph.sending import CHART, CHATS, TOKENS, both, choices, make_client, post, refused
from tests.channels.mail_server import free_port

pytestmark = pytest.mark.anyio
ODD = "\U0001f600"


@pytest.fixture
async def client(name: str, graph: Graph) -> AsyncIterator[Client]:
    found = make_client(name, graph.api)
    yield found
    await found.close()


LONGEST = {
    "whatsapp": [
        post("whatsapp", "a" * WHATSAPP.text),
        post("whatsapp", ODD * (WHATSAPP.text // 2)),
        post(
            "whatsapp", "a" * WHATSAPP.text_with_buttons, choices=choices(WHATSAPP.buttons, title=WHATSAPP.button_title)
        ),
        post(
            "whatsapp",
            "a" * WHATSAPP.text_with_rows,
            choices=choices(WHATSAPP.rows, title=WHATSAPP.row_title, description="d" * WHATSAPP.row_description),
            is_list=True,
        ),
        post("whatsapp", "a" * WHATSAPP.caption, picture=CHART),
    ],
    "messenger": [
        post("messenger", "a" * MESSENGER.text),
        post("messenger", ODD * (MESSENGER.text // 2)),
        post(
            "messenger",
            "a" * MESSENGER.text_with_buttons,
            choices=choices(MESSENGER.buttons, title=MESSENGER.button_title),
        ),
    ],
}
TOO_MUCH = {
    "whatsapp": [
        post("whatsapp", "a" * (WHATSAPP.text + 1)),
        post("whatsapp", ""),
        post("whatsapp", "a" * (WHATSAPP.text_with_buttons + 1), choices=choices(1)),
        post("whatsapp", choices=choices(WHATSAPP.buttons + 1)),
        post("whatsapp", choices=choices(1, title=WHATSAPP.button_title + 1)),
        post("whatsapp", choices=(Choice("Same", "b1"), Choice("Same", "b2"))),
        post("whatsapp", choices=choices(WHATSAPP.rows + 1), is_list=True),
        post("whatsapp", choices=choices(1, title=WHATSAPP.row_title + 1), is_list=True),
        post("whatsapp", choices=choices(1, description="d" * (WHATSAPP.row_description + 1)), is_list=True),
        post("whatsapp", "a" * (WHATSAPP.caption + 1), picture=CHART),
    ],
    "messenger": [
        post("messenger", "a" * (MESSENGER.text + 1)),
        post("messenger", ""),
        post("messenger", choices=choices(MESSENGER.buttons + 1)),
        post("messenger", choices=choices(1, title=MESSENGER.button_title + 1)),
    ],
}


def each(posts: dict[str, list[Post]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("name", "one"), [(name, one) for name, some in posts.items() for one in some])


@each(LONGEST)
async def test_what_the_limits_allow_is_taken(one: Post, client: Client, graph: Graph) -> None:
    await client.send(one)
    assert len(graph.sent) == 1


@each(TOO_MUCH)
async def test_what_goes_beyond_the_limits_is_refused(one: Post, client: Client, graph: Graph) -> None:
    error = await refused(client, one)
    assert (error.code, error.is_permanent, graph.sent) == ("app_refused", True, [])


@both
async def test_after_the_window_nothing_goes(name: str, client: Client, graph: Graph) -> None:
    graph.closed = {CHATS[name]}
    error = await refused(client, post(name))
    assert (error.code, error.is_permanent) == ("window_over", True)


@both
async def test_somebody_whom_meta_does_not_know(name: str, client: Client, graph: Graph) -> None:
    graph.strangers = {CHATS[name]}
    error = await refused(client, post(name))
    assert (error.code, error.is_permanent) == ("no_such_chat", True)


@both
async def test_a_token_of_nobody_and_one_that_is_over(name: str, client: Client, graph: Graph) -> None:
    stranger = make_client(name, graph.api, token="EAAGexpired")
    errors = [await refused(stranger, post(name))]
    await stranger.close()
    graph.tokens[TOKENS[name]]["is_valid"] = False
    errors.append(await refused(client, post(name)))
    assert [(error.code, error.is_permanent) for error in errors] == [("bad_token", True)] * 2


@both
async def test_a_token_without_the_permission(name: str, client: Client, graph: Graph) -> None:
    graph.faults = [Fault(graph_errors.no_permission().answer)]
    assert (await refused(client, post(name))).code == "bad_token"


@both
async def test_the_secret_of_another_app_is_noticed(name: str, graph: Graph) -> None:
    client = make_client(name, graph.api, secret="of another app")
    error = await refused(client, post(name))
    await client.close()
    assert (error.code, graph.sent) == ("app_refused", [])


@both
@pytest.mark.parametrize("answer", [Answer(500), graph_errors.trouble_at_meta().answer])
async def test_trouble_at_meta_passes(answer: Answer, name: str, client: Client, graph: Graph) -> None:
    graph.faults = [Fault(answer)]
    error = await refused(client, post(name))
    assert (error.code, error.is_permanent, error.retry_after_s) == ("app_busy", False, None)


@both
@pytest.mark.parametrize("body", [{}, graph_errors.throughput().answer.body])
async def test_the_time_to_wait_is_kept(body: object, name: str, client: Client, graph: Graph) -> None:
    graph.faults = [Fault(Answer(429, body, {"Retry-After": "30"}))]
    error = await refused(client, post(name))
    assert (error.code, error.is_permanent, error.retry_after_s) == ("app_busy", False, 30)


@both
@pytest.mark.parametrize("body", [{}, {"messages": []}, {"messages": [{}]}, {"recipient_id": "1"}])
async def test_an_answer_without_an_id_makes_no_sense(body: object, name: str, client: Client, graph: Graph) -> None:
    graph.faults = [Fault(Answer(200, body))]
    error = await refused(client, post(name))
    assert (error.code, error.is_permanent) == ("bad_answer", False)


@both
async def test_a_server_that_hangs_is_left(
    name: str, client: Client, graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.http.TIMEOUT_S", 0.3)
    graph.faults = [Fault(hang_s=0.6, is_cut=True)]
    error = await refused(client, post(name))
    assert (error.code, error.is_permanent) == ("timeout", False)


@both
async def test_a_cut_connection_and_nobody_there(name: str, client: Client, graph: Graph) -> None:
    graph.faults = [Fault(is_cut=True)]
    assert (await refused(client, post(name))).code == "no_connection"
    lost = make_client(name, f"http://127.0.0.1:{free_port()}/v25.0")
    assert (await refused(lost, post(name))).code == "no_connection"
    await lost.close()


@both
async def test_the_token_is_in_no_address(name: str, client: Client, graph: Graph) -> None:
    await client.send(post(name, "", picture=CHART))
    assert not any(TOKENS[name] in request.path + request.query for request in graph.requests)
    assert graph.requests


@pytest.mark.parametrize("name", ["messenger"])
@pytest.mark.parametrize(
    "one",
    [
        post("messenger", "a caption", picture=CHART),
        replace(post("messenger"), template=Template("hello_again", "en", "Hello again.")),
    ],
)
async def test_words_are_never_left_behind(one: Post, client: Client, graph: Graph) -> None:
    error = await refused(client, one)
    assert (error.code, error.is_permanent, graph.requests) == ("app_refused", True, [])
