"""What the conversation needs of a brain, and the client that reaches it over loopback."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Protocol

import aiohttp

from bot.errors import BrainUnavailable
from bot.types import Envelope, PatientTurn
from bot.vocabulary import QUIET_TURNS

ATTEMPTS = 3
PAUSE_S = 0.5


class Brain(Protocol):
    """Anything that answers turns."""

    async def answer(self, turn: PatientTurn) -> Sequence[Envelope]:
        """The envelopes for one turn; the same ones for the same turn again. Raises BrainUnavailable.

        There is at least one, but for `QUIET_TURNS`.
        """

    async def check(self) -> None:
        """Raises BrainUnavailable unless a plain question is understood."""

    async def close(self) -> None:
        """Let go of connections. Nothing is asked afterwards."""


class HttpBrain:
    """The brain process. Asked up to three times within one time limit, since it may just be starting again."""

    def __init__(self, url: str, secret: str, *, timeout_s: float) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {secret}"}
        self._timeout_s = timeout_s
        self._session: aiohttp.ClientSession | None = None

    async def answer(self, turn: PatientTurn) -> list[Envelope]:
        body = await self._within_limit(self._persist("POST", "/turn", asdict(turn)))
        try:
            envelopes = [Envelope.from_json(envelope) for envelope in body["envelopes"]]
        except (KeyError, TypeError, ValueError):
            raise BrainUnavailable("The brain's answer doesn't have the agreed shape.") from None
        if not envelopes and turn.payload not in QUIET_TURNS:
            # A patient who gets silence waits for ever.
            raise BrainUnavailable("The brain answered without a message.")
        return envelopes

    async def check(self) -> None:
        await self._within_limit(self._request("GET", "/ready", None))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _within_limit(self, work: Any) -> Any:
        try:
            return await asyncio.wait_for(work, self._timeout_s)
        except asyncio.TimeoutError:
            raise BrainUnavailable(f"The brain gave no answer within {self._timeout_s:g} s.") from None

    async def _persist(self, method: str, path: str, body: dict[str, Any]) -> Any:
        for attempt in range(1, ATTEMPTS):
            try:
                return await self._request(method, path, body)
            except BrainUnavailable:
                await asyncio.sleep(PAUSE_S * attempt)
        return await self._request(method, path, body)

    async def _request(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        if self._session is None:
            # Made here, not in the constructor: a session belongs to the running event loop.
            self._session = aiohttp.ClientSession(headers=self._headers)
        try:
            async with self._session.request(method, self._url + path, json=body) as response:
                if response.status != 200:
                    raise BrainUnavailable(f"The brain refused with status {response.status}.")
                return await response.json()
        except (aiohttp.ClientError, ValueError) as error:
            raise BrainUnavailable(f"The brain can't be reached ({type(error).__name__}).") from None
