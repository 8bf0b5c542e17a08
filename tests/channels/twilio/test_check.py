"""What a clinic is told about its account and its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.twilio.check import check
from bot.channels.twilio.line import SMS, WHATSAPP
from tests.channels.fakes.platform import Answer, Fault, running
from tests.channels.fakes.twilio import ACCOUNT, OURS, TEMPLATE, TOKEN, Twilio, error, hook_of
from tests.channels.mail_server import free_port
from tests.channels.twilio.samples import line

pytestmark = pytest.mark.anyio


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with running(Twilio()) as server:
        yield server


async def _one(twilio: Twilio, **others: Any) -> str:
    (sentence,) = await check(line(SMS, twilio.url, **others))
    return sentence


async def test_all_is_right(twilio: Twilio) -> None:
    assert await check(line(SMS, twilio.url)) == []
    twilio.numbers[OURS]["sms_url"] += "#rc=2&rp=all"
    assert await check(line(SMS, twilio.url)) == []


async def test_of_whatsapp_it_says_where_to_look(twilio: Twilio) -> None:
    (sentence,) = await check(line(WHATSAPP, twilio.url), TEMPLATE)
    assert sentence.startswith("Look at this one yourself")
    assert hook_of(WHATSAPP) in sentence
    wrong, _ = await check(line(WHATSAPP, twilio.url), "back_to_you")
    assert wrong.startswith("MESOGUIDE_TEMPLATE_NAME isn't an id of Twilio's")


async def test_a_wrong_token(twilio: Twilio) -> None:
    sentence = await _one(twilio, token=SecretStr("wrong"))
    assert sentence.startswith("Twilio doesn't let us in. The app refused our key.")
    assert len(twilio.requests) == 1


@pytest.mark.parametrize(
    ("account", "words"),
    [
        ({"status": "suspended"}, "The account at Twilio is suspended."),
        ({"status": "closed"}, "The account at Twilio is closed."),
        ({"status": 7}, "The account at Twilio is not active."),
        ({"type": "Trial"}, "This is a trial account"),
    ],
)
async def test_an_account_that_cannot_write(account: dict[str, Any], words: str, twilio: Twilio) -> None:
    twilio.account |= account
    assert (await _one(twilio)).startswith(words)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"sms_url": "https://demo.twilio.com/welcome/sms/reply"}, f"for incoming messages to {hook_of(SMS)}."),
        ({"sms_url": None}, "Messages don't come here."),
        ({"sms_url": hook_of(SMS) + "/"}, "Messages don't come here."),
        ({"sms_method": "GET"}, "to HTTP POST."),
        ({"sms_application_sid": "AP" + "1" * 32}, "hands its messages to a TwiML app."),
        ({"capabilities": {"voice": True, "sms": False}}, "can't send or receive SMS."),
        ({"capabilities": None}, "can't send or receive SMS."),
    ],
)
async def test_a_number_that_is_set_up_wrong(settings: dict[str, Any], words: str, twilio: Twilio) -> None:
    twilio.numbers[OURS] |= settings
    assert words in await _one(twilio)


async def test_a_number_of_somebody_else(twilio: Twilio) -> None:
    assert (await _one(twilio, number=OURS[:-1])).startswith("MESOGUIDE_TWILIO_SMS_FROM isn't a number of this account")
    assert twilio.requests[-1].query == f"PhoneNumber=%2B{OURS[1:-1]}"


@pytest.mark.parametrize("body", [{}, {"incoming_phone_numbers": 5}, {"incoming_phone_numbers": [None, {}]}])
async def test_a_list_of_another_shape(body: dict[str, Any], twilio: Twilio) -> None:
    twilio.faults = [Fault(), Fault(Answer(200, body))]
    assert (await _one(twilio)).startswith("MESOGUIDE_TWILIO_SMS_FROM isn't")


async def test_a_number_that_cannot_be_looked_up(twilio: Twilio) -> None:
    twilio.faults = [Fault(), Fault(error(429, 20429, "Too Many Requests"))]
    assert await _one(twilio) == "The number can't be looked up. " + (
        "The app has no room for more messages just now. That should pass."
    )


async def test_no_public_address(twilio: Twilio) -> None:
    first, *_ = await check(line(SMS, twilio.url, public_url=""))
    assert first.startswith("MESOGUIDE_PUBLIC_URL is empty.")


async def test_nobody_answers() -> None:
    (sentence,) = await check(line(SMS, f"http://127.0.0.1:{free_port()}"))
    assert sentence.startswith("Twilio didn't answer. The server can't be reached.")


async def test_nothing_secret_is_said(twilio: Twilio) -> None:
    said = [*await check(line(WHATSAPP, twilio.url)), await _one(twilio, token=SecretStr("wrong-token"))]
    for secret in (TOKEN, "wrong-token", ACCOUNT):
        assert secret not in " ".join(said)
