"""Telegram's door: one update in each request, believed for the secret that comes with it."""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.channels.events import Batch, Inbound, What
from bot.channels.hook import Raw, Refused, Reply

SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105  (the header's name)
UPDATES = ("message", "callback_query", "my_chat_member")
"""The kinds of updates that are asked for: edits, reactions and the rest never come."""
START = re.compile(r"/start(@\w+)?( [A-Za-z0-9_-]{1,64})?\s*")
"""What the app sends when its Start button is pressed, with what a link may have added."""
MEDIA = {
    "animation": "video",
    "video": "video",
    "video_note": "video",
    "photo": "image",
    "voice": "voice",
    "audio": "audio",
    "document": "document",
    "sticker": "sticker",
    "venue": "location",
    "location": "location",
    "contact": "contact",
    "paid_media": "image",
    "poll": "other",
    "dice": "other",
    "game": "other",
    "story": "other",
    "checklist": "other",
}
"""By Telegram's field; in this order, for some messages have two of them."""
LARGEST = 2**63 - 1
STATUSES = {"kicked": What.STOP, "member": What.START}
"""What becomes of us in a private chat: blocked, and unblocked."""


class TelegramWebhook:
    """Telegram signs nothing: the secret that was registered with the address comes back in a header."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret

    def take(self, raw: Raw) -> tuple[Batch, Reply]:
        """At most one event. A pressed button is acknowledged in the answer, else it would seem to load for ever."""
        if not self._is_telegrams(raw):
            raise Refused(403)
        update = _update(raw)
        query = _object(update.get("callback_query"))
        event = _event(update)
        return Batch((event,) if event else ()), _reply(query)

    def _is_telegrams(self, raw: Raw) -> bool:
        secret = self._secret.get_secret_value().encode()
        given = raw.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        return bool(secret) and hmac.compare_digest(secret, given)


def _update(raw: Raw) -> Mapping[str, Any]:
    if raw.method != "POST":
        raise Refused(400)
    try:
        return _object(json.loads(raw.body))
    except (ValueError, RecursionError):
        # Cut off on its way: Telegram sends it again.
        raise Refused(400) from None


def _event(update: Mapping[str, Any]) -> Inbound | None:
    key = _number(update.get("update_id"))
    if not key:
        return None
    if "message" in update:
        return _from_message(key, _object(update["message"]))
    if "callback_query" in update:
        return _from_button(key, _object(update["callback_query"]))
    return _from_membership(key, _object(update.get("my_chat_member")))


def _from_message(key: str, message: Mapping[str, Any]) -> Inbound | None:
    chat = _chat(message)
    if not chat or _object(message.get("from")).get("is_bot") is True:
        return None
    text = _text(message.get("text"))
    if START.fullmatch(text):
        return Inbound(key, chat, What.START)
    if text:
        return Inbound(key, chat, What.TEXT, text)
    media = next((word for name, word in MEDIA.items() if name in message), "")
    if not media:
        # A note of the app itself, such as that something was pinned, or what only later versions know.
        return None
    caption, album = _text(message.get("caption")), _text(message.get("media_group_id"))
    # An album comes as one message for each picture: those without words count as one.
    return Inbound(f"album-{album}" if album and not caption else key, chat, What.MEDIA, caption, media=media)


def _from_button(key: str, query: Mapping[str, Any]) -> Inbound | None:
    message = _object(query.get("message"))
    chat, data = _chat(message), _text(query.get("data"))
    if not chat or not data:
        return None
    return Inbound(key, chat, What.BUTTON, _title(message, data), button=data)


def _title(message: Mapping[str, Any], data: str) -> str:
    """What was written on the pressed button; empty when the message is too old for Telegram to repeat it."""
    rows = _list(_object(message.get("reply_markup")).get("inline_keyboard"))
    buttons = [_object(button) for row in rows for button in _list(row)]
    return next((_text(one.get("text")) for one in buttons if _text(one.get("callback_data")) == data), "")


def _from_membership(key: str, change: Mapping[str, Any]) -> Inbound | None:
    status = _object(change.get("new_chat_member")).get("status")
    what = STATUSES.get(status) if isinstance(status, str) else None
    chat = _chat(change)
    return Inbound(key, chat, what) if what and chat else None


def _reply(query: Mapping[str, Any]) -> Reply:
    query_id = _text(query.get("id"))
    if not query_id:
        return Reply()
    answer = {"method": "answerCallbackQuery", "callback_query_id": query_id}
    return Reply(body=json.dumps(answer).encode(), media_type="application/json")


def _chat(holder: Mapping[str, Any]) -> str:
    """Empty for what isn't a talk with one person."""
    chat = _object(holder.get("chat"))
    return _number(chat.get("id")) if chat.get("type") == "private" else ""


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: object) -> str:
    """Its digits; empty for anything that is no id."""
    return str(value) if type(value) is int and 0 <= value <= LARGEST else ""


def _text(value: object) -> str:
    """Halves of characters, which JSON can carry and nothing can store, become question marks."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""
