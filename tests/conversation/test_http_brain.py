"""The client of the brain, against a real HTTP server that misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from bot.conversation.brain import ATTEMPTS, HttpBrain
from bot.errors import BrainUnavailable
from bot.types import PatientTurn
from bot.vocabulary import QUIET_TURNS
from tests.conversation.scripted_brain import answer_to
from tests.product import free_port

pytestmark = pytest.mark.anyio

SECRET = "a-secret-of-the-test-with-32-characters"
MARKER = "zanzibar"
TURN = PatientTurn("a-conversation", "7", f"Does it hurt, {MARKER}?", None)
ANSWER = {"envelopes": [answer_to(TURN).to_wire()]}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.brain.PAUSE_S", 0.02)


@contextlib.asynccontextmanager
async def serving(answer: Answer, *, timeout_s: float = 5.0) -> AsyncIterator[HttpBrain]:
    """A client of a server that answers every request with `answer`."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    brain = HttpBrain(f"http://127.0.0.1:{port}", SECRET, timeout_s=timeout_s)
    try:
        yield brain
    finally:
        await brain.close()
        await runner.cleanup()


def says(body: Any, status: int = 200) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return answer


async def test_the_answer_of_the_brain_comes_back_whole() -> None:
    seen: dict[str, Any] = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        seen.update(path=request.path, secret=request.headers["Authorization"], body=await request.json())
        return web.json_response(ANSWER)

    async with serving(answer) as brain:
        assert await brain.answer(TURN) == [answer_to(TURN)]
    assert (seen["path"], seen["secret"]) == ("/turn", f"Bearer {SECRET}")
    assert seen["body"] == {
        "conversation_id": "a-conversation",
        "turn_id": "7",
        "after_flag": False,
        "is_waiting": False,
        "after_others": False,
        "text": TURN.text,
        "payload": None,
    }


async def test_a_brain_that_is_just_starting_again_is_asked_again_with_the_same_turn() -> None:
    turns: list[Any] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        turns.append(await request.json())
        return web.json_response(
            ANSWER if len(turns) == ATTEMPTS else {}, status=200 if len(turns) == ATTEMPTS else 503
        )

    async with serving(answer) as brain:
        assert len(await brain.answer(TURN)) == 1
    assert len(turns) == ATTEMPTS
    assert all(turn == turns[0] for turn in turns)


async def _refusal(answer: Answer) -> BrainUnavailable:
    async with serving(answer) as brain:
        with pytest.raises(BrainUnavailable) as caught:
            await brain.answer(TURN)
    return caught.value


async def test_a_refusal_is_an_unavailable_brain() -> None:
    statuses = (204, 302, 400, 401, 404, 500, 503)
    refusals = await asyncio.gather(*(_refusal(says({"error": MARKER}, status)) for status in statuses))
    for status, refusal in zip(statuses, refusals, strict=True):
        assert str(status) in str(refusal)
        assert MARKER not in str(refusal)


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        7,
        {},
        {"envelopes": None},
        {"envelopes": []},
        {"envelopes": "text"},
        {"envelopes": {"kind": "answer"}},
        {"envelopes": [None]},
        {"envelopes": [{}]},
        {"envelopes": [{"kind": "answer", "text": f"No card, {MARKER}."}]},
        {"envelopes": [{"kind": "unheard", "text": "Hello."}]},
        {"envelopes": [{"kind": "smalltalk", "text": "  "}]},
        {"envelopes": [{"kind": "smalltalk", "text": None}]},
        {"envelopes": [{"kind": "smalltalk", "text": "Hello.", "topics": None}]},
        {"envelopes": [{"kind": "smalltalk", "text": "Hello.", "buttons": [7]}]},
        {"envelopes": [{"kind": "smalltalk", "text": "Hello.", "sources": ["https://example.org"]}]},
        {"envelopes": [{"kind": "smalltalk", "text": "Hello.", "media": [7]}]},
    ],
)
async def test_an_answer_of_another_shape_is_an_unavailable_brain(body: Any) -> None:
    assert MARKER not in str(await _refusal(says(body)))


GARBAGE = [
    (b"<html>zanzibar</html>", "text/html"),
    (b"{not json, zanzibar", "application/json"),
    (b"\xff\xfe\x00\x80", "application/json"),
    (b"", "application/json"),
]


async def test_garbage_is_an_unavailable_brain() -> None:
    def answering(body: bytes, content_type: str) -> Answer:
        async def answer(request: web.Request) -> web.StreamResponse:
            return web.Response(body=body, headers={"Content-Type": content_type})

        return answer

    refusals = await asyncio.gather(*(_refusal(answering(*garbage)) for garbage in GARBAGE))
    assert not [refusal for refusal in refusals if MARKER in str(refusal)]


async def test_a_connection_that_breaks_off_is_an_unavailable_brain() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    async with serving(answer) as brain:
        with pytest.raises(BrainUnavailable, match="can't be reached"):
            await brain.answer(TURN)


async def test_a_brain_that_nobody_runs_is_told_as_unavailable_long_before_the_limit() -> None:
    brain = HttpBrain(f"http://127.0.0.1:{free_port()}", SECRET, timeout_s=8)
    started = time.monotonic()
    with pytest.raises(BrainUnavailable, match="can't be reached"):
        await brain.answer(TURN)
    await brain.close()
    assert time.monotonic() - started < 3


async def test_a_brain_that_hangs_is_given_up_within_the_time_limit() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.json_response(ANSWER)

    async with serving(answer, timeout_s=0.3) as brain:
        started = time.monotonic()
        with pytest.raises(BrainUnavailable, match=r"0\.3 s"):
            await brain.answer(TURN)
        with pytest.raises(BrainUnavailable):
            await brain.check()
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("payload", sorted(QUIET_TURNS))
async def test_silence_is_an_answer_where_nobody_has_asked(payload: str) -> None:
    async with serving(says({"envelopes": []})) as brain:
        assert await brain.answer(PatientTurn("a-conversation", "7", "", payload)) == []


async def test_the_canary_is_asked_once() -> None:
    paths: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        paths.append(f"{request.method} {request.path}")
        return web.json_response({}, status=503)

    async with serving(answer) as brain:
        with pytest.raises(BrainUnavailable):
            await brain.check()
    assert paths == ["GET /ready"]
