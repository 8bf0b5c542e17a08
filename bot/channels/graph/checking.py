"""What can be wrong with the set-up of any of Meta's apps, in plain sentences."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from pydantic import SecretStr

from bot.channels.graph.client import Graph
from bot.channels.graph.shapes import as_id, as_object, as_objects, as_text
from bot.channels.reasons import BAD_TOKEN, REFUSED, in_words
from bot.errors import DeliveryError


@dataclass(frozen=True)
class Setup:
    """One app as it should be. `name` is its folder's and its webhook's; `subject` is what Meta calls what we listen
    to."""

    name: str
    api: str
    public_url: str
    token: SecretStr
    app_secret: SecretStr
    verify_token: SecretStr
    kinds: frozenset[str]
    scopes: tuple[str, ...]
    subject: str
    fields: tuple[str, ...]

    @property
    def prefix(self) -> str:
        return f"MESOGUIDE_{self.name.upper()}"

    @property
    def readme(self) -> str:
        return f"bot/channels/{self.name}/README.md"

    @property
    def callback(self) -> str:
        return f"{self.public_url}/webhooks/{self.name}"


@asynccontextmanager
async def graph_of(setup: Setup, app_id: str = "") -> AsyncIterator[Graph]:
    """With the app's own token; with `app_id`, as the app itself."""
    token = SecretStr(f"{app_id}|{setup.app_secret.get_secret_value()}") if app_id else setup.token
    graph = Graph(setup.api, token, setup.app_secret)
    try:
        yield graph
    finally:
        await graph.close()


async def app_of_token(setup: Setup, graph: Graph) -> tuple[str, list[str]]:
    """The id of the app that made the token, "" if it is of no use, and what is wrong with it. Raises DeliveryError."""
    answer = await graph.get("debug_token", input_token=setup.token.get_secret_value())
    data = as_object(answer.get("data"))
    if data.get("is_valid") is not True:
        return "", [trouble(setup, DeliveryError(BAD_TOKEN))]
    return as_id(data.get("app_id")), list(_faults_of_token(setup, data))


def _faults_of_token(setup: Setup, data: Mapping[str, Any]) -> Iterator[str]:
    if data.get("type") not in setup.kinds:
        yield f"{setup.prefix}_TOKEN is of the wrong kind. Make one as {setup.readme} says."
    ends = data.get("expires_at")
    if isinstance(ends, int) and ends > 0:
        day = datetime.fromtimestamp(ends, timezone.utc).date()
        yield f"{setup.prefix}_TOKEN ends on {day}. Make one that does not end, as {setup.readme} says."
    held = data.get("scopes")
    for scope in setup.scopes:
        if not isinstance(held, list) or scope not in held:
            yield f"{setup.prefix}_TOKEN lacks the permission {scope}. Make a new one that has it."


async def faults_of_webhook(setup: Setup, app_id: str) -> list[str]:
    """Whether the app's webhook leads here and brings what is needed."""
    if not setup.public_url.startswith("https://"):
        return ["MESOGUIDE_PUBLIC_URL must be an https:// address that Meta can reach."]
    try:
        async with graph_of(setup, app_id) as graph:
            answer = await graph.get(f"{app_id}/subscriptions")
    except DeliveryError as error:
        if error.code not in {BAD_TOKEN, REFUSED}:
            return [trouble(setup, error)]
        return [f"{setup.prefix}_APP_SECRET is not the secret of the app that made {setup.prefix}_TOKEN."]
    hooks = [one for one in as_objects(answer.get("data")) if one.get("object") == setup.subject]
    if not hooks or hooks[0].get("active") is not True:
        return [f"The app has no webhook yet. Set its address to {setup.callback}, as {setup.readme} says."]
    return list(_faults_of_hook(setup, hooks[0]))


def _faults_of_hook(setup: Setup, hook: Mapping[str, Any]) -> Iterator[str]:
    if hook.get("callback_url") != setup.callback:
        yield f"The app's webhook leads to another address. Set it to {setup.callback}."
    held = {as_text(field.get("name")) for field in as_objects(hook.get("fields"))}
    for missing in sorted(set(setup.fields) - held):
        yield f"The app's webhook does not bring {missing}. Subscribe to that field."


def trouble(setup: Setup, error: DeliveryError) -> str:
    """What an error at the check says about the set-up."""
    if error.code == BAD_TOKEN:
        return f"Meta refused {setup.prefix}_TOKEN. Make a new one, as {setup.readme} says."
    if error.code == REFUSED:
        return f"Meta refused the request. Is {setup.prefix}_APP_SECRET the secret of the app that made the token?"
    return f"Meta could not be asked. {in_words(error.code)}"
