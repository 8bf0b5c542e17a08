"""Makes a move of a handoff: the row, the conversation's state, what the patient is told, and the line of history."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, literal, or_, select, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher
from bot.store.base import lock
from bot.store.columns import UtcDateTime
from bot.store.requests import write_transition
from bot.store.staff_tables import staff
from bot.store.tables import IS_OPEN, conversations, handoffs, messages
from bot.store.tail import Tail
from bot.types import Handoff, Move, Transition, WayBack
from bot.vocabulary import Act, Author, Priority, Reason, Role, Status

ENDED = frozenset({Status.CLOSED, Status.HANDED_BACK})
PLAIN_WORDS = re.compile(r"(?=.{1,40}$)[a-z]+([ _-][a-z]+){0,2}")


def find(connection: Connection, *where: Any) -> Handoff | None:
    """The newest handoff of which that holds, with its owner's name."""
    query = select(handoffs, staff.c.name.label("owner_name"))
    query = query.outerjoin(staff, staff.c.id == handoffs.c.owner).where(*where)
    row = connection.execute(query.order_by(handoffs.c.opened_at.desc()).limit(1)).one_or_none()
    return None if row is None else to_handoff(row)


def to_handoff(row: Any) -> Handoff:
    """A row of `handoffs` with `owner_name` beside it."""
    return Handoff(
        row.id,
        row.conversation_id,
        Status(row.status),
        Reason(row.reason),
        Priority(row.priority),
        row.owner,
        row.opened_at,
        row.owner_name,
        row.waiting_since,
        row.first_claimed_at,
        row.ended_at,
        row.outcome,
    )


def make_move(
    connection: Connection, cipher: Cipher, tail: Tail, handoff_id: str, move: Move, *, now: datetime
) -> Handoff | None:
    """The handoff after the move; None, and nothing changed, when it isn't as the move expects.

    `tail` is that of the handoff's conversation, which is locked.
    """
    if not _swap(connection, handoff_id, move, now):
        return None
    found = find(connection, handoffs.c.id == handoff_id)
    if found is None:
        return None
    change = update(conversations).where(conversations.c.id == found.conversation_id)
    connection.execute(change.values(state=move.state.value))
    if move.notice is not None:
        _tell(connection, tail, found.conversation_id, move, now)
    line = Transition(move.act, now, move.by, move.why, found.status, found.priority, found.owner)
    write_transition(connection, cipher, handoff_id, line)
    return found


def go_back(connection: Connection, cipher: Cipher, tail: Tail, row: Any, way_back: WayBack, *, now: datetime) -> None:
    """Carry out, or ask about, what the patient has just written in the locked conversation `row`."""
    found = find(connection, handoffs.c.conversation_id == row.id, IS_OPEN)
    moves: Iterable[Move] = way_back.moves if found is not None else ()
    if found is None or not any(make_move(connection, cipher, tail, found.id, move, now=now) for move in moves):
        tail.add_notice(way_back.otherwise, at=now)


def hold_owner(connection: Connection, move: Move) -> None:
    """Keep whoever is to get it as they are until the transaction ends.

    Before the conversation's lock, as when somebody is let go: two in another order may wait for ever.
    """
    if move.owner is not None:
        connection.execute(select(staff.c.id).where(staff.c.id == move.owner).with_for_update(read=True)).all()


def release_all(connection: Connection, cipher: Cipher, staff_id: str, release: Move, *, now: datetime) -> list[str]:
    """Give back what that member of staff has claimed, whose row the transaction holds; the conversations' ids."""
    query = select(handoffs.c.id, handoffs.c.conversation_id).where(
        handoffs.c.owner == staff_id, handoffs.c.status == Status.CLAIMED.value
    )
    released = []
    for handoff_id, conversation_id in connection.execute(query.order_by(handoffs.c.conversation_id)).all():
        row = lock(connection, conversation_id)
        if row is None:
            continue
        tail = Tail(connection, cipher, row)
        if make_move(connection, cipher, tail, handoff_id, release, now=now) is not None:
            released.append(conversation_id)
    return released


def _swap(connection: Connection, handoff_id: str, move: Move, now: datetime) -> bool:
    change = update(handoffs).where(handoffs.c.id == handoff_id, handoffs.c.status == move.before.value)
    if move.expected_owner is not None:
        change = change.where(handoffs.c.owner == move.expected_owner)
    if move.expected_priority is not None:
        change = change.where(handoffs.c.priority == move.expected_priority.value)
    if move.owner is not None:
        # Whoever gets it must still be there to answer.
        cannot_reply = or_(~staff.c.is_active, staff.c.role == Role.VIEWER.value)
        change = change.where(~select(staff.c.id).where(staff.c.id == move.owner, cannot_reply).exists())
    return bool(connection.execute(change.values(_after(move, now))).rowcount == 1)


def _after(move: Move, now: datetime) -> dict[str, Any]:
    """What the move makes of the handoff's row."""
    values: dict[str, Any] = {"status": move.after.value, "owner": move.owner}
    if move.after is Status.WAITING:
        values |= {"waiting_since": now, "reminders": 0}
    if move.before is Status.WAITING and move.after is Status.CLAIMED:
        values["first_claimed_at"] = func.coalesce(handoffs.c.first_claimed_at, literal(now, UtcDateTime()))
    if move.after in ENDED:
        values |= {"ended_at": now, "outcome": _outcome(move)}
    return values


def _outcome(move: Move) -> str:
    """One plain word or two: the column is not encrypted, so a sentence about a patient stays out of it."""
    if move.act is Act.CLOSE and PLAIN_WORDS.fullmatch(move.why):
        return move.why
    return {Act.CLOSE: "closed", Act.WITHDRAW: "withdrawn"}.get(move.act, "handed_back")


def _tell(connection: Connection, tail: Tail, conversation_id: str, move: Move, now: datetime) -> None:
    if move.notice is None:
        return
    if move.turn is not None:
        # An earlier resumption that nobody came to is out of date: the question is asked once.
        mine = and_(messages.c.conversation_id == conversation_id, messages.c.author == Author.SYSTEM.value)
        connection.execute(update(messages).where(mine, messages.c.is_pending).values(is_pending=False))
    tail.add_notice(move.notice, at=now, name=move.name, pending=move.turn)
