"""What messaging apps have sent: stored once before it is acknowledged, dealt with in order, then emptied."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import DataKeyError
from bot.store.app_tables import chats, inbox
from bot.store.base import Base
from bot.store.upsert import insert_into
from bot.vocabulary import ChatStatus

WAITING = inbox.c.done_at.is_(None)


@dataclass(frozen=True)
class Arrived:
    """One event of an app. `whole` is stored for who has agreed to that, `bare` for everybody else."""

    channel: str
    key: str
    address: str = field(repr=False)
    whole: Mapping[str, Any] = field(repr=False)
    bare: Mapping[str, Any] = field(repr=False)

    @property
    def row_key(self) -> str:
        """What a second copy is known by; the app's own id may hold a phone number."""
        return hashlib.sha256(f"{self.channel}|{self.key}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Kept:
    """`id` is the row's, None when it was there before. `is_whole`: whether the patient's words were stored."""

    id: int | None
    is_whole: bool


@dataclass(frozen=True)
class Taken:
    """One event that this worker may deal with now, for the `attempts`th time. `key` is the same each time."""

    id: int
    key: str
    channel: str
    body: Mapping[str, Any] = field(repr=False)
    attempts: int
    received_at: datetime


class Inbox(Base):
    """Several workers may share it; whoever leases a row deals with it."""

    def keep_inbound(self, arrived: Sequence[Arrived], *, owner: str, now: datetime, seconds: float) -> list[Kept]:
        """Store all of them in one transaction, in order. Those that aren't whole are `owner`'s for so many seconds:
        only there are their words known."""
        until = now + timedelta(seconds=seconds)
        with self._write() as connection:
            agreed = self._agreed(connection, arrived)
            wholes = [(one.channel, one.address) in agreed for one in arrived]
            rows = [
                self._sealed(one, is_whole, owner, now, until) for one, is_whole in zip(arrived, wholes, strict=True)
            ]
            ids = _insert(connection, rows)
        return [Kept(ids.get(row["body"]), is_whole) for row, is_whole in zip(rows, wholes, strict=True)]

    def take_inbound(
        self, owner: str, *, now: datetime, seconds: float, limit: int, again: Collection[int] = ()
    ) -> list[Taken]:
        """At most `limit` that are due, each `owner`'s until `now` + `seconds`; none whose lane has an earlier one.

        `again` are the ids of those that `owner` has put off and kept.
        """
        query = _due(owner, now, again).limit(limit)
        with self._read() as connection:
            if connection.execute(query).first() is None:
                return []
        until = now + timedelta(seconds=seconds)
        with self._write_relaxed() as connection:
            rows = connection.execute(query).all()
            mine = [row for row in rows if _lease(connection, row, owner, now, until)]
        return [taken for row in mine if (taken := self._read_body(row, now)) is not None]

    def finish_inbound(self, row_id: int, *, now: datetime) -> None:
        """It is dealt with: its words go, its key stays to know a second copy by."""
        values = {"done_at": now, "body": None, "leased_by": None, "leased_until": None}
        with self._write() as connection:
            connection.execute(update(inbox).where(inbox.c.id == row_id).values(**values))

    def put_off_inbound(
        self, row_id: int, owner: str, *, due_at: datetime, is_tried: bool, keep_until: datetime | None = None
    ) -> None:
        """Again then; `is_tried`: something went wrong, so that it counts as an attempt. Until `keep_until` it stays
        `owner`'s: only there are its words known."""
        attempts = inbox.c.attempts if is_tried else inbox.c.attempts - 1
        change = update(inbox).where(inbox.c.id == row_id, inbox.c.leased_by == owner, WAITING)
        with self._write() as connection:
            lease = {"leased_by": owner if keep_until else None, "leased_until": keep_until}
            values = {"attempts": attempts, "due_at": due_at, **lease}
            connection.execute(change.values(**values))

    def waiting_inbound(self, channel: str, address: str) -> int:
        """How many events of one patient wait."""
        query = select(func.count()).where(WAITING, inbox.c.lane.in_(self._cipher.fingerprints(channel, address)))
        with self._read() as connection:
            return int(connection.execute(query).scalar_one())

    def waiting_behind(self, taken: Taken) -> list[Taken]:
        """The later events of the same patient that wait too, in order; those that no key opens are left out."""
        lane = select(inbox.c.lane).where(inbox.c.id == taken.id).scalar_subquery()
        query = select(inbox).where(WAITING, inbox.c.lane == lane, inbox.c.id > taken.id).order_by(inbox.c.id)
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [one for row in rows if (one := self._as_taken(row)) is not None]

    def _agreed(self, connection: Connection, arrived: Sequence[Arrived]) -> set[tuple[str, str]]:
        """Channels and addresses of those who have; the same number in another app is another patient."""
        prints = {
            known: (one.channel, one.address)
            for one in arrived
            for known in self._cipher.fingerprints(one.channel, one.address)
        }
        query = select(chats.c.fingerprint).where(
            chats.c.fingerprint.in_(list(prints)), chats.c.status == ChatStatus.ACTIVE.value
        )
        return {prints[known] for known in connection.execute(query).scalars()}

    def _sealed(self, one: Arrived, is_whole: bool, owner: str, now: datetime, until: datetime) -> dict[str, Any]:
        return {
            "key": one.row_key,
            "channel": one.channel,
            "lane": self._cipher.fingerprints(one.channel, one.address)[0],
            "body": self._cipher.seal_json(one.whole if is_whole else one.bare),
            "received_at": now,
            "attempts": 0,
            "due_at": now,
            "leased_by": None if is_whole else owner,
            "leased_until": None if is_whole else until,
        }

    def _read_body(self, row: Any, now: datetime) -> Taken | None:
        taken = self._as_taken(row)
        if taken is None:
            # No key opens it: whoever wrote it reads no answer, and nobody waits behind it.
            self.finish_inbound(row.id, now=now)
        return taken

    def _as_taken(self, row: Any) -> Taken | None:
        try:
            body = self._cipher.open_json(row.body)
        except DataKeyError:
            return None
        return Taken(row.id, row.key, row.channel, body, row.attempts + 1, row.received_at)


def _insert(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[bytes, int]:
    """The ids of those that are new, by their bodies: one statement for all rows, since each costs more than a row."""
    connection.execute(insert_into(connection, inbox).on_conflict_do_nothing(index_elements=["key"]), rows)
    query = select(inbox.c.body, inbox.c.id).where(inbox.c.key.in_([row["key"] for row in rows]))
    # No two sealed bodies are alike, so a body tells the row that was stored now from an earlier copy of it.
    return {bytes(row.body): row.id for row in connection.execute(query) if row.body is not None}


def _due(owner: str, now: datetime, again: Collection[int]) -> Any:
    earlier = inbox.alias("earlier")
    is_first = ~(
        select(earlier.c.id)
        .where(earlier.c.lane == inbox.c.lane, earlier.c.id < inbox.c.id, earlier.c.done_at.is_(None))
        .exists()
    )
    mine_unseen = and_(inbox.c.leased_by == owner, or_(inbox.c.attempts == 0, inbox.c.id.in_(again)))
    is_free = or_(inbox.c.leased_until.is_(None), inbox.c.leased_until <= now, mine_unseen)
    return select(inbox).where(WAITING, inbox.c.due_at <= now, is_free, is_first).order_by(inbox.c.due_at, inbox.c.id)


def _lease(connection: Connection, row: Any, owner: str, now: datetime, until: datetime) -> bool:
    """Whoever was quicker has counted an attempt."""
    same = (inbox.c.id == row.id, inbox.c.attempts == row.attempts, WAITING)
    values = {"attempts": row.attempts + 1, "leased_by": owner, "leased_until": until}
    return bool(connection.execute(update(inbox).where(*same).values(**values)).rowcount == 1)
