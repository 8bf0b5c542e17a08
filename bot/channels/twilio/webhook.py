"""Twilio's requests: messages that patients send, and what became of ours."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bot.channels.events import Batch, Inbound, Receipt, What
from bot.channels.hook import Raw, Refused, Reply
from bot.channels.reasons import CHAT_GONE
from bot.channels.twilio.codes import reason
from bot.channels.twilio.line import MESSAGE_ID, PREFIX, Line
from bot.channels.twilio.media import kind_of
from bot.channels.twilio.signature import is_signed, is_signed_body, read_form

Fields = Mapping[str, str]

EMPTY = Reply(body=b'<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml")
"""TwiML that does nothing. Answers are sent by us, not in here, so that each is sent once."""
CAME_IN = frozenset({"", "received", "receiving"})
FAILED = frozenset({"failed", "undelivered"})
# Not for SMS from short codes and names: those are machines, which would answer our answers.
SMS_CHAT = re.compile(r"\+[1-9]\d{6,14}")
# Mostly a number, but WhatsApp has begun to have names in its place.
WHATSAPP_CHAT = re.compile(r"[+\w.-]{3,128}")
OPT_OUT = {"STOP": What.STOP, "START": What.START}
TAPBACK = re.compile(
    r"(Liked|Loved|Disliked|Laughed at|Emphasized|Questioned|Reacted \S+ to|Removed an? [\w ]+ from|[^\w“]+ to)"
    r" ?“.*”\s*",
    re.DOTALL,
)
"""How phones write a reaction as an SMS, with our own words in it."""


class TwilioWebhook:
    """One number's door. Forms, as Twilio's messages are; JSON if it should ever send that."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def take(self, raw: Raw) -> tuple[Batch, Reply]:
        """See Webhook. Twilio stamps no time: a copy of an old request is known by its key only."""
        if raw.method != "POST":
            raise Refused(400)
        fields = self._verified(raw)
        status = fields.get("MessageStatus") or fields.get("SmsStatus", "")
        if status in FAILED:
            return Batch(receipts=_receipts(fields)), EMPTY
        if status not in CAME_IN:
            return Batch(), EMPTY
        event = self._event(fields)
        return Batch(events=() if event is None else (event,)), EMPTY

    def _verified(self, raw: Raw) -> Fields:
        token, given = self._line.token.get_secret_value(), raw.headers.get("x-twilio-signature", "")
        if raw.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
            if not is_signed_body(token, raw.url, raw.body, given):
                raise Refused(403)
            return _read_json(raw.body)
        pairs = read_form(raw.body)
        if not is_signed(token, raw.url, pairs, given):
            raise Refused(403)
        return {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in pairs}

    def _event(self, fields: Fields) -> Inbound | None:
        key, chat = _key(fields), self._chat(fields.get("From", ""))
        if not key or not chat or fields.get("To") != self._line.address:
            return None
        text = fields.get("Body", "")
        what = OPT_OUT.get(fields.get("OptOutType", ""))
        if what is not None:
            return Inbound(key, chat, what, text)
        button = fields.get("ButtonPayload") or fields.get("ListId") or None
        title = fields.get("ButtonText") or fields.get("ListTitle")
        if button or title:
            return Inbound(key, chat, What.BUTTON, title or text, button)
        if kind := kind_of(fields):
            return Inbound(key, chat, What.MEDIA, text, media=kind)
        if not text.strip() or self._is_reaction(fields, text):
            return None
        return Inbound(key, chat, What.TEXT, text)

    def _chat(self, sender: str) -> str:
        """Empty for what nobody can be answered at."""
        chat = sender.removeprefix(PREFIX)
        pattern = WHATSAPP_CHAT if self._line.is_whatsapp else SMS_CHAT
        return chat if self._line.written(chat) == sender and pattern.fullmatch(chat) else ""

    def _is_reaction(self, fields: Fields, text: str) -> bool:
        if self._line.is_whatsapp:
            return fields.get("MessageType") == "reaction"
        return TAPBACK.fullmatch(text) is not None


def _key(fields: Fields) -> str:
    key = fields.get("MessageSid", "") or fields.get("SmsMessageSid", "")
    return key if MESSAGE_ID.fullmatch(key) else ""


def _receipts(fields: Fields) -> tuple[Receipt, ...]:
    code = reason(fields.get("ErrorCode"))
    return (Receipt(key, code, is_blocked=code == CHAT_GONE),) if (key := _key(fields)) else ()


def _read_json(body: bytes) -> Fields:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return {name: one for name, one in found.items() if isinstance(one, str)} if isinstance(found, dict) else {}
