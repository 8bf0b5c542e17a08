"""What a patient may send: cleaned text of a sensible length."""

from __future__ import annotations

import re
import unicodedata

from bot.errors import ConversationError

MAX_CHARACTERS = 4000
CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
KNOWN_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
KEPT_CONTROLS = {"\n", "\t"}


def clean_text(text: object) -> str:
    """`text` without control characters and broken surrogates, trimmed.

    Raises ConversationError when it isn't text, is empty, or has more than 4,000 characters.
    """
    if not isinstance(text, str):
        raise ConversationError("text_wrong", "The message must be text.")
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    cleaned = "".join(sign for sign in whole if sign in KEPT_CONTROLS or unicodedata.category(sign) != "Cc").strip()
    if len(cleaned) > MAX_CHARACTERS:
        raise ConversationError(
            "text_too_long",
            f"This message is too long. Please keep it under {MAX_CHARACTERS:,} characters.",
            status=413,
        )
    if not cleaned:
        raise ConversationError("text_empty", "The message is empty. Please type your question.")
    return cleaned


def check_client_id(client_id: object) -> str:
    """Raises ConversationError unless it is 8 to 64 letters, digits, dots, dashes or underscores."""
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise ConversationError(
            "client_id_wrong", "client_id must be 8 to 64 letters, digits, dots, dashes or underscores."
        )
    return client_id


def is_id(value: object) -> bool:
    """Whether `value` can be an identifier that we gave out; anything else need not reach the database."""
    return isinstance(value, str) and KNOWN_ID.fullmatch(value) is not None
