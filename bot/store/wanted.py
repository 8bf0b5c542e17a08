"""What somebody wants to see of the queue, and the condition that says so to the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import and_, select, true

from bot.store.desk_tables import tags
from bot.store.tables import conversations, handoffs
from bot.vocabulary import Reason, Status

NOBODY = "nobody"
"""Named instead of an owner: what nobody has claimed."""


class View(str, Enum):
    """Which part of the queue."""

    OPEN = "open"
    MINE = "mine"
    WAITING = "waiting"
    CLAIMED = "claimed"
    OUT_OF_HOURS = "out_of_hours"
    BOT = "bot"
    CLOSED = "closed"


class Sort(str, Enum):
    """In which order. Red flags stay on top in each."""

    WAITING = "waiting"
    NEWEST = "newest"
    MESSAGE = "message"
    OWNER = "owner"


@dataclass(frozen=True)
class Wanted:
    """`owner` is a staff id or NOBODY. `page` counts from 0."""

    view: View = View.OPEN
    sort: Sort = Sort.WAITING
    reason: Reason | None = None
    channel: str | None = None
    tag: str | None = None
    owner: str | None = None
    page: int = 0

    @property
    def is_filtered(self) -> bool:
        """Whether anything is left out beside what the view leaves out."""
        return any((self.reason, self.channel, self.tag, self.owner))


def fits(wanted: Wanted, *, me: str, left_ids: Sequence[str]) -> Any:
    """The SQL condition, without open or closed. `left_ids` are the handoffs from outside opening hours."""
    conditions = [true(), *_view(wanted.view, me, left_ids)]
    if wanted.channel is not None:
        conditions.append(conversations.c.channel == wanted.channel)
    if wanted.tag is not None:
        tagged = select(tags.c.conversation_id).where(tags.c.tag == wanted.tag)
        conditions.append(conversations.c.id.in_(tagged))
    if wanted.view is not View.BOT:
        if wanted.reason is not None:
            conditions.append(handoffs.c.reason == wanted.reason.value)
        if wanted.owner is not None:
            is_theirs = handoffs.c.owner.is_(None) if wanted.owner == NOBODY else handoffs.c.owner == wanted.owner
            conditions.append(is_theirs)
    return and_(*conditions)


def _view(view: View, me: str, left_ids: Sequence[str]) -> list[Any]:
    if view is View.MINE:
        return [handoffs.c.owner == me]
    if view in (View.WAITING, View.CLAIMED):
        return [handoffs.c.status == Status(view.value).value]
    return [handoffs.c.id.in_(left_ids)] if view is View.OUT_OF_HOURS else []
