"""What staff look at afterwards: handoffs that ended, and questions that weren't answered well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.store.base import Base
from bot.store.staff_tables import staff
from bot.store.tables import IS_OPEN, conversations, handoff_transitions, handoffs, missed
from bot.types import MissedQuestion
from bot.vocabulary import Missed, Reason, Status

PAGE = 50


@dataclass(frozen=True)
class Ended:
    """A handoff that is over: closed, or given back to the bot. `why` is what whoever ended it wrote."""

    conversation_id: str
    channel: str
    status: Status
    reason: Reason
    opened_at: datetime
    first_claimed_at: datetime | None
    ended_at: datetime
    by: str
    outcome: str | None
    why: str


@dataclass(frozen=True)
class MissedItem:
    """A kept question, where it was asked, and whether somebody has dealt with it."""

    id: int
    conversation_id: str
    seq: int
    question: MissedQuestion
    done_at: datetime | None
    done_by: str | None


class Review(Base):
    """Everything here goes when its conversation goes."""

    def ended_handoffs(
        self, *, since: datetime | None, reason: Reason | None, page: int = 0, limit: int = PAGE
    ) -> tuple[list[Ended], bool]:
        """Those that ended since then, the latest first, and whether there are more. `page` counts from 0."""
        ended_at = func.coalesce(handoffs.c.ended_at, handoff_transitions.c.at)
        conditions = [ended_at >= since] if since else []
        conditions += [handoffs.c.reason == reason.value] if reason else []
        query = _ended(ended_at).where(~IS_OPEN, *conditions).order_by(ended_at.desc(), handoffs.c.id)
        with self._read() as connection:
            rows = connection.execute(query.offset(page * limit).limit(limit + 1)).all()
        return [self._ended(row) for row in rows[:limit]], len(rows) > limit

    def missed_items(
        self, *, since: datetime | None, reason: Missed | None, is_done: bool | None, limit: int
    ) -> list[MissedItem]:
        """Kept questions, the newest first. `is_done` None: dealt with or not."""
        conditions = [missed.c.at >= since] if since else []
        conditions += [missed.c.reason == reason.value] if reason else []
        if is_done is not None:
            conditions.append(missed.c.done_at.isnot(None) if is_done else missed.c.done_at.is_(None))
        query = select(missed).where(*conditions).order_by(missed.c.at.desc(), missed.c.id.desc()).limit(limit)
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [self._item(row) for row in rows]

    def mark_missed(self, ids: list[int], *, by: str, is_done: bool, now: datetime) -> int:
        """Say that they are dealt with, or not after all. Returns how many changed."""
        change = update(missed).where(missed.c.id.in_(ids))
        change = change.where(missed.c.done_at.is_(None) if is_done else missed.c.done_at.isnot(None))
        with self._write() as connection:
            values = {"done_at": now, "done_by": by} if is_done else {"done_at": None, "done_by": None}
            return int(connection.execute(change.values(**values)).rowcount)

    def _ended(self, row: Any) -> Ended:
        return Ended(
            row.conversation_id,
            row.channel,
            Status(row.status),
            Reason(row.reason),
            row.opened_at,
            row.first_claimed_at,
            row.ended,
            row.name or row.by,
            row.outcome,
            self._cipher.open(row.why),
        )

    def _item(self, row: Any) -> MissedItem:
        body = self._cipher.open_json(row.body)
        topics, card_ids = tuple(body["topics"]), tuple(body["card_ids"])
        question = MissedQuestion(Missed(row.reason), body["question"], topics, card_ids, row.at)
        return MissedItem(row.id, row.conversation_id, row.seq, question, row.done_at, row.done_by)


def _ended(ended_at: Any) -> Any:
    """Ended handoffs with the last line of their history: the one that ended them."""
    newest = (
        select(handoff_transitions.c.handoff_id, func.max(handoff_transitions.c.id).label("id"))
        .group_by(handoff_transitions.c.handoff_id)
        .subquery()
    )
    joined = (
        handoffs.join(conversations, conversations.c.id == handoffs.c.conversation_id)
        .join(newest, newest.c.handoff_id == handoffs.c.id)
        .join(handoff_transitions, handoff_transitions.c.id == newest.c.id)
        .outerjoin(staff, staff.c.id == handoff_transitions.c.by)
    )
    line = handoff_transitions.c
    columns = [handoffs, conversations.c.channel, ended_at.label("ended"), line.by, line.why, staff.c.name]
    return select(*columns).select_from(joined)
