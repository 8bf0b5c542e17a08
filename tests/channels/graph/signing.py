"""Requests as Meta sends them."""

from __future__ import annotations

import hashlib
import hmac
import json

from bot.channels.hook import Raw

SECRET, VERIFY_TOKEN = "an-app-secret-of-meta-for-tests", "a-word-for-the-handshake"


def signature(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def posted(body: bytes, *, header: str | None = None, url: str = "https://chat.clinic.example/webhooks/x") -> Raw:
    """Signed rightly, or with `header`."""
    headers = {"content-type": "application/json", "x-hub-signature-256": header or signature(body)}
    return Raw("POST", url, headers, {}, body)


def signed(document: object) -> Raw:
    # Meta signs what it sends, with everything but ASCII escaped.
    return posted(json.dumps(document).encode())


def got(**query: str) -> Raw:
    """A GET; `hub_mode` stands for `hub.mode`."""
    named = {name.replace("hub_", "hub."): value for name, value in query.items()}
    return Raw("GET", "https://chat.clinic.example/webhooks/x", {}, named, b"")


def handshake(token: str = VERIFY_TOKEN) -> Raw:
    return got(hub_mode="subscribe", hub_verify_token=token, hub_challenge="1158201444")
