"""Posts one signed JSON document to an address of the clinic's choice."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from email.utils import parsedate_to_datetime

import aiohttp
from pydantic import SecretStr

from bot.channels.reasons import BAD_ANSWER, NO_CONNECTION, PASSING, TIMEOUT, TLS, http_status
from bot.errors import DeliveryError
from bot.store.outbox import Leased

TIMEOUT_S = 10.0
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
            "User-Agent": "MesoGuide",
            "Idempotency-Key": leased.stable_id,
            SIGNATURE: signature(self._secret.get_secret_value(), data, int(time.time())),
        }
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as session,
                session.post(self._url, data=data, headers=headers, allow_redirects=False) as response,
            ):
                status, retry_after = response.status, response.headers.get("Retry-After")
        except asyncio.TimeoutError:
            raise DeliveryError(TIMEOUT) from None
        except (aiohttp.ClientSSLError, ssl.SSLError):
            raise DeliveryError(TLS) from None
        except (aiohttp.ClientConnectionError, OSError):
            raise DeliveryError(NO_CONNECTION) from None
        except (aiohttp.ClientError, ValueError):
            raise DeliveryError(BAD_ANSWER) from None
        if not 200 <= status < 300:
            raise _refusal(status, retry_after)


def signature(secret: str, body: bytes, at: int) -> str:
    """`t=…,v1=…`: when it was sent, and the hex HMAC-SHA256 over `t.body`. The time is signed against replays."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


def _refusal(status: int, retry_after: str | None) -> DeliveryError:
    is_passing = status in PASSING or status >= 500
    return DeliveryError(
        http_status(status), is_permanent=not is_passing, retry_after_s=_seconds(retry_after) if is_passing else None
    )


def _seconds(retry_after: str | None) -> float | None:
    """The header holds seconds or a date; None for anything else."""
    if retry_after is None:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
