"""What each of Twilio's requests means to us. The fields are those of recorded requests, with other people in them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from bot.channels.events import Batch, Inbound, Receipt, What
from bot.channels.hook import Reply
from bot.channels.twilio.line import SMS, WHATSAPP
from bot.channels.twilio.signature import read_form, signature
from bot.channels.twilio.webhook import TwilioWebhook
from tests.channels.fakes.twilio import OURS, PATIENT, PREFIX, TOKEN, hook_of, report, request, signed, sms, whatsapp
from tests.channels.twilio.samples import line

REPLY = Reply(200, b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml")
PICTURE = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


def _take(name: str, fields: dict[str, str]) -> Batch:
    batch, reply = TwilioWebhook(line(name)).take(signed(hook_of(name), fields))
    assert reply == REPLY
    return batch


def _event(name: str, fields: dict[str, str]) -> Inbound:
    batch = _take(name, fields)
    assert batch.receipts == ()
    (event,) = batch.events
    assert (event.key, event.chat) == (fields["MessageSid"], PATIENT)
    return event


def _said(event: Inbound) -> tuple[What, str, str | None, str]:
    return event.what, event.text, event.button, event.media


def test_a_text() -> None:
    for name, fields in ((SMS, sms(" Tut es\nweh? 🙂 ")), (WHATSAPP, whatsapp(" Tut es\nweh? 🙂 "))):
        assert _said(_event(name, fields)) == (What.TEXT, " Tut es\nweh? 🙂 ", None, "")


def test_a_forwarded_text_and_an_answer_to_one_of_ours_are_texts() -> None:
    quoted = {"OriginalRepliedMessageSid": "MM" + "1" * 32, "OriginalRepliedMessageSender": PREFIX + OURS}
    for others in ({"Forwarded": "true", "FrequentlyForwarded": "true"}, quoted, {"ReferralBody": "Our offer"}):
        assert _event(WHATSAPP, whatsapp("Is that so?", **others)).text == "Is that so?"


def test_a_pressed_button() -> None:
    pressed = whatsapp("Yes, please", MessageType="button", ButtonText="Yes, please", ButtonPayload="b1")
    assert _said(_event(WHATSAPP, pressed)) == (What.BUTTON, "Yes, please", "b1", "")
    chosen = whatsapp("", MessageType="interactive", ListId="b2", ListTitle="Costs")
    assert _said(_event(WHATSAPP, chosen)) == (What.BUTTON, "Costs", "b2", "")
    # Of a template whose buttons have no payload.
    bare = whatsapp("", MessageType="button", ButtonText="Yes, please")
    assert _said(_event(WHATSAPP, bare)) == (What.BUTTON, "Yes, please", None, "")


@pytest.mark.parametrize(
    ("message_type", "content", "kind"),
    [
        ("image", "image/jpeg", "image"),
        ("audio", "audio/ogg; codecs=opus", "audio"),
        ("video", "video/mp4", "video"),
        ("document", "application/pdf", "document"),
        ("sticker", "image/webp", "sticker"),
        ("contacts", "text/vcard", "contact"),
        # MMS, and senders that don't say the type.
        ("", "image/png", "image"),
        ("", "AUDIO/AMR", "audio"),
        ("", "video/3gpp", "video"),
        ("", "text/x-vcard", "contact"),
        ("", "application/vnd.of-the-future", "document"),
        ("", "", "document"),
    ],
)
def test_media_by_its_kind_with_its_caption(message_type: str, content: str, kind: str) -> None:
    others = {"NumMedia": "1", "MediaUrl0": PICTURE, "MediaContentType0": content, "MessageType": message_type}
    for caption in ("", "Is this normal?"):
        expected = (What.MEDIA, caption, None, kind)
        assert _said(_event(WHATSAPP, whatsapp(caption, **others))) == expected
        if not message_type:
            assert _said(_event(SMS, sms(caption, **others))) == expected


def test_media_that_twilio_could_not_fetch_is_still_media() -> None:
    assert _event(WHATSAPP, whatsapp("", MessageType="image", NumMedia="0")).media == "image"


def test_a_place() -> None:
    place = {"Latitude": "25.018766403198", "Longitude": "-77.395950317383", "Label": "Home", "Address": "1 Bay St"}
    for fields in (whatsapp("", MessageType="location", **place), whatsapp("", MessageType="", **place)):
        event = _event(WHATSAPP, fields)
        assert _said(event) == (What.MEDIA, "", None, "location")
        assert "25.01" not in json.dumps(event.to_json())


@pytest.mark.parametrize(("kind", "what"), [("STOP", What.STOP), ("START", What.START), ("HELP", What.TEXT)])
def test_what_twilio_knows_of_opting_out(kind: str, what: What) -> None:
    assert _event(SMS, sms("Genug", OptOutType=kind)).what is what
    assert _event(WHATSAPP, whatsapp("Genug", OptOutType=kind)).what is what


def test_the_word_stop_alone_is_left_to_those_who_know_the_patient() -> None:
    assert _said(_event(SMS, sms("STOP"))) == (What.TEXT, "STOP", None, "")


@pytest.mark.parametrize(
    "text",
    [
        "Liked “It hurts a little.”",
        "Loved “Two\nlines”",
        "Laughed at “1. Yes”",
        "Reacted 😮 to “Call 112 now.”",
        "Removed a like from “It hurts a little.”",
        "Removed an exclamation from “No.”",
        "👍 to “It hurts a little.”",
        "👍\u200a to “It hurts a little.” ",
    ],
)
def test_a_phones_reaction_is_no_message(text: str) -> None:
    assert _take(SMS, sms(text)) == Batch()
    assert _event(WHATSAPP, whatsapp(text)).text == text


@pytest.mark.parametrize(
    "text",
    [
        'Liked "it" a lot',
        "I liked “It hurts a little.”",
        "Liked “it”, but now my chest hurts",
        "Questioned my doctor about it",
        "What did you mean: “a little”",
        "Allergic to “caine”",
    ],
)
def test_what_only_looks_like_a_reaction_comes_in(text: str) -> None:
    assert _event(SMS, sms(text)).text == text


@pytest.mark.parametrize(
    "fields",
    [
        sms(""),
        sms(" \n "),
        sms(To="+15550100999"),
        sms(To=PREFIX + OURS),
        sms(From=PREFIX + PATIENT),
        # Short codes and names are machines.
        sms(From="22000"),
        sms(From="Parcels"),
        sms(From=""),
        sms(MessageSid="", SmsMessageSid=""),
        sms(MessageSid="SM1"),
        sms(SmsStatus="of the future"),
        {},
        {"CallSid": "CA" + "1" * 32, "CallStatus": "ringing"},
    ],
)
def test_what_nobody_needs_is_left_out(fields: dict[str, str]) -> None:
    assert _take(SMS, fields) == Batch()


@pytest.mark.parametrize(
    "fields",
    [
        whatsapp("👍", MessageType="reaction"),
        whatsapp("", MessageType="unsupported"),
        whatsapp("", MessageType="of the future"),
        whatsapp(To=OURS),
        whatsapp(From=PATIENT),
        whatsapp(From=PREFIX),
        whatsapp(From=f"{PREFIX}{PREFIX}{PATIENT}"),
    ],
)
def test_what_nobody_needs_of_whatsapp_is_left_out(fields: dict[str, str]) -> None:
    assert _take(WHATSAPP, fields) == Batch()


def test_a_name_in_place_of_a_number_can_be_answered() -> None:
    (event,) = _take(WHATSAPP, whatsapp(From=f"{PREFIX}US.13491208655302741918")).events
    assert event.chat == "US.13491208655302741918"
    assert line(WHATSAPP).written(event.chat) == f"{PREFIX}US.13491208655302741918"


def test_the_second_try_at_the_fallback_address_is_the_same_event() -> None:
    fields = sms()
    again = fields | {"ErrorCode": "11200", "ErrorUrl": hook_of(SMS)}
    assert _take(SMS, again) == _take(SMS, fields)
    assert _event(SMS, again).what is What.TEXT


SID = "SM" + "c" * 32


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("undelivered", "30003", Receipt(SID, "app_refused")),
        ("undelivered", "30005", Receipt(SID, "no_such_chat")),
        ("failed", "30001", Receipt(SID, "app_busy")),
        ("failed", "63016", Receipt(SID, "window_over")),
        ("undelivered", "63003", Receipt(SID, "no_such_chat")),
        ("undelivered", "63041", Receipt(SID, "bad_template")),
        ("failed", "21610", Receipt(SID, "chat_gone", is_blocked=True)),
        ("failed", "", Receipt(SID, "app_refused")),
        ("failed", "nonsense", Receipt(SID, "app_refused")),
        ("failed", "²" * 5, Receipt(SID, "app_refused")),
        ("failed", "9" * 5000, Receipt(SID, "app_refused")),
    ],
)
def test_a_message_of_ours_that_failed(status: str, code: str, expected: Receipt) -> None:
    for name, prefix in ((SMS, ""), (WHATSAPP, PREFIX)):
        assert _take(name, report(SID, status, code, prefix=prefix)) == Batch(receipts=(expected,))


@pytest.mark.parametrize("status", ["accepted", "queued", "sending", "sent", "delivered", "read", "canceled", "new"])
def test_a_message_of_ours_that_did_not_fail(status: str) -> None:
    assert _take(SMS, report(SID, status)) == Batch()


def test_a_failure_of_no_message() -> None:
    assert _take(SMS, report("", "failed", "30003")) == Batch()


def _json(body: bytes) -> Batch:
    url = f"{hook_of(SMS)}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    raw = request(url, body, RequestValidator(TOKEN).compute_signature(url, {}), "application/json; charset=utf-8")
    batch, reply = TwilioWebhook(line()).take(raw)
    assert reply == REPLY
    return batch


def test_json_is_read_the_same_way() -> None:
    fields = sms("Tut es weh?")
    assert _json(json.dumps(fields).encode()) == _take(SMS, fields)


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[1]", b'"a"', b"{", b"\xff", b"[" * 5000, b'{"Body": 5, "From": null, "To": []}']
)
def test_json_of_another_shape_is_nothing(body: bytes) -> None:
    assert _json(body) == Batch()


ODD = st.one_of(st.text(st.characters(blacklist_categories=["Cs"]), max_size=20), st.sampled_from(["received", "STOP"]))
NAMES = st.sampled_from([*sms(), *whatsapp(), "OptOutType", "ButtonPayload", "ListId", "Latitude", "MessageStatus"])


@given(st.sampled_from([SMS, WHATSAPP]), st.dictionaries(NAMES | ODD, ODD, max_size=12), st.booleans())
def test_anything_that_is_signed_is_taken(name: str, fields: dict[str, str], is_whole: bool) -> None:
    whole = (whatsapp() if name == WHATSAPP else sms()) if is_whole else {}
    batch = _take(name, whole | fields)
    for event in batch.events:
        assert Inbound.from_json(event.to_json()) == event


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=5),
)


@given(JSONS)
def test_any_json_that_is_signed_is_taken(found: object) -> None:
    _json(json.dumps(found).encode())


@given(st.binary(max_size=300))
def test_any_bytes_that_are_signed_are_taken(body: bytes) -> None:
    url = hook_of(SMS)
    raw = request(url, body, signature(TOKEN, url, read_form(body)).decode())
    assert TwilioWebhook(line()).take(raw)[1] == REPLY


def test_bytes_that_are_no_utf8_come_in_as_far_as_they_can_be_read() -> None:
    url, body = hook_of(SMS), urlencode(sms("weh")).encode().replace(b"Body=weh", b"Body=weh%FF")
    raw = request(url, body, signature(TOKEN, url, read_form(body)).decode())
    (event,) = TwilioWebhook(line()).take(raw)[0].events
    assert event.text == "weh\ufffd"


def test_no_event_shows_its_patient_when_it_is_printed() -> None:
    event = _event(SMS, sms("My rash"))
    assert "rash" not in repr(event)
    assert PATIENT not in repr(event)
    assert OURS not in repr(line())
    assert TOKEN not in repr(replace(line(), name=WHATSAPP))
