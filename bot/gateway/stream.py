"""The message log as server-sent events: an accelerator beside long-poll, never the truth."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any

from bot.conversation.service import ConversationService

HEARTBEAT_S = 15.0
LONGEST_S = 600.0
"""A stream ends after ten minutes and the client opens the next one, so that no dead one is kept for ever."""


async def events(service: ConversationService, conversation_id: str, *, after: int) -> AsyncIterator[bytes]:
    """`message` events with the seq as their id, `state` events when it changes, and comments as heartbeats."""
    shown_state = ""
    until = time.monotonic() + LONGEST_S
    yield b": open\n\n"
    while time.monotonic() < until:
        found, state = await service.messages(conversation_id, after=after, wait_s=HEARTBEAT_S)
        for message in found:
            after = message.seq
            yield _event("message", message.to_json(), message.seq)
        if state != shown_state:
            shown_state = state
            yield _event("state", {"state": state})
        if state == "closed":
            return
        if not found:
            yield b": still here\n\n"


def _event(name: str, data: dict[str, Any], seq: int | None = None) -> bytes:
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
