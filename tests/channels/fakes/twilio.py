"""Twilio on this machine: its account, numbers and messages, with its limits and the errors that it gives for them."""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from twilio.request_validator import RequestValidator

from bot.channels.hook import Raw
from tests.channels.fakes.platform import Answer, Platform, Request

ACCOUNT = "AC" + "0" * 30 + "01"
TOKEN = "a-token-of-the-account-0123456789"
OURS, PATIENT = "+15550100100", "+15550100200"
TEMPLATE = "HX" + "a" * 32
PUBLIC = "https://chat.clinic.example"
LONGEST_BODY, MOST_MEDIA = 1600, 10
PREFIX = "whatsapp:"

E164 = re.compile(r"\+[1-9]\d{6,14}")


class Twilio(Platform):
    """`sent` are the forms of the messages that it took; `reports` what it will tell of them at their callback.

    `stopped` are addresses that texted STOP; `open` are WhatsApp addresses that wrote within 24 hours.
    It takes the same message again as a new one, whatever the headers say.
    """

    def __init__(self) -> None:
        super().__init__()
        self.account: dict[str, Any] = {"sid": ACCOUNT, "status": "active", "type": "Full"}
        self.numbers: dict[str, dict[str, Any]] = {OURS: _number(OURS)}
        self.senders = {OURS}
        self.templates = {TEMPLATE}
        self.stopped: set[str] = set()
        self.open = {PREFIX + PATIENT}
        self.not_in_whatsapp: set[str] = set()
        self.sent: list[dict[str, str]] = []
        self.reports: list[dict[str, str]] = []

    def handle(self, request: Request) -> Answer:
        if request.headers.get("Authorization") != f"Basic {base64.b64encode(f'{ACCOUNT}:{TOKEN}'.encode()).decode()}":
            return error(401, 20003, "Authenticate")
        root = f"/2010-04-01/Accounts/{ACCOUNT}"
        if (request.method, request.path) == ("GET", f"{root}.json"):
            return Answer(200, self.account)
        if (request.method, request.path) == ("GET", f"{root}/IncomingPhoneNumbers.json"):
            wanted = parse_qs(request.query).get("PhoneNumber", [""])[0]
            return Answer(200, {"incoming_phone_numbers": [one for at, one in self.numbers.items() if wanted in at]})
        if (request.method, request.path) == ("POST", f"{root}/Messages.json"):
            return self._message(request)
        return error(404, 20404, f"The requested resource {request.path} was not found")

    def _message(self, request: Request) -> Answer:
        if request.headers.get("Content-Type", "") != "application/x-www-form-urlencoded":
            return error(415, 20415, "Unsupported Media Type")
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True)
        form, media = dict(pairs), [value for name, value in pairs if name == "MediaUrl"]
        if wrong := self._wrong_ends(form) or self._wrong_content(form, media):
            return wrong
        sid = f"{'MM' if media else 'SM'}{secrets.token_hex(16)}"
        self.sent.append(form | {"sid": sid})
        self._settle(form, sid)
        return Answer(201, {"sid": sid, "status": "queued", "error_code": None, "error_message": None})

    def _wrong_ends(self, form: Mapping[str, str]) -> Answer | None:
        sender, to = form.get("From", ""), form.get("To", "")
        if not to:
            return error(400, 21604, "A 'To' phone number is required.")
        if not sender:
            return error(400, 21603, "A 'From' phone number is required.")
        if sender.startswith(PREFIX) != to.startswith(PREFIX):
            return error(400, 21910, "Invalid From and To pair. From and To should be of the same channel")
        if sender.startswith(PREFIX):
            if sender.removeprefix(PREFIX) not in self.senders:
                return error(400, 63007, "Twilio could not find a Channel with the specified From address")
        elif sender not in self.numbers:
            return error(400, 21606, f"The 'From' phone number provided ({sender}) is not a valid message-capable one.")
        if not to.startswith(PREFIX) and not E164.fullmatch(to):
            return error(400, 21211, f"Invalid 'To' Phone Number: {to}")
        if to in self.stopped:
            return error(400, 21610, "Attempt to send to unsubscribed recipient")
        return None

    def _wrong_content(self, form: Mapping[str, str], media: list[str]) -> Answer | None:
        if "ContentSid" in form and form["ContentSid"] not in self.templates:
            return error(400, 21655, "The ContentSid is Invalid")
        try:
            json.loads(form.get("ContentVariables", "{}"))
        except ValueError:
            return error(400, 21656, "The ContentVariables Parameter is invalid")
        if not form.get("Body") and not media and "ContentSid" not in form:
            return error(400, 21619, "A text message body or media urls must be specified.")
        if len(form.get("Body", "").encode("utf-16-le")) // 2 > LONGEST_BODY:
            return error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        if len(media) > MOST_MEDIA or not all(_is_public(url) for url in media):
            return error(400, 21620, "Invalid media URL(s)")
        if "StatusCallback" in form and not _is_public(form["StatusCallback"]):
            return error(400, 21609, "The 'StatusCallback' URL is not a valid URL.")
        return None

    def _settle(self, form: Mapping[str, str], sid: str) -> None:
        """What WhatsApp says only after Twilio has taken it."""
        to, code = form["To"], ""
        if to in self.not_in_whatsapp:
            code = "63003"
        elif to.startswith(PREFIX) and to not in self.open and "ContentSid" not in form:
            code = "63016"
        if "StatusCallback" in form:
            self.reports.append(report(sid, "undelivered" if code else "delivered", code))


def error(status: int, code: int, message: str, **headers: str) -> Answer:
    """As Twilio's API says that something is wrong."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Answer(status, {"code": code, "message": message, "more_info": more, "status": status}, headers)


def report(sid: str, status: str, code: str = "", *, prefix: str = "") -> dict[str, str]:
    """The fields of a status callback."""
    fields = {"MessageSid": sid, "SmsSid": sid, "MessageStatus": status, "SmsStatus": status}
    fields |= {"From": prefix + OURS, "To": prefix + PATIENT, "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01"}
    return fields | ({"ErrorCode": code} if code else {})


def sms(text: str = "Does it hurt?", **others: str) -> dict[str, str]:
    """The fields of a text that came in, of the shape that Twilio's guide shows."""
    sid = "SM" + secrets.token_hex(16)
    place = {"FromCity": "SAN FRANCISCO", "FromState": "CA", "FromZip": "94103", "FromCountry": "US", "ToCity": ""}
    fields = {"ToCountry": "US", "SmsMessageSid": sid, "NumMedia": "0", "SmsSid": sid, "SmsStatus": "received"}
    fields |= {"Body": text, "To": OURS, "NumSegments": "1", "MessageSid": sid, "AccountSid": ACCOUNT}
    return place | fields | {"From": PATIENT, "ApiVersion": "2010-04-01"} | others


def whatsapp(text: str = "Does it hurt?", **others: str) -> dict[str, str]:
    """The fields of a WhatsApp message that came in."""
    sid = "SM" + secrets.token_hex(16)
    fields = {"SmsMessageSid": sid, "NumMedia": "0", "ProfileName": "Pat Patient", "MessageType": "text"}
    fields |= {"SmsSid": sid, "WaId": PATIENT.lstrip("+"), "SmsStatus": "received", "Body": text, "To": PREFIX + OURS}
    fields |= {"NumSegments": "1", "ReferralNumMedia": "0", "MessageSid": sid, "AccountSid": ACCOUNT}
    return fields | {"From": PREFIX + PATIENT, "ApiVersion": "2010-04-01"} | others


def hook_of(name: str) -> str:
    return f"{PUBLIC}/webhooks/{name}"


def signed(url: str, fields: Mapping[str, str], *, token: str = TOKEN) -> Raw:
    """The request that Twilio makes with these fields, signed by Twilio's own code."""
    given = RequestValidator(token).compute_signature(url, fields)
    return request(url, urlencode(fields).encode(), given)


def request(url: str, body: bytes, given: str | None, kind: str = "application/x-www-form-urlencoded") -> Raw:
    """The same with any signature; None leaves the header out."""
    headers = {"content-type": kind, "i-twilio-idempotency-token": secrets.token_hex(16)}
    headers |= {} if given is None else {"x-twilio-signature": given}
    return Raw("POST", url, headers, dict(parse_qsl(urlsplit(url).query)), body)


def _number(number: str) -> dict[str, Any]:
    return {
        "sid": "PN" + "1" * 32,
        "phone_number": number,
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
        "sms_url": hook_of("sms"),
        "sms_method": "POST",
        "sms_application_sid": "",
    }


def _is_public(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
