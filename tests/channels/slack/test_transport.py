from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.load import SLACK
from bot.channels.reasons import in_words
from bot.channels.trial import TEXT, trial_body
from bot.errors import DeliveryError
from bot.store.outbox import Outgoing
from tests.channels.fakes.platform import Answer, Fault, running
from tests.channels.fakes.slack import CHANNEL, TOKEN, Slack
from tests.channels.mail_server import free_port
from tests.channels.samples import leased, slacker
from tests.store.samples import NOW

pytestmark = pytest.mark.anyio
LINK = "https://chat.clinic.example/console/conversations/abc"


@pytest.fixture
def slack() -> Iterator[Slack]:
    with running(Slack()) as server:
        yield server


def alert(**others: Any) -> Outgoing:
    body = {"text": "Urgent: Patient 7F2C is waiting", "details": ["Priority: urgent", "Why: asked"], "url": LINK}
    return Outgoing("a", "a", SLACK, {**body, **others})


async def refused(url: str, **others: Any) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await slacker(url, **others).send(leased(alert()))
    assert TOKEN not in str(caught.value)
    assert in_words(caught.value.code)[-1] in ".?"
    return caught.value


async def failed_with(slack: Slack, answer: Answer) -> tuple[str, bool, float | None]:
    slack.faults = [Fault(answer)]
    error = await refused(slack.url)
    return error.code, error.is_permanent, error.retry_after_s


async def test_an_alert_is_one_section_with_a_link(slack: Slack) -> None:
    await slacker(slack.url).send(leased(alert()))
    (post,) = slack.posts
    assert slack.shown == [
        f"*Urgent: Patient 7F2C is waiting*\nPriority: urgent\nWhy: asked\n<{LINK}|Open the conversation>"
    ]
    assert (post["channel"], post["text"]) == (CHANNEL, "Urgent: Patient 7F2C is waiting")
    assert (post["unfurl_links"], post["unfurl_media"], post["blocks"][0]["text"]["verbatim"]) == (False, False, True)


async def test_nothing_is_clicked_that_a_server_would_have_to_answer(slack: Slack) -> None:
    await slacker(slack.url).send(leased(alert()))
    assert {block["type"] for block in slack.posts[0]["blocks"]} == {"section"}


async def test_a_test_has_no_link(slack: Slack) -> None:
    await slacker(slack.url).send(leased(Outgoing("a", "a", SLACK, trial_body(SLACK, NOW))))
    assert slack.shown == [f"*{TEXT}*"]


async def test_no_text_calls_people_or_makes_links(slack: Slack) -> None:
    await slacker(slack.url).send(leased(alert(text="<!channel> & <https://x.example|y>", details=["<@U1>"])))
    assert slack.shown[0].startswith("*&lt;!channel&gt; &amp; &lt;https://x.example|y&gt;*\n&lt;@U1&gt;\n")
    assert "<" not in slack.posts[0]["text"]


async def test_a_long_one_is_cut_before_its_link(slack: Slack) -> None:
    await slacker(slack.url).send(leased(alert(details=["x" * 5000])))
    assert len(slack.shown[0]) == 3000
    assert slack.shown[0].endswith(f"x\n<{LINK}|Open the conversation>")


MENDABLE = [
    ({"token": "xoxb-wrong"}, "slack_token"),
    ({"channel": "C9999999999"}, "slack_channel"),
    ({"channel": "C0000000002"}, "slack_channel"),
    ({"channel": "C0000000001"}, "slack_invite"),
]


@pytest.mark.parametrize(("others", "code"), MENDABLE)
async def test_what_a_clinic_can_mend_is_said_and_waits(others: dict[str, str], code: str, slack: Slack) -> None:
    error = await refused(slack.url, **others)
    assert (error.code, error.is_permanent, error.retry_after_s) == (code, False, 600.0)


async def test_a_missing_scope_is_said(slack: Slack) -> None:
    slack.scopes.clear()
    assert (await refused(slack.url)).code == "slack_rights"


async def test_what_slack_never_takes_is_given_up(slack: Slack) -> None:
    answer = Answer(200, {"ok": False, "error": "invalid_blocks"})
    assert await failed_with(slack, answer) == ("app_refused", True, None)


async def test_slack_says_how_long_to_wait(slack: Slack) -> None:
    limited = Answer(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "30"})
    assert await failed_with(slack, limited) == ("app_busy", False, 30.0)
    assert await failed_with(slack, Answer(429, {}, {"Retry-After": "7"})) == ("app_busy", False, 7.0)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_its_own_troubles_pass(status: int, slack: Slack) -> None:
    assert await failed_with(slack, Answer(status, {})) == ("app_busy", False, None)
    assert await failed_with(slack, Answer(200, {"ok": False, "error": "internal_error"})) == ("app_busy", False, None)


@pytest.mark.parametrize("body", [{}, [], ["ok"], {"ok": False}, "ok", None])
async def test_an_answer_of_somebody_else_is_none(body: Any, slack: Slack) -> None:
    assert await failed_with(slack, Answer(200, body)) == ("bad_answer", False, None)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "text/html"])
@pytest.mark.parametrize(("status", "code"), [("200 OK", "bad_answer"), ("502 Bad Gateway", "app_busy")])
async def test_a_page_is_no_answer(status: str, code: str, kind: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: 6\r\n\r\n<html>"
        writer.write(head.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        error = await refused(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    assert (error.code, error.is_permanent) == (code, False)


async def test_a_server_that_hangs_is_left(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.slack.transport.TIMEOUT_S", 0.3)
    slack.faults = [Fault(hang_s=1.0)]
    assert (await refused(slack.url)).code == "timeout"


async def test_a_connection_that_ends_is_left_to_the_courier(slack: Slack) -> None:
    slack.faults = [Fault(is_cut=True)]
    error = await refused(slack.url)
    assert (error.code, error.is_permanent, len(slack.requests)) == ("no_connection", False, 1)


async def test_nobody_there_and_no_tls(slack: Slack) -> None:
    assert (await refused(f"http://127.0.0.1:{free_port()}")).code == "no_connection"
    assert (await refused(slack.url.replace("http:", "https:"))).code == "tls"


async def test_the_environments_proxy_is_not_asked(slack: Slack, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    await slacker(slack.url).send(leased(alert()))
    assert len(slack.posts) == 1


async def test_no_log_holds_the_token_or_the_words(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await slacker(slack.url).send(leased(alert()))
    await refused(slack.url, channel="C9999999999")
    assert [words for words in (TOKEN, CHANNEL, "Patient 7F2C", LINK) if words in caplog.text] == []
