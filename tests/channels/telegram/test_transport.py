from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from bot.channels.parts import Choice, Part, Picture, Post
from bot.channels.telegram.limits import LIMITS
from bot.channels.telegram.transport import TelegramClient
from bot.errors import ChatGone, DeliveryError, PutOff
from tests.channels.fakes.platform import Answer, Fault
from tests.channels.fakes.telegram import PNG, TOKEN, Sent, Telegram, too_many
from tests.channels.mail_server import free_port

pytestmark = pytest.mark.anyio
PICTURE = Picture(PNG + b"rest", "A chart", "https://chat.clinic.example/charts/1.png")


@pytest.fixture
async def client(telegram: Telegram) -> AsyncIterator[TelegramClient]:
    one = TelegramClient(telegram.url, SecretStr(TOKEN))
    yield one
    await one.close()


def post(text: str = "Hello", *choices: Choice, to: str = "42", picture: Picture | None = None) -> Post:
    return Post(to, Part(text, choices, picture=picture), "a-key")


async def failed(client: TelegramClient, one: Post | None = None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await client.send(one or post())
    assert TOKEN not in str(caught.value)
    return caught.value


async def failed_with(client: TelegramClient, telegram: Telegram, answer: Answer) -> tuple[str, bool, float | None]:
    telegram.faults = [Fault(answer)]
    error = await failed(client)
    return error.code, error.is_permanent, error.retry_after_s


async def test_a_text_with_buttons_arrives_as_it_should_look(client: TelegramClient, telegram: Telegram) -> None:
    text = '<b>Does it hurt?</b> A &lt;little. <a href="https://example.org/?a=1&amp;b=2">Source</a>'
    choices = (Choice("More", "b1"), Choice("Talk to our team", "b2", "is not shown"))
    assert await client.send(post(text, *choices)) == "1"
    assert telegram.sent == [
        Sent("42", "Does it hurt? A <little. Source", text, (("More", "b1"), ("Talk to our team", "b2")))
    ]
    sent = telegram.requests[0].json
    assert [len(row) for row in sent["reply_markup"]["inline_keyboard"]] == [1, 1]
    assert sent["link_preview_options"] == {"is_disabled": True}


async def test_without_choices_there_is_no_keyboard(client: TelegramClient, telegram: Telegram) -> None:
    await client.send(post())
    assert "reply_markup" not in telegram.requests[0].json


async def test_a_picture_goes_with_its_caption(client: TelegramClient, telegram: Telegram) -> None:
    await client.send(post("A <b>full</b> course", picture=PICTURE))
    await client.send(post("", to="43", picture=PICTURE))
    first, second = telegram.sent
    assert first == Sent("42", "A full course", "A <b>full</b> course", picture=PICTURE.png)
    assert (second.text, second.picture) == ("", PICTURE.png)


async def test_the_limits_are_telegrams(client: TelegramClient, telegram: Telegram) -> None:
    fits = "😀" * (LIMITS.text_with_buttons // 2)
    choices = [Choice("x" * LIMITS.button_title, f"{number:064}") for number in range(LIMITS.buttons)]
    await client.send(post(f"<b>{fits}</b>", *choices))
    await client.send(post("ä" * LIMITS.caption, to="43", picture=PICTURE))
    assert (telegram.sent[0].text, len(telegram.sent[0].buttons)) == (fits, LIMITS.buttons)


@pytest.mark.parametrize(
    "one",
    [
        post("x" * (LIMITS.text + 1)),
        post("x" * (LIMITS.caption + 1), picture=PICTURE),
        post("x", *[Choice("x", "b")] * (LIMITS.buttons + 1)),
        post("x", Choice("x", "b" * 65)),
        post("x", Choice("", "b")),
        post("a < b"),
        post("<p>x</p>"),
        post("<b>x"),
        post(" "),
        post("x", picture=Picture(b"", "", "")),
        post("x", picture=Picture(b"no picture", "", "")),
    ],
    ids=range(11),
)
async def test_what_telegram_refuses_is_given_up(one: Post, client: TelegramClient, telegram: Telegram) -> None:
    error = await failed(client, one)
    assert (error.code, error.is_permanent, telegram.sent) == ("app_refused", True, [])


async def test_a_chat_that_nobody_knows_is_given_up(client: TelegramClient) -> None:
    error = await failed(client, post(to="99"))
    assert (error.code, error.is_permanent) == ("no_such_chat", True)


GONE = ("bot was blocked by the user", "user is deactivated", "bot can't initiate conversation with a user")


@pytest.mark.parametrize("why", GONE)
async def test_who_wants_no_more_gets_no_more(why: str, client: TelegramClient, telegram: Telegram) -> None:
    telegram.blocked["42"] = why
    assert isinstance(await failed(client), ChatGone)


async def test_another_403_is_no_farewell(client: TelegramClient, telegram: Telegram) -> None:
    telegram.blocked["42"] = "bots can't send messages to bots"
    assert (await failed(client)).code == "app_refused"
    assert await failed_with(client, telegram, Answer(403, {})) == ("bad_answer", False, None)


@pytest.mark.parametrize("token", [TOKEN + "x", "nonsense"])
async def test_a_wrong_token_is_said(token: str, telegram: Telegram) -> None:
    client = TelegramClient(telegram.url, SecretStr(token))
    error = await failed(client)
    await client.close()
    assert (error.code, error.is_permanent) == ("bad_token", True)


async def test_telegram_says_how_long_to_wait(client: TelegramClient, telegram: Telegram) -> None:
    assert await failed_with(client, telegram, too_many(17)) == ("app_busy", False, 17.0)
    assert await failed_with(client, telegram, Answer(429, {}, {"Retry-After": "5"})) == ("app_busy", False, 5.0)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_its_own_troubles_pass(status: int, client: TelegramClient, telegram: Telegram) -> None:
    assert await failed_with(client, telegram, Answer(status, {})) == ("app_busy", False, None)


@pytest.mark.parametrize("body", [{}, {"ok": True}, {"ok": True, "result": True}, {"result": {"message_id": "1"}}])
async def test_an_answer_of_somebody_else_is_none(
    body: dict[str, object], client: TelegramClient, telegram: Telegram
) -> None:
    assert await failed_with(client, telegram, Answer(200, body)) == ("bad_answer", False, None)


async def test_a_server_that_hangs_is_left(
    client: TelegramClient, telegram: Telegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.http.TIMEOUT_S", 0.3)
    telegram.faults = [Fault(hang_s=1.0)]
    assert (await failed(client)).code == "timeout"


async def test_a_connection_that_ends_is_tried_again(client: TelegramClient, telegram: Telegram) -> None:
    telegram.faults = [Fault(is_cut=True)]
    error = await failed(client)
    assert (error.code, error.is_permanent) == ("no_connection", False)


async def test_nobody_there_is_tried_again_and_no_log_holds_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = TelegramClient(f"http://127.0.0.1:{free_port()}", SecretStr(TOKEN))
    error = await failed(client, post("swollen"))
    await client.close()
    assert error.code == "no_connection"
    assert [text for text in (TOKEN, "swollen") if text in caplog.text] == []


async def test_one_chat_gets_one_message_a_second_and_others_do_not_wait(
    client: TelegramClient, telegram: Telegram
) -> None:
    start = time.monotonic()
    await asyncio.gather(client.send(post()), client.send(post(to="43")))
    assert time.monotonic() - start < 0.9
    await client.send(post())
    assert time.monotonic() - start > 0.9
    assert len(telegram.sent) == 3
    found = await asyncio.gather(*(client.send(post()) for _ in range(5)), return_exceptions=True)
    assert any(isinstance(one, PutOff) for one in found)
