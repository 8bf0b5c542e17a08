"""What Meta posts of WhatsApp: messages of patients, and what became of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from bot.channels.events import Batch, Inbound, Receipt, What
from bot.channels.graph.door import shake_hands, signed_document
from bot.channels.graph.reasons import reason
from bot.channels.graph.shapes import as_id, as_object, as_objects, as_text
from bot.channels.hook import Raw, Reply
from bot.channels.reasons import CHAT_GONE

MEDIA = {
    "image": "image",
    "audio": "audio",
    "video": "video",
    "document": "file",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
    "order": "order",
    "unsupported": "unknown",
    "unknown": "unknown",
}
QUIET = {"edit", "revoke", "reaction", "pin", "poll_update"}
"""Reported as unsupported by some versions, and nothing that anybody waits for an answer to."""


class WhatsAppWebhook:
    """Takes what is for `phone_id`, one number of what may be several in the clinic's account."""

    def __init__(self, phone_id: str, app_secret: SecretStr, verify_token: SecretStr) -> None:
        self._phone_id = phone_id
        self._app_secret = app_secret
        self._verify_token = verify_token

    def take(self, raw: Raw) -> tuple[Batch, Reply]:
        """See bot/channels/hook.py. Raises Refused."""
        if raw.method == "GET":
            return Batch(), shake_hands(raw, self._verify_token)
        document = signed_document(raw, self._app_secret)
        values = list(self._values(document))
        messages = [message for value in values for message in as_objects(value.get("messages"))]
        statuses = [status for value in values for status in as_objects(value.get("statuses"))]
        return Batch(
            events=tuple(event for event in map(_event, messages) if event),
            receipts=tuple(receipt for receipt in map(_receipt, statuses) if receipt),
        ), Reply()

    def _values(self, document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if document.get("object") != "whatsapp_business_account":
            return
        for entry in as_objects(document.get("entry")):
            for change in as_objects(entry.get("changes")):
                value = as_object(change.get("value"))
                phone_id = as_id(as_object(value.get("metadata")).get("phone_number_id"))
                if change.get("field") == "messages" and phone_id == self._phone_id:
                    yield value


def _event(message: Mapping[str, Any]) -> Inbound | None:
    key = as_id(message.get("id"))
    # Who hides the number behind a user name has only the id that WhatsApp made for this business.
    chat = as_id(message.get("from")) or as_id(message.get("from_user_id"))
    kind = message.get("type")
    if not key or not chat or "group_id" in message or not isinstance(kind, str):
        return None
    content = as_object(message.get(kind))
    if kind == "text":
        return _said(key, chat, as_text(content.get("body")))
    if kind == "button":
        return _pressed(key, chat, content.get("payload"), content.get("text"))
    if kind == "interactive":
        reply = as_object(content.get(content["type"])) if isinstance(content.get("type"), str) else {}
        return _pressed(key, chat, reply.get("id"), reply.get("title"))
    if kind == "request_welcome":
        return Inbound(key, chat, What.START)
    return _sent(key, chat, kind, content)


def _said(key: str, chat: str, text: str) -> Inbound | None:
    return Inbound(key, chat, What.TEXT, text) if text.strip() else None


def _pressed(key: str, chat: str, button: object, title: object) -> Inbound | None:
    if not (found := as_text(button)):
        return None
    return Inbound(key, chat, What.BUTTON, as_text(title), button=found)


def _sent(key: str, chat: str, kind: str, content: Mapping[str, Any]) -> Inbound | None:
    media = MEDIA.get(kind)
    if media is None or (media == "unknown" and content.get("type") in QUIET):
        return None
    if content.get("voice") is True:
        media = "voice"
    return Inbound(key, chat, What.MEDIA, as_text(content.get("caption")), media=media)


def _receipt(status: Mapping[str, Any]) -> Receipt | None:
    remote = as_id(status.get("id"))
    if not remote or status.get("status") != "failed":
        return None
    errors = as_objects(status.get("errors")) or [{}]
    code = errors[0].get("code")
    why = reason(code if isinstance(code, int) else -1)
    return Receipt(remote, why, is_blocked=why == CHAT_GONE)
