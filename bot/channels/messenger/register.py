"""Have Meta send what patients write to this gateway, which must run."""

from __future__ import annotations

from bot.channels.graph.checking import graph_of
from bot.channels.graph.registering import registered
from bot.channels.messenger.check import FIELDS, setup_of
from bot.channels.messenger.webhook import GET_STARTED
from bot.settings import Settings


async def register(settings: Settings) -> list[str]:
    """What is in the way; nothing when all is done."""

    async def subscribe() -> list[str]:
        async with graph_of(setup_of(settings)) as graph:
            await graph.post("me/subscribed_apps", data={"subscribed_fields": ",".join(FIELDS)})
            await graph.post("me/messenger_profile", json={"get_started": {"payload": GET_STARTED}})
        return []

    return await registered(setup_of(settings), subscribe)
