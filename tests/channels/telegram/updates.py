"""Updates in the shapes in which Telegram sends them."""

from __future__ import annotations

import json
from typing import Any

from bot.channels.hook import Raw

SECRET = "a-secret-between-telegram-and-us-01"
ANN = {"id": 42, "is_bot": False, "first_name": "Ann", "username": "ann_example", "language_code": "en"}
CHAT = {"id": 42, "first_name": "Ann", "username": "ann_example", "type": "private"}
GROUP = {"id": -100123, "title": "Friends", "type": "supergroup"}
FILE = {"file_id": "AgACAgIAAx", "file_unique_id": "AQADAgAT", "file_size": 1234}
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Does it hurt?", "callback_data": "b1"}],
        [{"text": "Talk to our team", "callback_data": "b2"}, {"text": "Our page", "url": "https://clinic.example"}],
    ]
}


def update(number: int = 1001, **kind: Any) -> dict[str, Any]:
    return {"update_id": number, **kind}


def message(number: int = 1001, **content: Any) -> dict[str, Any]:
    """What Ann writes; anything may be changed."""
    return update(number, message={"message_id": 7, "from": ANN, "chat": CHAT, "date": 1773480413, **content})


def pressed(data: Any = "b2", **other: Any) -> dict[str, Any]:
    """Ann presses a button below what we wrote."""
    bot = {"id": 123456, "is_bot": True, "first_name": "Clinic", "username": "clinic_bot"}
    ours = {"message_id": 6, "from": bot, "chat": CHAT, "date": 1773480400, "text": "Hello.", "reply_markup": KEYBOARD}
    query = {"id": "4382bfdwdsb323b2d9", "from": ANN, "message": ours, "chat_instance": "-3", "data": data}
    return update(callback_query={**query, **other})


def member(status: Any, **other: Any) -> dict[str, Any]:
    """Ann blocks or unblocks us."""
    us = {"id": 123456, "is_bot": True, "first_name": "Clinic"}
    old, new = {"user": us, "status": "member"}, {"user": us, "status": status, "until_date": 0}
    change = {"chat": CHAT, "from": ANN, "date": 1773480413, "old_chat_member": old, "new_chat_member": new}
    return update(my_chat_member={**change, **other})


def raw(body: Any, secret: str | None = SECRET, method: str = "POST") -> Raw:
    """As the gateway hands it over."""
    headers = {"content-type": "application/json"}
    if secret is not None:
        headers["x-telegram-bot-api-secret-token"] = secret
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Raw(method, "https://chat.clinic.example/webhooks/telegram", headers, {}, data)
