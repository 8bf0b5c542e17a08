"""What the tests of both clients of Meta share."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from bot.channels.messenger.transport import MessengerClient
from bot.channels.parts import Choice, Client, Part, Picture, Post
from bot.channels.whatsapp.transport import WhatsAppClient
from bot.errors import DeliveryError
from tests.channels.fakes.graph import (
    APP_SECRET,
    MESSENGER_CHAT,
    PAGE_TOKEN,
    PHONE_ID,
    WHATSAPP_CHAT,
    WHATSAPP_TOKEN,
)

PNG = b"\x89PNG\r\n\x1a\n\0\xff\r\r\n\n--" + bytes(range(256))
CHART = Picture(PNG, "Costs", "https://chat.clinic.example/chart.png")
CHATS = {"whatsapp": WHATSAPP_CHAT, "messenger": MESSENGER_CHAT}
TOKENS = {"whatsapp": WHATSAPP_TOKEN, "messenger": PAGE_TOKEN}

both = pytest.mark.parametrize("name", sorted(CHATS))


def make_client(name: str, api: str, *, token: str | None = None, secret: str = APP_SECRET) -> Client:
    key, proof = SecretStr(token or TOKENS[name]), SecretStr(secret)
    return WhatsAppClient(api, PHONE_ID, key, proof) if name == "whatsapp" else MessengerClient(api, key, proof)


def post(name: str, text: str = "Hello.", *, to: str = "", **part: Any) -> Post:
    return Post(to or CHATS[name], Part(text, **part), "out-1")


def choices(count: int, *, title: int = 20, description: str = "") -> tuple[Choice, ...]:
    return tuple(Choice(f"{place:0{title}}", f"b{place}", description) for place in range(count))


async def refused(client: Client, one: Post) -> DeliveryError:
    """Why it wasn't taken, in words that name nobody."""
    with pytest.raises(DeliveryError) as caught:
        await client.send(one)
    for secret in (*CHATS.values(), *TOKENS.values()):
        assert secret not in repr(caught.value)
    return caught.value
