"""What has to reach somebody outside: queued with what makes it necessary, sent by one worker, kept when it fails."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, delete, func, or_, select, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher, DataKeyError
from bot.store.app_tables import sent_parts
from bot.store.base import Base, lock
from bot.store.desk_tables import outbox
from bot.store.upsert import insert_into
from bot.vocabulary import APPS, Sending

UNREADABLE = "unreadable"
"""The error of a row that no key opens."""
WAITING = outbox.c.status == Sending.WAITING.value
TROUBLED_AFTER = 3
"""Attempts after which one that still waits counts as failing: a busy server answers earlier."""
FAILING = or_(
    outbox.c.status == Sending.FAILED.value, and_(WAITING, outbox.c.attempts >= TROUBLED_AFTER, outbox.c.error != "")
)
FAILING_COUNT = select(func.count()).select_from(outbox).where(FAILING)


@dataclass(frozen=True)
class Outgoing:
    """One thing to be sent. `key` says what it is; `body` is what the transport of that `kind` wants.

    Those of one `lane` are sent in the order in which they were queued. It goes with the conversation that it is about.
    """

    key: str
    lane: str
    kind: str
    body: Mapping[str, Any] = field(repr=False)
    conversation_id: str | None = None
    is_fleeting: bool = False
    """Its body goes once it is settled; only that there was one stays for a while, as of all others."""


@dataclass(frozen=True)
class Leased:
    """One that this worker may send now, for the `attempts`th time. `id` is the row's.

    `parts` of it have arrived already, of those that make several messages of an app. `error`: of the try before.
    """

    id: int
    outgoing: Outgoing
    attempts: int
    created_at: datetime
    parts: int = 0
    error: str | None = None

    @property
    def stable_id(self) -> str:
        """The same each time that it is sent, and nothing else's: receivers know a second copy by it."""
        return hashlib.sha256(f"{self.outgoing.key}|{self.created_at.isoformat()}".encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Delivery:
    """How one stands, for staff: never what is in it."""

    id: int
    kind: str
    status: Sending
    attempts: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    error: str | None
    conversation_id: str | None


def enqueue(connection: Connection, cipher: Cipher, outgoing: Outgoing, *, now: datetime) -> bool:
    """Queue it in the given transaction; False, and nothing done, when its key was queued before."""
    row = {
        "key": outgoing.key,
        "lane": outgoing.lane,
        "kind": outgoing.kind,
        "conversation_id": outgoing.conversation_id,
        "body": cipher.seal_json(outgoing.body),
        "status": Sending.WAITING.value,
        "attempts": 0,
        "created_at": now,
        "due_at": now,
        "parts": 0,
        "is_fleeting": outgoing.is_fleeting,
    }
    insert = insert_into(connection, outbox).values(**row).on_conflict_do_nothing(index_elements=["key"])
    return bool(connection.execute(insert).rowcount == 1)


class Outbox(Base):
    """The queue. Several workers may share it; whoever leases a row sends it."""

    def enqueue_all(self, outgoing: Sequence[Outgoing], *, now: datetime) -> int:
        """Queue them in a transaction of their own; returns how many were new. What an erased one is about is gone."""
        with self._write() as connection:
            about = {one.conversation_id for one in outgoing if one.conversation_id is not None}
            # In one order, so that two who lock several never wait for each other.
            there = {one for one in sorted(about) if lock(connection, one) is not None}
            fitting = [one for one in outgoing if one.conversation_id is None or one.conversation_id in there]
            return sum(enqueue(connection, self._cipher, one, now=now) for one in fitting)

    def lease_due(self, owner: str, *, now: datetime, seconds: float, limit: int) -> list[Leased]:
        """At most `limit` that are due, each `owner`'s until `now` + `seconds`, counted as one more attempt.

        One whose lane has an earlier one waiting isn't due. A lease that ran out is anybody's. A row that no key opens
        has failed.
        """
        query = _due(now).limit(limit)
        with self._read() as connection:
            # Looked at without a lock first: mostly there is nothing, and writers queue.
            if connection.execute(query).first() is None:
                return []
        until = now + timedelta(seconds=seconds)
        with self._write() as connection:
            rows = connection.execute(query).all()
            mine = [row for row in rows if _lease(connection, row, owner, now, until)]
            opened = [self._opened(connection, row) for row in mine]
        return [one for one in opened if one is not None]

    def mark_sent(self, row_id: int, owner: str, *, now: datetime) -> bool:
        """False, and nothing changed, when the lease is no longer `owner`'s; so for the next four."""
        return self._settle(row_id, owner, status=Sending.SENT.value, sent_at=now, due_at=now, error=None)

    def mark_dropped(self, row_id: int, owner: str, *, now: datetime) -> bool:
        """No longer needed."""
        return self._settle(row_id, owner, status=Sending.DROPPED.value, due_at=now, error=None)

    def mark_failed(self, row_id: int, owner: str, error: str, *, now: datetime) -> bool:
        """Given up; `error` is a code."""
        return self._settle(row_id, owner, status=Sending.FAILED.value, due_at=now, error=error)

    def retry_at(self, row_id: int, owner: str, error: str, *, due_at: datetime) -> bool:
        """To be tried again then; `error` is a code."""
        return self._settle(row_id, owner, due_at=due_at, error=error)

    def put_off(self, row_id: int, owner: str, *, due_at: datetime) -> bool:
        """Not tried: there is no room for it until then."""
        return self._settle(row_id, owner, attempts=outbox.c.attempts - 1, due_at=due_at)

    def holds_up(self, row_id: int) -> bool:
        """Whether others wait behind it."""
        lane = select(outbox.c.lane).where(outbox.c.id == row_id).scalar_subquery()
        behind = select(outbox.c.id).where(WAITING, outbox.c.lane == lane, outbox.c.id > row_id).limit(1)
        with self._read() as connection:
            return connection.execute(behind).first() is not None

    def give_back(self, row_id: int, owner: str) -> bool:
        """Not tried after all: the worker stops."""
        return self._settle(row_id, owner, attempts=outbox.c.attempts - 1)

    def send_again(self, row_id: int, *, now: datetime) -> bool:
        """Start over with one that failed or waits for its next attempt; False for any other."""
        change = update(outbox).where(outbox.c.id == row_id, _is_free(now))
        change = change.where(outbox.c.status.in_([Sending.FAILED.value, Sending.WAITING.value]))
        with self._write() as connection:
            done = connection.execute(change.values(status=Sending.WAITING.value, attempts=0, due_at=now))
            if done.rowcount == 1:
                # A second copy of "not delivered" is about the parts of before.
                anew = select(outbox.c.id).where(outbox.c.id == row_id, outbox.c.parts == 0)
                connection.execute(delete(sent_parts).where(sent_parts.c.outbox_id.in_(anew)))
            return bool(done.rowcount == 1)

    def deliveries(self, *, limit: int) -> list[Delivery]:
        """The failed ones first, then those that wait, then the rest; newest first."""
        place = case((outbox.c.status == Sending.FAILED.value, 0), (WAITING, 1), else_=2)
        # That a patient's app got a message stands beside that message.
        arrived = and_(outbox.c.kind.in_(APPS), outbox.c.status.in_([Sending.SENT.value, Sending.DROPPED.value]))
        names = ("id", "kind", "status", "attempts", "created_at", "due_at", "sent_at", "error", "conversation_id")
        query = select(*(outbox.c[name] for name in names)).where(~arrived)
        query = query.order_by(place, outbox.c.id.desc()).limit(limit)
        with self._read() as connection:
            rows = connection.execute(query).mappings().all()
        return [Delivery(**{**row, "status": Sending(row["status"])}) for row in rows]

    def failing_deliveries(self) -> int:
        """How many have failed, or wait after several attempts."""
        with self._read() as connection:
            return int(connection.execute(FAILING_COUNT).scalar_one())

    def clear_outbox(self, *, before: datetime) -> int:
        """Delete what has been settled since before that time; returns how many. What still waits stays."""
        with self._write() as connection:
            return int(connection.execute(delete(outbox).where(~WAITING, outbox.c.due_at < before)).rowcount)

    def _opened(self, connection: Connection, row: Any) -> Leased | None:
        try:
            body = self._cipher.open_json(row.body)
        except DataKeyError:
            # One of them must not keep the others from being sent.
            values = {"status": Sending.FAILED.value, "error": UNREADABLE, **NO_LEASE}
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(**values))
            return None
        outgoing = Outgoing(row.key, row.lane, row.kind, body, row.conversation_id, row.is_fleeting)
        return Leased(row.id, outgoing, row.attempts + 1, row.created_at, row.parts, row.error)

    def _settle(self, row_id: int, owner: str, **values: Any) -> bool:
        change = update(outbox).where(outbox.c.id == row_id, outbox.c.leased_by == owner, WAITING)
        with self._write() as connection:
            is_done = bool(connection.execute(change.values(**values, **NO_LEASE)).rowcount == 1)
            emptied = update(outbox).where(outbox.c.id == row_id, outbox.c.is_fleeting, ~WAITING)
            connection.execute(emptied.values(body=self._cipher.seal_json({})))
            return is_done


NO_LEASE = {"leased_by": None, "leased_until": None}


def _is_free(now: datetime) -> Any:
    return or_(outbox.c.leased_until.is_(None), outbox.c.leased_until <= now)


def _due(now: datetime) -> Any:
    earlier = outbox.alias("earlier")
    is_first = ~(
        select(earlier.c.id)
        .where(earlier.c.lane == outbox.c.lane, earlier.c.id < outbox.c.id)
        .where(earlier.c.status == Sending.WAITING.value)
        .exists()
    )
    return (
        select(outbox)
        .where(WAITING, outbox.c.due_at <= now, _is_free(now), is_first)
        .order_by(outbox.c.due_at, outbox.c.id)
    )


def _lease(connection: Connection, row: Any, owner: str, now: datetime, until: datetime) -> bool:
    """Whoever was quicker has counted an attempt, so that the row is no longer the one that was read."""
    change = update(outbox).where(outbox.c.id == row.id, WAITING, outbox.c.attempts == row.attempts, _is_free(now))
    values = {"attempts": row.attempts + 1, "leased_by": owner, "leased_until": until}
    return bool(connection.execute(change.values(**values)).rowcount == 1)
