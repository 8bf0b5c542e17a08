from __future__ import annotations

import dataclasses

import pytest
from pydantic import SecretStr

from bot.channels.graph.door import is_signed
from bot.channels.hook import Raw, Refused, Webhook
from bot.channels.messenger.webhook import MessengerWebhook
from bot.channels.whatsapp.webhook import WhatsAppWebhook
from tests.channels.fakes.graph import PHONE_ID, PUBLIC_URL
from tests.channels.graph.signing import SECRET, VERIFY_TOKEN, got, handshake, posted, signature

BODY = b'{"object": "page", "entry": []}'


def doors(secret: str = SECRET, word: str = VERIFY_TOKEN) -> list[Webhook]:
    return [
        WhatsAppWebhook(PHONE_ID, SecretStr(secret), SecretStr(word)),
        MessengerWebhook(SecretStr(secret), SecretStr(word), PUBLIC_URL),
    ]


both = pytest.mark.parametrize("door", doors(), ids=["whatsapp", "messenger"])


def refusal(door: Webhook, raw: Raw) -> int:
    with pytest.raises(Refused) as caught:
        door.take(raw)
    return caught.value.status


def test_the_signature_is_the_scheme_whose_vector_is_published() -> None:
    # GitHub documents this vector for the same header; Meta has none of its own.
    vector = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    secret = SecretStr("It's a Secret to Everybody")
    assert is_signed(secret, b"Hello, World!", vector)
    assert not is_signed(secret, b"Hello, World?", vector)


@both
def test_a_signed_body_is_let_in(door: Webhook) -> None:
    batch, reply = door.take(posted(BODY))
    assert (batch.events, batch.receipts, reply.status) == ((), (), 200)


@both
@pytest.mark.parametrize(
    "header",
    [
        signature(BODY, "another secret"),
        signature(BODY, ""),
        signature(BODY).replace("sha256=", "sha1="),
        signature(BODY).replace("sha256=", ""),
        signature(BODY)[:-1],
        signature(BODY) + "0",
        "sha256=",
        "sha256=ü\udcff",
        "nonsense",
    ],
)
def test_a_wrong_signature_is_refused(door: Webhook, header: str) -> None:
    assert refusal(door, posted(BODY, header=header)) == 403


@both
def test_a_missing_signature_is_refused(door: Webhook) -> None:
    assert refusal(door, dataclasses.replace(posted(BODY), headers={})) == 403
    # The old one, over SHA-1, is not enough.
    old = {"x-hub-signature": "sha1=" + "0" * 40}
    assert refusal(door, dataclasses.replace(posted(BODY), headers=old)) == 403


@both
def test_a_changed_body_is_refused(door: Webhook) -> None:
    for changed in (BODY + b" ", BODY.replace(b"page", b"Page"), b""):
        assert refusal(door, dataclasses.replace(posted(BODY), body=changed)) == 403


def test_without_a_secret_nothing_is_let_in() -> None:
    for door in doors(secret=""):
        assert refusal(door, posted(BODY, header=signature(BODY, ""))) == 403


@both
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 50_000, b'{"a": ' * 50_000, b"1" * 9999]
)
def test_signed_nonsense_is_an_empty_batch(door: Webhook, body: bytes) -> None:
    batch, reply = door.take(posted(body))
    assert (batch.events, batch.receipts, reply.status) == ((), (), 200)


@both
def test_the_handshake_echoes_the_challenge(door: Webhook) -> None:
    batch, reply = door.take(handshake())
    assert (batch.events, reply.status, reply.body, reply.media_type) == ((), 200, b"1158201444", "text/plain")


@both
@pytest.mark.parametrize("word", ["", "another word", VERIFY_TOKEN + "x", "ü\udcff"])
def test_a_handshake_with_another_word_is_refused(door: Webhook, word: str) -> None:
    assert refusal(door, handshake(word)) == 403


def test_without_a_word_no_handshake_is_taken() -> None:
    for door in doors(word=""):
        assert refusal(door, handshake("")) == 403


@both
def test_what_is_no_handshake_is_refused(door: Webhook) -> None:
    assert refusal(door, got()) == 400
    assert refusal(door, got(hub_mode="unsubscribe", hub_verify_token=VERIFY_TOKEN, hub_challenge="1")) == 400
    bad = got(hub_mode="subscribe", hub_verify_token=VERIFY_TOKEN, hub_challenge="<script>alert(1)</script>")
    assert refusal(door, bad) == 400
    assert refusal(door, dataclasses.replace(posted(BODY), method="PUT")) == 400


def test_nothing_that_came_is_shown_by_repr() -> None:
    raw = posted(b'{"text": "my face burns"}')
    assert "burns" not in repr(raw)
    assert "sha256" not in repr(raw)
