"""What Meta posts of Messenger: messages and pressed buttons of patients, and requests to delete their data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from bot.channels.events import Batch, Inbound, What
from bot.channels.graph.door import shake_hands, signed_document
from bot.channels.graph.shapes import as_id, as_object, as_objects, as_text
from bot.channels.hook import Raw, Reply
from bot.channels.messenger.deletion import deletion_status, is_deletion, take_deletion

GET_STARTED = "GET_STARTED"
"""The payload of the button that opens a chat; `register` in check.py sets it."""
MEDIA = {"image", "audio", "video", "file", "location"}
LINKS = {"fallback", "share"}
"""Previews that Messenger adds to a typed address."""


class MessengerWebhook:
    """`public_url` is where people can read what comes of a request to delete their data."""

    def __init__(self, app_secret: SecretStr, verify_token: SecretStr, public_url: str) -> None:
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._public_url = public_url

    def take(self, raw: Raw) -> tuple[Batch, Reply]:
        """See bot/channels/hook.py. Raises Refused."""
        if raw.method == "GET" and "deletion" in raw.query:
            return Batch(), deletion_status()
        if raw.method == "GET":
            return Batch(), shake_hands(raw, self._verify_token)
        if is_deletion(raw):
            return take_deletion(raw, self._app_secret, self._public_url)
        found = map(_event, _messaging(signed_document(raw, self._app_secret)))
        return Batch(tuple(event for event in found if event)), Reply()


def _messaging(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """All but `standby`, which is for other apps of the page."""
    if document.get("object") == "page":
        for entry in as_objects(document.get("entry")):
            yield from as_objects(entry.get("messaging"))


def _event(item: Mapping[str, Any]) -> Inbound | None:
    chat = as_id(as_object(item.get("sender")).get("id"))
    if not chat:
        return None
    if isinstance(item.get("message"), dict):
        return _message(chat, item["message"])
    if isinstance(item.get("postback"), dict):
        return _postback(chat, item["postback"], item.get("timestamp"))
    return None


def _message(chat: str, message: Mapping[str, Any]) -> Inbound | None:
    key = as_id(message.get("mid"))
    # An echo is our own message, or one that staff wrote on the page itself.
    if not key or message.get("is_echo") or message.get("is_deleted"):
        return None
    text = as_text(message.get("text"))
    if button := as_text(as_object(message.get("quick_reply")).get("payload")):
        return Inbound(key, chat, What.BUTTON, text, button=button)
    kinds = [_kind(attachment) for attachment in as_objects(message.get("attachments"))]
    if message.get("is_unsupported"):
        kinds.append("unknown")
    if kinds and not (text.strip() and set(kinds) == {"link"}):
        return Inbound(key, chat, What.MEDIA, text, media=kinds[0])
    return Inbound(key, chat, What.TEXT, text) if text.strip() else None


def _kind(attachment: Mapping[str, Any]) -> str:
    """In one word."""
    kind = as_text(attachment.get("type"))
    if as_object(attachment.get("payload")).get("sticker_id"):
        return "sticker"
    if kind in LINKS:
        return "link"
    return kind if kind in MEDIA else "unknown"


def _postback(chat: str, postback: Mapping[str, Any], timestamp: object) -> Inbound | None:
    payload = as_text(postback.get("payload"))
    key = as_id(postback.get("mid")) or _key(chat, payload, as_id(timestamp))
    if not payload:
        return None
    if payload == GET_STARTED:
        return Inbound(key, chat, What.START)
    return Inbound(key, chat, What.BUTTON, as_text(postback.get("title")), button=payload)


def _key(*parts: str) -> str:
    """For postbacks that came without an id. The hash keeps the chat's address out of it."""
    return "postback:" + hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()
