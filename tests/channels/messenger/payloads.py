"""What the Messenger Platform posts, in the shapes of Meta's reference of webhook events."""

from __future__ import annotations

from typing import Any

from tests.channels.fakes.graph import MESSENGER_CHAT, PAGE

MID = "m_ag5E-4lB3xJYcUlXeWQEn5zGnG2r9aBTvBVUjcxkAWeMNrDkJz"
AT = 1762902671000


def item(**what: Any) -> dict[str, Any]:
    return {"sender": {"id": MESSENGER_CHAT}, "recipient": {"id": PAGE}, "timestamp": AT, **what}


def message(text: str | None = None, **more: Any) -> dict[str, Any]:
    return item(message={"mid": MID, **({} if text is None else {"text": text}), **more})


def attached(kind: str, text: str | None = None, **payload: Any) -> dict[str, Any]:
    return message(text, attachments=[{"type": kind, "payload": payload}])


def delivered(*items: dict[str, Any]) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": PAGE, "time": AT, "messaging": list(items)}]}


TEXT = message("Does it hurt? \U0001f60a")
REPLYING = message("Does it hurt? \U0001f60a", reply_to={"mid": "m_1"})
ADDRESS = message(
    "https://www.example.org/x",
    attachments=[{"type": "fallback", "payload": {"url": "https://www.example.org/x", "title": "X"}}],
)
QUICK_REPLY = message("Yes", quick_reply={"payload": "b1"})
POSTBACK = item(postback={"mid": MID, "title": "Prices", "payload": "b7"})
GET_STARTED = item(postback={"mid": MID, "title": "Get Started", "payload": "GET_STARTED"})

SENT = {
    "image": attached("image", url="https://scontent.example/1.jpg"),
    "audio": attached("audio", url="https://cdn.example/1.mp4"),
    "video": attached("video", url="https://cdn.example/2.mp4"),
    "file": attached("file", url="https://cdn.example/results.pdf"),
    "location": attached("location", coordinates={"lat": 37.4, "long": -122.1}),
    "sticker": attached("image", url="https://scontent.example/like.png", sticker_id=369239263222822),
    "link": attached("fallback", url="https://www.example.org/x"),
    "unknown": attached("reel", url="https://www.facebook.com/reel/1"),
}
LEFT_OUT = {
    "echo": message("Hello.", is_echo=True, app_id=670843887433847),
    "staff's own on the page": {**message("Hi", is_echo=True), "sender": {"id": PAGE}},
    "deleted": message(is_deleted=True),
    "read": item(read={"watermark": AT}),
    "delivery": item(delivery={"mids": [MID], "watermark": AT}),
    "reaction": item(reaction={"mid": MID, "action": "react", "emoji": "❤", "reaction": "love"}),
    "edit": item(message_edit={"mid": MID, "text": "No", "num_edit": 1}),
    "referral": item(referral={"ref": "x", "source": "SHORTLINK", "type": "OPEN_THREAD"}),
    "optin": item(optin={"type": "notification_messages"}),
    "handover": item(pass_thread_control={"new_owner_app_id": "1"}),
    "empty text": message(" "),
    "no text": message(),
    "no id": item(message={"text": "Hello"}),
    "no sender": {**TEXT, "sender": {}},
    "a postback without a payload": item(postback={"title": "x"}),
    "of the future": item(hologram={"mid": MID}),
    "a message that is none": item(message="Hello"),
}
