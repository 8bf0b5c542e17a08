"""Random names that nobody can guess."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """A bearer token of 256 random bits, 43 URL-safe characters. Shown to its owner once, stored only hashed."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 of a token, 64 hex digits.

    A fast hash is right here: slow, salted hashes protect words that people choose and attackers can list.
    Nobody lists 256 random bits, and this runs on every request.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_id() -> str:
    """An identifier of 128 random bits, 22 URL-safe characters, as conversations carry."""
    return secrets.token_urlsafe(16)


def new_button_id() -> str:
    """An identifier of 72 random bits, 12 characters: it must fit the 64 bytes that messaging apps give a button."""
    return secrets.token_urlsafe(9)


def receipt_id(conversation_id: str) -> str:
    """The number of the receipt for erasing a conversation, 32 hex digits.

    Derived one-way from the random identifier: whoever holds that identifier can show that it was erased,
    while the receipt alone leads back to nobody.
    """
    return hashlib.sha256(f"erased:{conversation_id}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def short_name(conversation_id: str) -> str:
    """What staff call a patient whose name nobody asked for: `Patient 7F2C`. Leads back to nobody."""
    digest = hashlib.sha256(conversation_id.encode("utf-8", "surrogatepass")).hexdigest()
    return f"Patient {digest[:4].upper()}"
