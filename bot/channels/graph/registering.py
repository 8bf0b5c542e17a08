"""Tells Meta where our webhooks are, so that nobody has to click it together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.channels.graph.checking import Setup, app_of_token, graph_of, trouble
from bot.errors import DeliveryError


async def register_webhook(setup: Setup) -> list[str]:
    """What is in the way; nothing when Meta has taken it. The gateway must run: Meta calls it before it answers."""
    async with graph_of(setup) as graph:
        app_id, faults = await app_of_token(setup, graph)
    if not app_id:
        return faults
    async with graph_of(setup, app_id) as graph:
        data = {
            "object": setup.subject,
            "callback_url": setup.callback,
            "verify_token": setup.verify_token.get_secret_value(),
            "fields": ",".join(setup.fields),
        }
        await graph.post(f"{app_id}/subscriptions", data=data)
    return []


async def registered(setup: Setup, steps: Callable[[], Awaitable[list[str]]]) -> list[str]:
    """What `steps` say is in the way, errors of Meta's included."""
    try:
        return await register_webhook(setup) or await steps()
    except DeliveryError as error:
        return [trouble(setup, error)]
