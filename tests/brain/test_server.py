"""The brain's two routes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.trained import Trained

SECRET = "a-secret-of-the-tests-that-is-long-enough"
RIGHT = {"Authorization": f"Bearer {SECRET}"}
TURN = {"conversation_id": "server-1", "turn_id": "turn-a", "text": "does it hurt?", "payload": None}

Reply = tuple[int, Any]


def call(trained: Trained, work: Callable[[TestClient], Awaitable[Reply]]) -> Reply:
    from bot.brain.server import create_app

    async def served() -> Reply:
        async with TestClient(TestServer(create_app(trained.brain, SECRET))) as client:
            return await work(client)

    return trained.run(served())


def get_ready(trained: Trained, headers: Mapping[str, str]) -> Reply:
    async def work(client: TestClient) -> Reply:
        async with client.get("/ready", headers=headers) as response:
            return response.status, await response.json()

    return call(trained, work)


def post_turn(trained: Trained, body: Any, headers: Mapping[str, str] = RIGHT) -> Reply:
    async def work(client: TestClient) -> Reply:
        content = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with client.post("/turn", headers=headers, **content) as response:
            return response.status, await response.json()

    return call(trained, work)


@pytest.mark.parametrize(
    "given", ["", SECRET, "Bearer ", "Bearer wrong", f"bearer {SECRET}", f"Bearer {SECRET} ", "Bearer ü"]
)
def test_nobody_gets_in_without_the_secret(trained: Trained, given: str) -> None:
    headers = {"Authorization": given} if given else {}
    assert get_ready(trained, headers)[0] == 401
    assert post_turn(trained, TURN, headers) == (401, {"error": "wrong or missing secret"})


def test_the_brain_is_ready_once_a_plain_question_is_understood(trained: Trained) -> None:
    assert get_ready(trained, RIGHT) == (200, {"status": "ready"})


def test_a_turn_gets_its_envelopes_with_the_payloads_of_their_buttons(trained: Trained) -> None:
    status, body = post_turn(trained, TURN)
    assert status == 200
    (envelope,) = body["envelopes"]
    assert envelope["card_ids"] == ["pain.general"]
    assert all(button["payload"].startswith("/") for button in envelope["buttons"])
    assert envelope["buttons"]


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", [], {}, "text", TURN | {"sender": "x"}, {"text": "hello"}])
def test_a_turn_of_the_wrong_shape_is_refused(trained: Trained, body: Any) -> None:
    assert post_turn(trained, body)[0] == 400
