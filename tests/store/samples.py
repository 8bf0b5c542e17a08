"""Short ways to say what the store's tests say often."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from sqlalchemy import update
from sqlalchemy.engine import Engine

from bot.store.log import Accepted
from bot.store.store import Store
from bot.store.tables import conversations
from bot.types import Button, Envelope, Pending
from bot.vocabulary import Kind, State

NOW = datetime(2025, 3, 14, 9, 26, 53, 589793, tzinfo=timezone.utc)
TOKEN = "the-token-of-this-conversation"

ANSWER = Envelope(Kind.ANSWER, "One session costs 120.", topics=("cost",), card_ids=("cost.session",))
EMERGENCY = Envelope(Kind.EMERGENCY, "Call the emergency number now.")
OFFER = Envelope(Kind.CLARIFY, "Which one?", buttons=(Button("Pain", "/ask_pain"), Button("Price", "/ask_cost")))

T = TypeVar("T")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def accept(store: Store, conversation_id: str, client_id: str, text: str = "Does it hurt?", **other: Any) -> Accepted:
    """Accept without a limit that any test reaches by accident."""
    limits: dict[str, Any] = {"now": NOW, "per_minute": 10_000, "burst": 10_000}
    return store.accept(conversation_id, client_id=client_id, text=text, **(limits | other))


def take(store: Store, conversation_id: str, *, owner: str = "one", now: datetime = NOW) -> Pending | None:
    """What `owner` gets to answer, for 30 seconds."""
    return store.take(conversation_id, owner=owner, now=now, seconds=30)


def state_of(store: Store, conversation_id: str) -> State:
    """How a conversation stands."""
    found = store.find_conversation(conversation_id)
    assert found is not None
    return found.state


def set_state(engine: Engine, conversation_id: str, state: State) -> None:
    """Stands in for what handoff does to a conversation."""
    with engine.begin() as connection:
        change = update(conversations).where(conversations.c.id == conversation_id).values(state=state.value)
        connection.execute(change)


def together(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Run all jobs in threads that start at the same moment; their results in order."""
    gate = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        gate.wait(timeout=10)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
