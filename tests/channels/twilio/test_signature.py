"""Twilio's published examples, and our reading of the scheme against Twilio's own code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from bot.channels.hook import Raw, Refused
from bot.channels.twilio.line import SMS
from bot.channels.twilio.signature import is_signed, is_signed_body, read_form, signature
from bot.channels.twilio.webhook import TwilioWebhook
from tests.channels.fakes.twilio import TOKEN, hook_of, request, signed, sms
from tests.channels.twilio.samples import line

# From Twilio's page on webhook security, and from the tests of its libraries.
PUBLISHED_TOKEN, PUBLISHED_URL = "12345", "https://mycompany.com/myapp.php?foo=1&bar=2"
FIELDS = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
PUBLISHED = {"+12349013030": "0/KCTR6DLpKmkAf8muzZqo1nDgQ=", "+14158675309": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
JSON = b'{"property": "value", "boolean": true}'
JSON_HASH = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
JSON_SIGNATURE = "a9nBmqA0ju/hNViExpshrM61xv4="

URL = hook_of(SMS)


def _pairs(fields: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return list(read_form(urlencode(fields).encode()))


def _refused(raw: Raw, token: str = TOKEN) -> int:
    with pytest.raises(Refused) as caught:
        TwilioWebhook(line(token=SecretStr(token))).take(raw)
    return caught.value.status


@pytest.mark.parametrize("caller", PUBLISHED)
def test_the_published_form(caller: str) -> None:
    pairs = _pairs(FIELDS | {"Caller": caller, "From": caller})
    assert signature(PUBLISHED_TOKEN, PUBLISHED_URL, pairs).decode() == PUBLISHED[caller]
    assert is_signed(PUBLISHED_TOKEN, PUBLISHED_URL, pairs, PUBLISHED[caller])
    assert not is_signed(PUBLISHED_TOKEN, PUBLISHED_URL, pairs[1:], PUBLISHED[caller])
    assert not is_signed("12346", PUBLISHED_URL, pairs, PUBLISHED[caller])
    assert not is_signed(PUBLISHED_TOKEN, PUBLISHED_URL + "3", pairs, PUBLISHED[caller])


def test_the_published_json() -> None:
    url = f"{PUBLISHED_URL}&bodySHA256={JSON_HASH}"
    assert is_signed_body(PUBLISHED_TOKEN, url, JSON, JSON_SIGNATURE)
    assert not is_signed_body(PUBLISHED_TOKEN, url, JSON + b" ", JSON_SIGNATURE)
    assert not is_signed_body("12346", url, JSON, JSON_SIGNATURE)
    # A changed body whose hash was changed with it.
    other = hashlib.sha256(JSON + b" ").hexdigest()
    assert not is_signed_body(PUBLISHED_TOKEN, url.replace(JSON_HASH, other), JSON + b" ", JSON_SIGNATURE)
    # A signature of the address alone says nothing about a body without its hash.
    bare = signature(PUBLISHED_TOKEN, PUBLISHED_URL, ()).decode()
    assert not is_signed_body(PUBLISHED_TOKEN, PUBLISHED_URL, JSON, bare)
    assert not is_signed_body("", url, JSON, signature("", url, ()).decode())


@pytest.mark.parametrize(
    ("signed_by_twilio", "seen_by_us"),
    [
        (URL, URL),
        (URL, URL.replace(".example", ".example:443")),
        (URL.replace(".example", ".example:443"), URL),
        (URL.replace(".example", ".example:8443"), URL.replace(".example", ".example:8443")),
        (URL, URL.replace(".example", ".example:8443")),
        (URL, URL.replace("https://", "https://user:word@")),
        (URL, f"{URL}#rc=2&rp=all"),
        ("http://[::1]:8080/webhooks/sms", "http://[::1]:8080/webhooks/sms"),
        (f"{URL}?a=1&b=%20c", f"{URL}?a=1&b=%20c"),
    ],
)
def test_the_port_may_be_there_or_not(signed_by_twilio: str, seen_by_us: str) -> None:
    given_by_twilio = RequestValidator(TOKEN).compute_signature(signed_by_twilio, FIELDS)
    assert is_signed(TOKEN, seen_by_us, _pairs(FIELDS), given_by_twilio)


@pytest.mark.parametrize(
    "other",
    [
        URL.replace("https", "http"),
        URL.replace("clinic", "other"),
        URL.replace("sms", "twilio_whatsapp"),
        f"{URL}/",
        f"{URL}?a=1",
        URL.replace(".example", ".example:8443"),
        "",
        "chat.clinic.example/webhooks/sms",
        "ftp://chat.clinic.example/webhooks/sms",
    ],
)
def test_a_signature_is_for_one_address(other: str) -> None:
    given_by_twilio = RequestValidator(TOKEN).compute_signature(other, FIELDS)
    assert not is_signed(TOKEN, URL, _pairs(FIELDS), given_by_twilio)


@pytest.mark.parametrize("other", ["", "chat.clinic.example/webhooks/sms", "ftp://chat.clinic.example/webhooks/sms"])
def test_what_is_no_web_address_is_signed_by_nobody(other: str) -> None:
    given_by_twilio = RequestValidator(TOKEN).compute_signature(other, FIELDS)
    assert not is_signed(TOKEN, other, _pairs(FIELDS), given_by_twilio)


TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)


@given(st.dictionaries(TEXTS, TEXTS, max_size=6))
@example({"Body": "  trailing and leading  ", "Empty": "", "ä": "日本語 🙂\r\n&=+%"})
def test_ours_is_what_twilios_own_code_makes(fields: dict[str, str]) -> None:
    expected = RequestValidator(TOKEN).compute_signature(URL, fields)
    assert signature(TOKEN, URL, _pairs(fields)).decode() == expected


@given(st.binary(max_size=200))
@example(b"a=%ff&a=\xff&=&&b")
@example(b"a" * 100 + b"&" * 1000)
def test_any_body_is_read_and_none_is_believed(body: bytes) -> None:
    assert all(isinstance(part, bytes) for pair in read_form(body) for part in pair)
    assert not is_signed(TOKEN, URL, read_form(body), "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")


def test_each_field_counts_however_often_it_comes() -> None:
    once, twice = [(b"a", b"1")], [(b"a", b"1"), (b"a", b"2")]
    assert signature(TOKEN, URL, once) == signature(TOKEN, URL, once * 2)
    assert signature(TOKEN, URL, once) != signature(TOKEN, URL, twice)
    assert signature(TOKEN, URL, twice) == signature(TOKEN, URL, twice[::-1])


BODY = urlencode(sms()).encode()
RIGHT = signature(TOKEN, URL, read_form(BODY)).decode()


@pytest.mark.parametrize(
    "given_signature",
    [
        None,
        "",
        RIGHT[:-2],
        RIGHT + "=",
        RIGHT.swapcase(),
        f"sha1={RIGHT}",
        "ä" * 28,
        "\udcff",
        RequestValidator("another token").compute_signature(URL, dict(sms())),
        signature(TOKEN, URL, ()).decode(),
    ],
    # Named, since the messages have random ids.
    ids=["none", "empty", "short", "long", "case", "prefix", "odd", "surrogate", "token", "fields"],
)
def test_without_the_right_signature_nothing_comes_in(given_signature: str | None) -> None:
    assert _refused(request(URL, BODY, given_signature)) == 403


def test_a_changed_body_does_not_come_in() -> None:
    assert TwilioWebhook(line()).take(request(URL, BODY, RIGHT))[0].events
    for body in (BODY + b"&Extra=1", BODY.replace(b"hurt", b"burn"), BODY[:-1], b""):
        assert _refused(request(URL, body, RIGHT)) == 403
    # The same as JSON, signed as a form.
    assert _refused(request(URL, BODY, RIGHT, "application/json")) == 403


def test_another_algorithm_does_not_come_in() -> None:
    content = URL.encode() + b"".join(name + value for name, value in sorted(read_form(BODY)))
    for algorithm in ("sha256", "md5"):
        made = base64.b64encode(hmac.new(TOKEN.encode(), content, algorithm).digest()).decode()
        assert _refused(request(URL, BODY, made)) == 403
    assert _refused(request(URL, BODY, hmac.new(TOKEN.encode(), content, "sha1").hexdigest())) == 403


def test_without_a_token_nothing_comes_in() -> None:
    assert _refused(signed(URL, sms(), token=""), token="") == 403
    assert _refused(request(URL, BODY, None), token="") == 403
    assert _refused(request(URL, b"", ""), token="") == 403


def test_only_posts_come_in() -> None:
    assert _refused(replace(request(URL, BODY, RIGHT), method="GET")) == 400
