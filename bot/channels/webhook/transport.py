"""Posts one signed JSON document to an address of the clinic's choice."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

from pydantic import SecretStr

from bot.channels.http import Answer, Http
from bot.channels.reasons import PASSING, http_status
from bot.errors import DeliveryError
from bot.store.outbox import Leased

SIGNATURE = "X-MesoGuide-Signature"


class WebhookTransport:
    """The body has the `document` to post; `id` is added to it. `secret` signs it."""

    def __init__(self, url: str, secret: SecretStr) -> None:
        self._url = url
        self._secret = secret

    async def send(self, leased: Leased) -> None:
        """Return on any 2xx. Redirects aren't followed. Raises DeliveryError."""
        data = json.dumps({**leased.outgoing.body["document"], "id": leased.stable_id}, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": leased.stable_id,
            SIGNATURE: signature(self._secret.get_secret_value(), data, int(time.time())),
        }
        # Alerts are rare: nothing is gained by keeping a connection.
        http = Http(self._url)
        try:
            answer = await http.post("", data=data, headers=headers)
        finally:
            await http.close()
        if not answer.is_good:
            raise _refusal(answer)


def signature(secret: str, body: bytes, at: int) -> str:
    """`t=…,v1=…`: when it was sent, and the hex HMAC-SHA256 over `t.body`. The time is signed against replays."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def _refusal(answer: Answer) -> DeliveryError:
    is_passing = answer.status in PASSING or answer.status >= 500
    return DeliveryError(
        http_status(answer.status),
        is_permanent=not is_passing,
        retry_after_s=answer.retry_after_s if is_passing else None,
    )
