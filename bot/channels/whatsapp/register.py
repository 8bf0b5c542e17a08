"""Have Meta send what patients write to this gateway, which must run."""

from __future__ import annotations

from bot.channels.graph.checking import graph_of
from bot.channels.graph.registering import registered
from bot.channels.whatsapp.check import account_of, setup_of
from bot.settings import Settings


async def register(settings: Settings) -> list[str]:
    """What is in the way; nothing when all is done."""

    async def subscribe() -> list[str]:
        async with graph_of(setup_of(settings)) as graph:
            account, faults = await account_of(settings, graph)
            if account:
                await graph.post(f"{account}/subscribed_apps")
            return faults

    return await registered(setup_of(settings), subscribe)
