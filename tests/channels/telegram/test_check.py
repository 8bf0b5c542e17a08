"""`check` and `register`, against the fake server."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.channels.telegram.app import make_app
from bot.channels.telegram.check import check, register
from bot.channels.telegram.webhook import UPDATES
from bot.privacy.cipher import new_key
from bot.settings import Settings
from tests.channels.fakes.platform import Answer, Fault
from tests.channels.fakes.telegram import TOKEN, Telegram
from tests.channels.mail_server import free_port
from tests.channels.telegram.updates import SECRET

pytestmark = pytest.mark.anyio
PUBLIC = "https://chat.clinic.example"
Make = Callable[..., Settings]


@pytest.fixture
def settings(telegram: Telegram) -> Make:
    def make(**others: Any) -> Settings:
        own = {"telegram_token": TOKEN, "telegram_secret": SECRET, "telegram_api": telegram.url, "public_url": PUBLIC}
        return Settings(_env_file=None, data_key=new_key(), brain_secret=new_key(), **{**own, **others})

    return make


async def test_registering_makes_all_right(settings: Make, telegram: Telegram) -> None:
    (sentence,) = await check(settings())
    assert sentence.startswith("Telegram doesn't know yet where to send messages. Run ")
    assert await register(settings()) == []
    assert telegram.webhook["url"] == f"{PUBLIC}/webhooks/telegram"
    assert telegram.secret == SECRET
    assert set(telegram.webhook["allowed_updates"]) == set(UPDATES)
    assert await check(settings()) == []
    assert await register(settings()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "https://old.example/secret-path"}, "Telegram sends messages to another address than https://chat"),
        ({"allowed_updates": ["message", "edited_message"]}, "Telegram sends more or less than the bot needs."),
        ({"allowed_updates": None}, "Telegram sends more or less than the bot needs."),
        ({"pending_update_count": 57}, "57 messages of patients wait at Telegram."),
    ],
)
async def test_each_thing_that_is_wrong_is_said(
    change: dict[str, Any], said: str, settings: Make, telegram: Telegram
) -> None:
    await register(settings())
    telegram.webhook |= change
    (sentence,) = await check(settings())
    assert sentence.startswith(said)
    assert "secret-path" not in sentence


ERRORS = {
    "Wrong response from the webhook: 403 Forbidden": "didn't accept Telegram's secret",
    "Wrong response from the webhook: 404 Not Found": "Nothing is at /webhooks/telegram",
    "Wrong response from the webhook: 502 Bad Gateway": "answered with an error",
    "SSL error {error:0A000086:SSL routines::certificate verify failed}": "The encrypted connection failed",
    "Failed to resolve host: No address associated with hostname": "isn't known to the internet",
    "Connection timed out": "took too long",
    "Read timeout expired": "took too long",
    "Connection refused": "can't connect to our server",
    "Webhook connection closed": "can't connect to our server",
    "Something new at https://canary.example": "Telegram doesn't say more.",
}


@pytest.mark.parametrize("error", ERRORS)
async def test_the_last_error_is_said_in_our_words(error: str, settings: Make, telegram: Telegram) -> None:
    await register(settings())
    telegram.webhook |= {"last_error_message": error, "last_error_date": int(time.time()) - 60}
    (sentence,) = await check(settings())
    assert ERRORS[error] in sentence
    assert error not in sentence
    assert "canary" not in sentence


async def test_what_has_passed_and_what_is_on_its_way_is_not_wrong(settings: Make, telegram: Telegram) -> None:
    await register(settings())
    at = int(time.time()) - 3 * 24 * 3600
    telegram.webhook |= {"last_error_message": "Connection timed out", "last_error_date": at, "pending_update_count": 2}
    assert await check(settings()) == []


@pytest.mark.parametrize("do", [check, register])
async def test_a_wrong_token_is_said_without_the_token(do: Any, settings: Make) -> None:
    (sentence,) = await do(settings(telegram_token=TOKEN + "x"))
    assert sentence.startswith("Telegram doesn't know the token.")
    assert TOKEN not in sentence


@pytest.mark.parametrize("do", [check, register])
@pytest.mark.parametrize("public_url", ["", "http://localhost:8080"])
async def test_without_a_public_address_nothing_is_asked(
    public_url: str, do: Any, settings: Make, telegram: Telegram
) -> None:
    (sentence,) = await do(settings(public_url=public_url))
    assert sentence.startswith("MESOGUIDE_PUBLIC_URL must be")
    assert telegram.requests == []


async def test_an_address_that_telegram_does_not_take_is_said(settings: Make, telegram: Telegram) -> None:
    (sentence,) = await register(settings(public_url=f"{PUBLIC}:8444"))
    assert sentence.endswith("on port 443, 80, 88 or 8443.")
    assert telegram.webhook["url"] == ""


@pytest.mark.parametrize("do", [check, register])
async def test_a_telegram_that_is_down_or_absent_is_said(do: Any, settings: Make, telegram: Telegram) -> None:
    telegram.faults = [Fault(Answer(502))]
    (sentence,) = await do(settings())
    assert sentence == "Telegram didn't take it. The app has no room for more messages just now. That should pass."
    (sentence,) = await do(settings(telegram_api=f"http://127.0.0.1:{free_port()}"))
    assert sentence.startswith("Telegram didn't take it. The server can't be reached.")


@pytest.mark.parametrize("info", [None, [], {"ok": True, "result": []}, {"ok": True, "result": {"url": 5}}])
async def test_odd_answers_are_said_to_be_odd(info: Any, settings: Make, telegram: Telegram) -> None:
    telegram.faults = [Fault(), Fault(Answer(200, info))]
    assert len(await check(settings())) == 1


async def test_it_is_off_without_a_token_and_complete_with_one(settings: Make, telegram: Telegram) -> None:
    assert make_app(settings(telegram_token="", telegram_secret="")) is None
    app = make_app(settings())
    assert app is not None
    assert (app.name, app.title, app.template) == ("telegram", "Telegram", None)
    assert len(await app.check()) == 1
    client = app.make_client()
    await client.close()
