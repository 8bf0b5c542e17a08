"""In one word, what came that isn't text."""

from __future__ import annotations

from collections.abc import Mapping

TYPES = {
    "image": "image",
    "audio": "audio",
    "voice": "audio",
    "video": "video",
    "document": "document",
    "file": "document",
    "sticker": "sticker",
    "location": "location",
    "contacts": "contact",
}
"""WhatsApp says it in `MessageType`, also when Twilio couldn't fetch the file."""
CONTENT = {"image": "image", "audio": "audio", "video": "video"}
CARDS = frozenset({"text/vcard", "text/x-vcard", "text/directory"})


def kind_of(fields: Mapping[str, str]) -> str:
    """Empty when there is nothing but text. Files are never fetched, so nothing is said about their content."""
    if found := TYPES.get(fields.get("MessageType", "")):
        return found
    if fields.get("NumMedia", "0").strip("0"):
        content = fields.get("MediaContentType0", "").partition(";")[0].strip().lower()
        return "contact" if content in CARDS else CONTENT.get(content.partition("/")[0], "document")
    return "location" if fields.get("Latitude") else ""
