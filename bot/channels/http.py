"""One HTTP client for all apps: one pool of connections, time limits, and errors in our own terms."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.channels.reasons import BAD_ANSWER, NO_CONNECTION, TIMEOUT, TLS
from bot.errors import DeliveryError

TIMEOUT_S = 10.0
LONGEST_ANSWER = 1024 * 1024
"""Bytes that are read of an answer."""


@dataclass(frozen=True)
class Answer:
    """What a server said. `body` is {} where it isn't a JSON object."""

    status: int
    body: Mapping[str, Any]
    retry_after_s: float | None

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


class Http:
    """Talks to the server at `base`. Connects on first use; close it in the loop that used it."""

    def __init__(self, base: str, *, headers: Mapping[str, str] | None = None) -> None:
        self._base = base.rstrip("/")
        self._headers = {"User-Agent": "MesoGuide", **(headers or {})}
        self._session: aiohttp.ClientSession | None = None

    async def get(self, path: str, *, params: Mapping[str, str] | None = None, auth: Any = None) -> Answer:
        return await self._ask("GET", path, params=params, auth=auth)

    async def post(self, path: str, **what: Any) -> Answer:
        """`what` is aiohttp's: `json`, `data`, `headers`, `auth`. Redirects aren't followed.

        Raises DeliveryError when no answer comes; an answer of any status is returned.
        """
        return await self._ask("POST", path, **what)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, method: str, path: str, **what: Any) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers)
        url = f"{self._base}/{path}" if path else self._base
        what["timeout"] = aiohttp.ClientTimeout(total=TIMEOUT_S)
        try:
            async with self._session.request(method, url, allow_redirects=False, **what) as response:
                raw = await response.content.read(LONGEST_ANSWER)
                return Answer(response.status, _object(raw), retry_after_s(response.headers.get("Retry-After")))
        except asyncio.TimeoutError:
            raise DeliveryError(TIMEOUT) from None
        except (aiohttp.ClientSSLError, ssl.SSLError):
            raise DeliveryError(TLS) from None
        except (aiohttp.ClientConnectionError, OSError):
            raise DeliveryError(NO_CONNECTION) from None
        except (aiohttp.ClientError, ValueError):
            raise DeliveryError(BAD_ANSWER) from None


def retry_after_s(header: str | None) -> float | None:
    """The header holds seconds or a date; None for anything else."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def _object(raw: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
