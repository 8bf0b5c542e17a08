"""Meta's request to delete what is held about somebody: signed in a way of its own.

developers.facebook.com/docs/development/create-an-app/app-dashboard/data-deletion-callback
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from pydantic import SecretStr

from bot.channels.events import Batch, Inbound, What
from bot.channels.graph.door import digest
from bot.channels.graph.shapes import as_id, as_object
from bot.channels.hook import Raw, Refused, Reply

FORM = "application/x-www-form-urlencoded"
STATUS = (
    "Facebook has told us that somebody wants their data deleted here. We delete the chat that we hold under the id "
    "that Facebook names. Facebook does not always name the id that our chat has. So, to be sure, write "
    '"delete my data" in the chat, or ask the clinic. This page can not look up a single request.'
)
CODE_LENGTH = 16


def is_deletion(raw: Raw) -> bool:
    """Only these requests are forms."""
    return raw.method == "POST" and raw.headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def take_deletion(raw: Raw, app_secret: SecretStr, public_url: str) -> tuple[Batch, Reply]:
    """The event, and where the person can read what comes of it. Raises Refused.

    Meta's id here is the one that it made for the app, which isn't always the one that the page has for the person.
    """
    payload = _signed_payload(raw.body, app_secret)
    chat = as_id(_document(payload).get("user_id"))
    if not chat:
        raise Refused(400)
    mark = hashlib.sha256(payload.encode()).hexdigest()
    code = mark[:CODE_LENGTH].upper()
    body = {"url": f"{public_url}/webhooks/messenger?deletion={code}", "confirmation_code": code}
    reply = Reply(body=json.dumps(body).encode(), media_type="application/json")
    return Batch((Inbound(f"deletion:{mark}", chat, What.FORGET),)), reply


def deletion_status() -> Reply:
    """What anybody may read at the address that Meta hands on."""
    return Reply(body=STATUS.encode())


def _signed_payload(body: bytes, app_secret: SecretStr) -> str:
    """What is signed, still encoded."""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=10)
        signature, _, payload = fields["signed_request"][0].partition(".")
        given = _decoded(signature)
    except (ValueError, KeyError):
        raise Refused(403) from None
    # Without a secret nothing is let in: anybody could sign with an empty one.
    if not app_secret.get_secret_value() or not hmac.compare_digest(digest(app_secret, payload.encode()), given):
        raise Refused(403)
    return payload


def _document(payload: str) -> Mapping[str, Any]:
    try:
        found = as_object(json.loads(_decoded(payload)))
    except (ValueError, RecursionError):
        raise Refused(400) from None
    if str(found.get("algorithm")).upper() != "HMAC-SHA256":
        raise Refused(403)
    return found


def _decoded(text: str) -> bytes:
    """base64url, with or without its padding. Raises ValueError."""
    bare = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
