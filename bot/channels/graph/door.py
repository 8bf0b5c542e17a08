"""What the webhooks of Meta's apps have in common: the handshake at the set-up, and the signature on all that comes."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.channels.graph.shapes import as_object
from bot.channels.hook import Raw, Refused, Reply

SIGNATURE, SCHEME = "x-hub-signature-256", "sha256="
CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}")


def shake_hands(raw: Raw, verify_token: SecretStr) -> Reply:
    """Meta's GET at the set-up: its challenge goes back if it knows our word. Raises Refused."""
    if raw.query.get("hub.mode") != "subscribe":
        raise Refused(400)
    if not is_same(verify_token.get_secret_value(), raw.query.get("hub.verify_token", "")):
        raise Refused(403)
    challenge = raw.query.get("hub.challenge", "")
    if not CHALLENGE.fullmatch(challenge):
        raise Refused(400)
    return Reply(body=challenge.encode())


def signed_document(raw: Raw, app_secret: SecretStr) -> Mapping[str, Any]:
    """The JSON object that Meta posted; {} for anything else that it has signed. Raises Refused."""
    if raw.method != "POST":
        raise Refused(400)
    if not is_signed(app_secret, raw.body, raw.headers.get(SIGNATURE, "")):
        raise Refused(403)
    try:
        return as_object(json.loads(raw.body))
    except (ValueError, RecursionError):
        return {}


def is_signed(secret: SecretStr, body: bytes, header: str) -> bool:
    """Whether `header` is `sha256=` and the hex HMAC over the body. Never so without a secret."""
    if not secret.get_secret_value() or not header.startswith(SCHEME):
        return False
    return is_same(digest(secret, body).hex(), header[len(SCHEME) :])


def digest(secret: SecretStr, data: bytes) -> bytes:
    return hmac.new(secret.get_secret_value().encode(), data, hashlib.sha256).digest()


def is_same(expected: str, given: str) -> bool:
    """In constant time. Nothing is the same as an empty secret."""
    return bool(expected) and hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace"))
