"""One messaging app: its door, its limits and its way out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.channels.hook import Webhook
from bot.channels.parts import Client, Limits, Template

Check = Callable[[], Awaitable[list[str]]]
"""Looks whether the set-up is right: a plain sentence for each thing that is wrong, with what to do."""


@dataclass(frozen=True)
class App:
    """`name` is in addresses and in the database, `title` is for people. `make_client` needs a running loop."""

    name: str
    title: str
    limits: Limits
    webhook: Webhook
    make_client: Callable[[], Client]
    check: Check
    template: Template | None = None
    """For writing after the window."""
