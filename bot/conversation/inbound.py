"""What a patient may send: cleaned text of a sensible length."""

from __future__ import annotations

import re

from bot.errors import ConversationError

MAX_CHARACTERS = 4000
LONGEST_CHECKED = 40_000
"""Characters of a message that is too long to be stored whole, but not to be checked."""
CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
KNOWN_ID = re.compile(r"[A-Za-z0-9_-]{4,64}")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""All but tab and line feed."""


def clean_text(text: object) -> str:
    """`text` without control characters and broken surrogates, trimmed.

    Raises ConversationError when it isn't text, is empty, or has more than 4,000 characters.
    """
    if not isinstance(text, str):
        raise ConversationError("text_wrong", "The message must be text.")
    cleaned = _plain(text)
    if len(cleaned) > MAX_CHARACTERS:
        raise ConversationError(
            "text_too_long",
            f"This message is too long. Please keep it under {MAX_CHARACTERS:,} characters.",
            status=413,
        )
    if not cleaned:
        raise ConversationError("text_empty", "The message is empty. Please type your question.")
    return cleaned


def _plain(text: str) -> str:
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return CONTROLS.sub("", whole).strip()


def both_ends(text: str) -> str:
    """What is checked of a message that is too long: all of it, of an endless one the first and the last part."""
    cleaned, half = _plain(text), LONGEST_CHECKED // 2
    return cleaned if len(cleaned) <= LONGEST_CHECKED else f"{cleaned[:half]}\n{cleaned[-half:]}"


def beginning(text: str) -> str:
    """What is kept of such a message when it carries a red flag: as much as of any, and the word that it isn't all."""
    cleaned = _plain(text)
    return f"{cleaned[:MAX_CHARACTERS]}…\n[Only the beginning is kept: the message had {len(cleaned):,} characters.]"


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
