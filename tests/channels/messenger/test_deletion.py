from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channels.events import Batch, What
from bot.channels.hook import Raw, Refused, Reply
from bot.channels.messenger.webhook import MessengerWebhook
from tests.channels.fakes.graph import PUBLIC_URL
from tests.channels.graph.signing import SECRET, VERIFY_TOKEN, got, posted, signature

# The example in Facebook's documentation of signed requests: the secret is "secret".
PUBLISHED = "vlXgu64BQGFSQrY0ZcJBZASMvYvTHu9GQ0YM9rjPSso.eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsIjAiOiJwYXlsb2FkIn0"
PERSON = "218471"
ASKED = {"algorithm": "HMAC-SHA256", "expires": 1291840400, "issued_at": 1291836800, "user_id": PERSON}


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed_request(document: object, secret: str = SECRET) -> str:
    payload = encoded(document if isinstance(document, bytes) else json.dumps(document).encode())
    return f"{encoded(hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest())}.{payload}"


def form(value: str, **more: str) -> Raw:
    body = urlencode({"signed_request": value, **more}).encode()
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return Raw("POST", f"{PUBLIC_URL}/webhooks/messenger", headers, {}, body)


def door(secret: str = SECRET) -> MessengerWebhook:
    return MessengerWebhook(SecretStr(secret), SecretStr(VERIFY_TOKEN), PUBLIC_URL)


def refusal(raw: Raw, secret: str = SECRET) -> int:
    with pytest.raises(Refused) as caught:
        door(secret).take(raw)
    return caught.value.status


def take(raw: Raw) -> tuple[Batch, Reply]:
    return door().take(raw)


def test_a_request_to_forget_is_one_event_and_an_address_to_look_at() -> None:
    batch, reply = take(form(signed_request(ASKED)))
    (event,) = batch.events
    assert (event.what, event.chat, event.text) == (What.FORGET, PERSON, "")
    assert PERSON not in event.key
    said = json.loads(reply.body)
    code = said["confirmation_code"]
    assert (reply.status, reply.media_type) == (200, "application/json")
    assert code.isalnum()
    assert said == {"url": f"{PUBLIC_URL}/webhooks/messenger?deletion={code}", "confirmation_code": code}


def test_the_same_request_again_is_the_same_event() -> None:
    first, second = take(form(signed_request(ASKED))), take(form(signed_request(ASKED)))
    assert first == second
    other = take(form(signed_request({**ASKED, "issued_at": 1291836801})))
    assert other[0].events[0].key != first[0].events[0].key


def test_the_published_example_is_signed_rightly_and_names_nobody() -> None:
    # 400 comes after the signature, 403 before.
    assert refusal(form(PUBLISHED), "secret") == 400
    assert refusal(form(PUBLISHED), "another") == 403


@pytest.mark.parametrize(
    "value",
    [
        "",
        ".",
        "x",
        "a.b.c",
        "ü.ü",
        signed_request(ASKED).partition(".")[2],
        "." + signed_request(ASKED).partition(".")[2],
        signed_request(ASKED, "another secret"),
        signed_request(ASKED, ""),
        signed_request(ASKED)[:-2],
        signed_request(ASKED).replace(".", "!!!!.", 1),
        signed_request(ASKED).partition(".")[0] + "." + encoded(json.dumps({**ASKED, "user_id": "1"}).encode()),
        signed_request({**ASKED, "algorithm": "HMAC-SHA1"}),
        signed_request({**ASKED, "algorithm": "none"}),
        signed_request({name: found for name, found in ASKED.items() if name != "algorithm"}),
    ],
)
def test_what_facebook_did_not_sign_so_is_refused(value: str) -> None:
    assert refusal(form(value)) == 403


@pytest.mark.parametrize("document", [b"{", b"\xff", b"[" * 50_000, {**ASKED, "user_id": ""}, {**ASKED, "user_id": {}}])
def test_what_names_nobody_is_refused(document: object) -> None:
    assert refusal(form(signed_request(document))) in {400, 403}


def test_without_a_secret_nobody_is_forgotten() -> None:
    assert refusal(form(signed_request(ASKED, "")), "") == 403


def test_a_signature_over_the_body_is_no_signed_request_and_the_other_way_round() -> None:
    raw = form("x")
    with_header = dataclasses.replace(raw, headers={**raw.headers, "x-hub-signature-256": signature(raw.body)})
    assert refusal(with_header) == 403
    as_json = posted(form(signed_request(ASKED)).body, header="sha256=0")
    assert refusal(as_json) == 403


@pytest.mark.parametrize("body", [b"", b"signed_request", b"\xff=\xff", b"signed_request=a&" * 50, b"other=1"])
def test_an_odd_form_is_refused(body: bytes) -> None:
    assert refusal(dataclasses.replace(form("x"), body=body)) == 403


@pytest.mark.parametrize("code", ["9F86D081884C7D65", "", "<script>alert(1)</script>"])
def test_anybody_may_read_what_comes_of_a_request(code: str) -> None:
    batch, reply = take(got(deletion=code))
    assert (batch.events, reply.status, reply.media_type) == ((), 200, "text/plain")
    assert b"delete my data" in reply.body
    assert code.encode() not in reply.body or not code


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: urlencode({"signed_request": text}).encode()))
@settings(max_examples=200, deadline=None)
def test_nothing_but_a_refusal_is_ever_raised(body: bytes) -> None:
    assert refusal(dataclasses.replace(form("x"), body=body)) in {400, 403}
