"""What the Cloud API posts, in the shapes of Meta's reference of webhooks."""

from __future__ import annotations

from typing import Any

from tests.channels.fakes.graph import HIDDEN_CHAT, PHONE_ID, WABA, WHATSAPP_CHAT

WAMID = "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA="
MEDIA = {"id": "1003383421387256", "sha256": "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI="}


def value(phone_id: str = PHONE_ID, **more: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "15550783881", "phone_number_id": phone_id}
    return {"messaging_product": "whatsapp", "metadata": metadata, **more}


def document(*values: dict[str, Any]) -> dict[str, Any]:
    changes = [{"value": one, "field": "messages"} for one in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": changes}]}


def message(kind: str, content: Any = None, **more: Any) -> dict[str, Any]:
    found = {"from": WHATSAPP_CHAT, "id": WAMID, "timestamp": "1749416383", "type": kind, **more}
    return found if content is None else {**found, kind: content}


def delivered(*messages: dict[str, Any]) -> dict[str, Any]:
    contacts = [{"profile": {"name": "Sheena Nelson"}, "wa_id": WHATSAPP_CHAT}]
    return document(value(contacts=contacts, messages=list(messages)))


def status(kind: str, *codes: int, wamid: str = WAMID) -> dict[str, Any]:
    errors = [{"code": code, "title": "x", "error_data": {"details": "x"}} for code in codes]
    found = {"id": wamid, "status": kind, "timestamp": "1750263773", "recipient_id": WHATSAPP_CHAT}
    return {**found, "errors": errors} if errors else found


TEXT = message("text", {"body": "Does it hurt? \U0001f60a"})
FORWARDED = {**TEXT, "context": {"forwarded": True, "frequently_forwarded": True}}
FROM_AN_AD = {**TEXT, "referral": {"source_type": "ad", "headline": "Our clinic", "ctwa_clid": "x"}}
QUOTING = {**TEXT, "context": {"from": "15550783881", "id": "wamid.HBgL1=="}}
BUTTON_REPLY = message(
    "interactive",
    {"type": "button_reply", "button_reply": {"id": "b1", "title": "Yes"}},
    context={"from": "15550783881", "id": "wamid.HBgL1=="},
)
LIST_REPLY = message(
    "interactive",
    {"type": "list_reply", "list_reply": {"id": "b7", "title": "Prices", "description": "What it costs"}},
)
TEMPLATE_BUTTON = message("button", {"payload": "Go on", "text": "Go on"})
WELCOME = message("request_welcome")
HIDDEN = {**{name: found for name, found in TEXT.items() if name != "from"}, "from_user_id": HIDDEN_CHAT}

SENT = {
    "image": message("image", {**MEDIA, "mime_type": "image/jpeg", "caption": "My cheek"}),
    "audio": message("audio", {**MEDIA, "mime_type": "audio/mpeg", "voice": False}),
    "voice": message("audio", {**MEDIA, "mime_type": "audio/ogg; codecs=opus", "voice": True}),
    "video": message("video", {**MEDIA, "mime_type": "video/mp4", "caption": "Look"}),
    "file": message("document", {**MEDIA, "filename": "results.pdf", "mime_type": "application/pdf"}),
    "sticker": message("sticker", {**MEDIA, "mime_type": "image/webp", "animated": False}),
    "location": message("location", {"latitude": 37.4, "longitude": -122.1, "name": "Home", "address": "1 Road"}),
    "contact": message("contacts", [{"name": {"formatted_name": "Barbara J."}, "phones": [{"phone": "+16505559999"}]}]),
    "order": message("order", {"catalog_id": "1", "text": "", "product_items": [{"product_retailer_id": "x"}]}),
    "unknown": message("unsupported", None, errors=[{"code": 131051, "title": "Message type unknown"}]),
}
LEFT_OUT = {
    "reaction": message("reaction", {"message_id": "wamid.HBgL1==", "emoji": "\U0001f44d"}),
    "system": message("system", {"body": "changed", "wa_id": "16505550000", "type": "user_changed_number"}),
    "edit": message("edit", {"original_message_id": "wamid.HBgL1==", "message": {"type": "text"}}),
    "revoke": message("revoke", {"original_message_id": "wamid.HBgL1=="}),
    "an edit reported as unsupported": message("unsupported", {"type": "edit"}),
    "group": {**TEXT, "group_id": "HBgGROUP"},
    "flow": message("interactive", {"type": "nfm_reply", "nfm_reply": {"response_json": "{}"}}),
    "empty text": message("text", {"body": " "}),
    "no body": message("text", {}),
    "no id": {name: found for name, found in TEXT.items() if name != "id"},
    "no sender": {name: found for name, found in TEXT.items() if name != "from"},
    "of the future": message("hologram", {"id": "1"}),
    "no type": {"from": WHATSAPP_CHAT, "id": WAMID},
    "a type that is no word": {**TEXT, "type": ["text"]},
}
