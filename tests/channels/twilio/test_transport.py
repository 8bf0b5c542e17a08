"""The client against a server with Twilio's limits."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from bot.channels.parts import Choice, Part, Picture, Post, Template
from bot.channels.twilio.limits import LIMITS
from bot.channels.twilio.line import SMS, WHATSAPP
from bot.channels.twilio.transport import TwilioClient
from bot.channels.twilio.webhook import TwilioWebhook
from bot.errors import ChatGone, DeliveryError, PutOff
from tests.channels.fakes.platform import Answer, Fault, running
from tests.channels.fakes.twilio import OURS, PATIENT, PREFIX, TEMPLATE, TOKEN, Twilio, error, hook_of, signed
from tests.channels.mail_server import free_port
from tests.channels.twilio.samples import line, post

pytestmark = pytest.mark.anyio
OTHER = "+15550100300"
PICTURE = Picture(b"png", "A chart", "https://chat.clinic.example/charts/1.png")


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    with running(Twilio()) as server:
        yield server


@pytest.fixture
async def texts(twilio: Twilio) -> AsyncIterator[TwilioClient]:
    client = TwilioClient(line(SMS, twilio.url))
    yield client
    await client.close()


@pytest.fixture
async def chats(twilio: Twilio) -> AsyncIterator[TwilioClient]:
    client = TwilioClient(line(WHATSAPP, twilio.url))
    yield client
    await client.close()


async def _refused(client: TwilioClient, one: Post) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await client.send(one)
    return caught.value


async def test_a_text_goes_out(twilio: Twilio, texts: TwilioClient) -> None:
    sid = await texts.send(post("Tut es weh? 🙂\nNein & ja + 50 %"))
    (sent,) = twilio.sent
    assert sent == {
        "From": OURS,
        "To": PATIENT,
        "Body": "Tut es weh? 🙂\nNein & ja + 50 %",
        "StatusCallback": hook_of(SMS),
        "sid": sid,
    }
    assert twilio.requests[0].headers["I-Twilio-Idempotency-Token"] == "k1"


async def test_whatsapp_has_its_prefix_and_its_own_callback(twilio: Twilio, chats: TwilioClient) -> None:
    await chats.send(post())
    (sent,) = twilio.sent
    assert (sent["From"], sent["To"]) == (PREFIX + OURS, PREFIX + PATIENT)
    assert sent["StatusCallback"] == hook_of(WHATSAPP)


async def test_a_picture_goes_by_its_address_with_its_caption(twilio: Twilio, chats: TwilioClient) -> None:
    sid = await chats.send(Post(PATIENT, Part("What it costs", picture=PICTURE), "k"))
    assert sid.startswith("MM")
    assert (twilio.sent[0]["MediaUrl"], twilio.sent[0]["Body"]) == (PICTURE.url, "What it costs")


async def test_a_picture_needs_no_caption(twilio: Twilio, chats: TwilioClient) -> None:
    await chats.send(Post(PATIENT, Part("", picture=PICTURE), "k"))
    assert "Body" not in twilio.sent[0]


async def test_an_sms_has_no_picture(twilio: Twilio, texts: TwilioClient) -> None:
    await texts.send(Post(PATIENT, Part("What it costs", picture=PICTURE), "k"))
    assert "MediaUrl" not in twilio.sent[0]


async def test_a_template_goes_without_a_text(twilio: Twilio, chats: TwilioClient) -> None:
    await chats.send(post("not this", template=Template(TEMPLATE, "en", "We have news.")))
    (sent,) = twilio.sent
    assert (sent["ContentSid"], json.loads(sent["ContentVariables"])) == (TEMPLATE, {})
    assert "Body" not in sent
    gone = await _refused(chats, post(template=Template("HX" + "b" * 32, "en", "")))
    assert (gone.code, gone.is_permanent) == ("bad_template", True)


async def test_the_longest_text_is_what_our_limits_say(twilio: Twilio, texts: TwilioClient) -> None:
    for whole in ("ä" * LIMITS[SMS].text, "🙂" * (LIMITS[SMS].text // 2)):
        await texts.send(post(whole, to=OTHER))
        over = await _refused(texts, post(f"{whole}a", to=OTHER))
        assert (over.code, over.is_permanent) == ("app_refused", True)
    assert len(twilio.sent) == 2


async def test_the_limits_have_no_buttons() -> None:
    for limits in LIMITS.values():
        assert (limits.buttons, limits.rows) == (0, 0)
    assert (LIMITS[SMS].has_pictures, LIMITS[SMS].window) == (False, None)
    assert LIMITS[WHATSAPP].has_pictures


async def test_choices_show_no_payload(twilio: Twilio, texts: TwilioClient) -> None:
    await texts.send(Post(PATIENT, Part("1. Yes", (Choice("Yes", "b1-secret"),)), "k"))
    assert "secret" not in str(twilio.sent)


async def test_a_patient_who_texted_stop_is_gone(twilio: Twilio, texts: TwilioClient) -> None:
    twilio.stopped.add(PATIENT)
    with pytest.raises(ChatGone):
        await texts.send(post())


async def test_a_wrong_token(twilio: Twilio) -> None:
    client = TwilioClient(line(SMS, twilio.url, token=SecretStr("wrong")))
    found = await _refused(client, post())
    await client.close()
    assert (found.code, found.is_permanent) == ("bad_token", True)


async def test_a_number_that_is_none(twilio: Twilio, texts: TwilioClient) -> None:
    found = await _refused(texts, post(to="+1"))
    assert (found.code, found.is_permanent) == ("no_such_chat", True)


@pytest.mark.parametrize("name", [SMS, WHATSAPP])
async def test_a_number_that_is_not_ours(name: str, twilio: Twilio) -> None:
    client = TwilioClient(line(name, twilio.url, number="+15550100999"))
    found = await _refused(client, post())
    await client.close()
    assert (found.code, found.is_permanent) == ("app_refused", True)


async def test_after_the_window_twilio_takes_it_and_tells_later(twilio: Twilio, chats: TwilioClient) -> None:
    twilio.open.clear()
    sid = await chats.send(post())
    batch, _ = TwilioWebhook(line(WHATSAPP)).take(signed(hook_of(WHATSAPP), twilio.reports[0]))
    (receipt,) = batch.receipts
    assert (receipt.remote, receipt.code) == (sid, "window_over")


async def test_who_is_not_in_whatsapp_is_told_later(twilio: Twilio, chats: TwilioClient) -> None:
    twilio.not_in_whatsapp.add(PREFIX + OTHER)
    sid = await chats.send(post(to=OTHER))
    batch, _ = TwilioWebhook(line(WHATSAPP)).take(signed(hook_of(WHATSAPP), twilio.reports[0]))
    assert [(one.remote, one.code) for one in batch.receipts] == [(sid, "no_such_chat")]


async def test_without_a_public_address_there_is_no_callback(twilio: Twilio) -> None:
    client = TwilioClient(line(SMS, twilio.url, public_url=""))
    await client.send(post())
    await client.close()
    assert "StatusCallback" not in twilio.sent[0]


CODES = [
    (401, 20003, "bad_token", True),
    (401, 20999, "bad_token", True),
    (401, 20429, "app_busy", False),
    (429, 99999, "app_busy", False),
    (403, 20003, "bad_token", True),
    (403, 20005, "app_refused", True),
    (429, 20429, "app_busy", False),
    (400, 14107, "app_busy", False),
    (400, 21611, "app_busy", False),
    (400, 63018, "app_busy", False),
    (400, 21610, "chat_gone", True),
    (400, 21211, "no_such_chat", True),
    (400, 21614, "no_such_chat", True),
    (400, 21635, "no_such_chat", True),
    (400, 63003, "no_such_chat", True),
    (400, 63016, "window_over", True),
    (400, 63007, "app_refused", True),
    (400, 21606, "app_refused", True),
    (400, 21408, "app_refused", True),
    (400, 63027, "bad_template", True),
    (500, 20500, "app_busy", False),
    (503, 20503, "app_busy", False),
    (404, 20404, "app_refused", True),
    (400, 99999, "app_refused", True),
]


@pytest.mark.parametrize(("status", "number", "code", "is_permanent"), CODES)
async def test_each_error_has_its_reason(
    status: int, number: int, code: str, is_permanent: bool, twilio: Twilio, texts: TwilioClient
) -> None:
    twilio.faults = [Fault(error(status, number, f"Something about {PATIENT}"))]
    found = await _refused(texts, post())
    assert (found.code, found.is_permanent, twilio.sent) == (code, is_permanent, [])
    assert isinstance(found, ChatGone) is (code == "chat_gone")


@pytest.mark.parametrize("answer", [Answer(502), Answer(500, {"code": None}), Answer(503, {"code": "soon"})])
async def test_a_server_in_trouble_is_tried_again(answer: Answer, twilio: Twilio, texts: TwilioClient) -> None:
    twilio.faults = [Fault(answer)]
    found = await _refused(texts, post())
    assert (found.code, found.is_permanent) == ("app_busy", False)


@pytest.mark.parametrize("answer", [Answer(302, headers={"Location": "/"}), Answer(400), Answer(418, {"code": []})])
async def test_any_other_answer_is_a_refusal(answer: Answer, twilio: Twilio, texts: TwilioClient) -> None:
    twilio.faults = [Fault(answer)]
    found = await _refused(texts, post())
    assert (found.code, found.is_permanent) == ("app_refused", True)


async def test_how_long_to_wait_is_obeyed(twilio: Twilio, texts: TwilioClient) -> None:
    twilio.faults = [Fault(error(429, 20429, "Too Many Requests", **{"Retry-After": "7"}))]
    found = await _refused(texts, post())
    assert (found.code, found.is_permanent, found.retry_after_s) == ("app_busy", False, 7)


async def test_a_server_that_hangs_is_left(
    twilio: Twilio, texts: TwilioClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.http.TIMEOUT_S", 0.2)
    twilio.faults = [Fault(hang_s=0.6)]
    found = await _refused(texts, post())
    assert (found.code, found.is_permanent) == ("timeout", False)


async def test_a_cut_connection_is_tried_again_under_the_same_key(twilio: Twilio, texts: TwilioClient) -> None:
    twilio.faults = [Fault(is_cut=True, is_taken=True)]
    found = await _refused(texts, post())
    assert (found.code, found.is_permanent) == ("no_connection", False)
    await texts.send(post())
    # Twilio has it twice; the header is all that can be done.
    assert len(twilio.sent) == 2
    assert {request.headers["I-Twilio-Idempotency-Token"] for request in twilio.requests} == {"k1"}


async def test_nobody_there_is_tried_again() -> None:
    client = TwilioClient(line(SMS, f"http://127.0.0.1:{free_port()}"))
    found = await _refused(client, post())
    await client.close()
    assert (found.code, found.is_permanent) == ("no_connection", False)


@pytest.mark.parametrize("body", [{}, {"sid": None}, {"sid": 5}, {"sid": "SM1"}])
async def test_an_answer_without_an_id_is_not_tried_again(
    body: dict[str, Any], twilio: Twilio, texts: TwilioClient
) -> None:
    twilio.faults = [Fault(Answer(201, body))]
    found = await _refused(texts, post())
    assert (found.code, found.is_permanent) == ("bad_answer", True)


async def test_texts_keep_the_pace_of_a_number(twilio: Twilio, texts: TwilioClient) -> None:
    started = asyncio.get_running_loop().time()
    await texts.send(post(to=PATIENT))
    await texts.send(post(to=OTHER))
    assert asyncio.get_running_loop().time() - started > 0.9
    others = [texts.send(post(to=f"+1555010040{one}")) for one in range(5)]
    done = await asyncio.gather(*others, return_exceptions=True)
    assert sum(isinstance(one, PutOff) for one in done) == 3
    assert len(twilio.sent) == 4


async def test_whatsapp_is_faster_but_not_to_one_patient(twilio: Twilio, chats: TwilioClient) -> None:
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(chats.send(post(to=f"+1555010040{one}")) for one in range(5)))
    assert 0.3 < asyncio.get_running_loop().time() - started < 1.5
    await chats.send(post(to=PATIENT))
    started = asyncio.get_running_loop().time()
    await chats.send(post(to=PATIENT))
    assert asyncio.get_running_loop().time() - started > 0.9


async def test_errors_and_logs_name_nobody(
    twilio: Twilio, texts: TwilioClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    twilio.faults = [Fault(error(400, 21211, f"Invalid 'To' Phone Number: {PATIENT}")), Fault(is_cut=True)]
    shown = [repr(await _refused(texts, post("My rash", to=PATIENT))) for _ in range(2)]
    shown += [str(await _refused(texts, post("My rash", to="+1"))), caplog.text, repr(post("My rash"))]
    for secret in (TOKEN, PATIENT, PATIENT[1:], "rash"):
        assert secret not in " ".join(shown)


async def test_the_body_is_a_form_in_utf8(twilio: Twilio, texts: TwilioClient) -> None:
    await texts.send(post("ä"))
    assert parse_qs(twilio.requests[0].body.decode("ascii"))["Body"] == ["ä"]
    assert twilio.requests[0].path.endswith("/Messages.json")
