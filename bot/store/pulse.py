"""What has changed lately, cheaply enough to be asked every second by every process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from bot.store.base import Base
from bot.store.desk_tables import notes, presences, tags
from bot.store.outbox import FAILING_COUNT
from bot.store.tables import IS_OPEN, handoff_transitions, handoffs, messages
from bot.vocabulary import Priority, Status

WINDOW = 100
"""So many of the latest rows are compared: PostgreSQL may show a row after one that got its number later."""


@dataclass(frozen=True)
class Pulse:
    """`lately`: for each table the newest rows, number to conversation. `open`: each open handoff, how it stands."""

    lately: Mapping[str, Mapping[int, str]]
    looking: frozenset[tuple[str, ...]]
    open: Mapping[str, tuple[str, ...]]
    tagged: int
    waiting: int
    urgent: tuple[str, ...]
    """The handoffs with a red flag that nobody has claimed."""
    failing: int
    """How many deliveries have failed or fail just now."""

    def changed_since(self, before: Pulse) -> set[str | None]:
        """The conversations in which something happened; None among them means: perhaps any."""
        changed: set[str | None] = set()
        for name, rows in self.lately.items():
            known = before.lately.get(name, {})
            # Rows below the window come into sight only when others are erased.
            lowest = min(known, default=0)
            fresh = {one for number, one in rows.items() if number not in known and number > lowest}
            changed |= fresh | ({None} if len(rows.keys() - known.keys()) >= WINDOW else set())
        changed |= {key[0] for key in self.looking ^ before.looking}
        moved = set(self.open.items()) ^ set(before.open.items())
        changed |= {state[0] for _, state in moved}
        return changed | ({None} if self.tagged != before.tagged else set())


class Pulses(Base):
    """Reads what a live page needs to know."""

    def pulse(self, now: datetime) -> Pulse:
        """How things stand at `now`."""
        with self._read() as connection:
            lately = {
                "messages": _lately(connection, select(messages.c.id, messages.c.conversation_id), messages.c.id),
                "notes": _lately(connection, select(notes.c.id, notes.c.conversation_id), notes.c.id),
                "moves": _lately(connection, _moves(), handoff_transitions.c.id),
            }
            looking = connection.execute(select(presences).where(presences.c.looking_until > now)).all()
            rows = connection.execute(select(handoffs).where(IS_OPEN).order_by(handoffs.c.opened_at)).all()
            tagged = connection.execute(select(func.count()).select_from(tags)).scalar_one()
            failing = connection.execute(FAILING_COUNT).scalar_one()
        waiting = [row for row in rows if row.status == Status.WAITING.value]
        return Pulse(
            lately,
            frozenset((row.conversation_id, row.who, _typing(row, now)) for row in looking),
            {row.id: (row.conversation_id, row.status, row.priority, row.owner or "") for row in rows},
            tagged,
            len(waiting),
            tuple(row.id for row in waiting if row.priority == Priority.URGENT.value),
            failing,
        )


def _moves() -> Any:
    joined = handoff_transitions.join(handoffs, handoffs.c.id == handoff_transitions.c.handoff_id)
    return select(handoff_transitions.c.id, handoffs.c.conversation_id).select_from(joined)


def _lately(connection: Connection, query: Any, number: Any) -> dict[int, str]:
    rows = connection.execute(query.order_by(number.desc()).limit(WINDOW)).all()
    return {row.id: row.conversation_id for row in rows}


def _typing(row: Any, now: datetime) -> str:
    return "types" if row.typing_until is not None and row.typing_until > now else "looks"
