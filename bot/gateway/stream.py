"""The message log as server-sent events: an accelerator beside long-poll, never the truth."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from typing import Any

from bot.conversation.service import ConversationService, News
from bot.vocabulary import State

HEARTBEAT_S = 15.0
LONGEST_S = 600.0
"""A stream ends after ten minutes and the client opens the next one, so that no dead one is kept for ever."""


async def events(service: ConversationService, conversation_id: str, *, after: int) -> AsyncIterator[bytes]:
    """`message` events with the seq as their id; `state` and `typing` events when that changes; comments as heartbeats.

    A closed conversation ends it.
    """
    shown = News([], "", None)
    until = time.monotonic() + LONGEST_S
    yield b": open\n\n"
    while time.monotonic() < until:
        news = await service.news(conversation_id, after=after, wait_s=HEARTBEAT_S, shown=shown)
        for message in news.messages:
            after = message.seq
            yield _event("message", message.to_json(), message.seq)
        if news.state != shown.state:
            yield _event("state", {"state": news.state})
        if news.typing != shown.typing:
            yield _event("typing", {"name": news.typing or shown.typing, "is_typing": news.typing is not None})
        if news.state == State.CLOSED.value:
            return
        if not news.messages and (news.state, news.typing) == (shown.state, shown.typing):
            yield b": still here\n\n"
        shown = news


def _event(name: str, data: dict[str, Any], seq: int | None = None) -> bytes:
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {name}\ndata: {json.dumps(data)}\n\n".encode()
