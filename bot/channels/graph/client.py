"""Talks to Meta's Graph API with one token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from bot.channels.graph.door import digest
from bot.channels.graph.reasons import refusal
from bot.channels.graph.shapes import as_id
from bot.channels.http import Answer, Http
from bot.channels.reasons import BAD_ANSWER
from bot.errors import DeliveryError


class Graph:
    """`base` ends with the version. Each request also proves that we know the app's secret, so that a token which
    leaked is of no use where the app asks for the proof."""

    def __init__(self, base: str, token: SecretStr, app_secret: SecretStr) -> None:
        secret = token.get_secret_value()
        self._http = Http(base, headers={"Authorization": f"Bearer {secret}"})
        self._proof = {"appsecret_proof": digest(app_secret, secret.encode()).hex()}

    async def get(self, path: str, **params: str) -> Mapping[str, Any]:
        """The object there. Raises DeliveryError."""
        return _good(await self._http.get(path, params={**params, **self._proof}))

    async def post(self, path: str, **what: Any) -> Mapping[str, Any]:
        """`what` is aiohttp's `json` or `data`. Raises DeliveryError."""
        return _good(await self._http.post(path, params=self._proof, **what))

    async def close(self) -> None:
        await self._http.close()


def id_in(found: Mapping[str, Any], name: str) -> str:
    """The id of what has been made. Raises DeliveryError where the answer has none."""
    if not (one := as_id(found.get(name))):
        raise DeliveryError(BAD_ANSWER)
    return one


def _good(answer: Answer) -> Mapping[str, Any]:
    if not answer.is_good or "error" in answer.body:
        raise refusal(answer)
    return answer.body
