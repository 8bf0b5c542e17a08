"""A conversation as its page in the console needs it: page by page, with its handoffs and what was sent outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.privacy.tokens import receipt_id
from bot.store.base import Base
from bot.store.desk_tables import outbox
from bot.store.log import to_message
from bot.store.records import Erasure
from bot.store.staff_tables import audit
from bot.store.tables import erasures, handoffs, messages
from bot.types import Message
from bot.vocabulary import APPS, Priority, Reason, Sending, Status


@dataclass(frozen=True)
class Case:
    """A handoff with all that its page shows. `contact` is how the patient wants to be reached: `way`, `value`."""

    id: str
    status: Status
    reason: Reason
    priority: Priority
    owner: str | None
    opened_at: datetime
    waiting_since: datetime
    ended_at: datetime | None
    outcome: str | None
    contact: Mapping[str, Any] | None

    @property
    def is_open(self) -> bool:
        return self.status in {Status.WAITING, Status.CLAIMED}


@dataclass(frozen=True)
class Delivery:
    """Something about this conversation that had to reach somebody outside, and how far it came."""

    kind: str
    status: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    error: str | None


class Transcripts(Base):
    """Reading only."""

    def messages_before(self, conversation_id: str, seq: int, *, limit: int) -> list[Message]:
        """At most `limit` messages with a number below `seq`, the latest of those, in order."""
        query = (
            select(messages)
            .where(messages.c.conversation_id == conversation_id, messages.c.seq < seq)
            .order_by(messages.c.seq.desc())
            .limit(limit)
        )
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [to_message(row, self._cipher) for row in reversed(rows)]

    def cases(self, conversation_id: str) -> list[Case]:
        """All handoffs of the conversation, the newest first. Raises DataKeyError when no key fits a contact."""
        query = select(handoffs).where(handoffs.c.conversation_id == conversation_id)
        with self._read() as connection:
            rows = connection.execute(query.order_by(handoffs.c.opened_at.desc(), handoffs.c.id)).all()
        return [
            Case(
                row.id,
                Status(row.status),
                Reason(row.reason),
                Priority(row.priority),
                row.owner,
                row.opened_at,
                row.waiting_since,
                row.ended_at,
                row.outcome,
                None if row.contact is None else self._cipher.open_json(row.contact),
            )
            for row in rows
        ]

    def sent_about(self, conversation_id: str) -> list[Delivery]:
        """What staff were told about this conversation, oldest first; never what it says."""
        mine = outbox.c.conversation_id == conversation_id
        query = select(outbox).where(mine, outbox.c.kind.not_in(APPS)).order_by(outbox.c.id)
        with self._read() as connection:
            rows = connection.execute(query).all()
        return [Delivery(row.kind, row.status, row.attempts, row.created_at, row.sent_at, row.error) for row in rows]

    def undelivered(self, conversation_id: str) -> dict[int, str]:
        """Messages that the patient's app hasn't taken, by number: the error's code, empty while nothing is wrong."""
        names = (outbox.c.key, outbox.c.error)
        query = select(*names).where(outbox.c.conversation_id == conversation_id, outbox.c.kind.in_(APPS))
        open_ones = outbox.c.status.in_([Sending.WAITING.value, Sending.FAILED.value])
        with self._read() as connection:
            rows = connection.execute(query.where(open_ones)).all()
        return {int(row.key.rpartition(":")[2]): row.error or "" for row in rows}

    def find_erasure(self, conversation_id: str) -> Erasure | None:
        """The receipt, when the conversation was erased."""
        query = select(erasures).where(erasures.c.id == receipt_id(conversation_id))
        with self._read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Erasure(row.id, row.at, row.messages)

    def was_audited(self, act: str, conversation_id: str, staff_id: str, *, since: datetime) -> bool:
        """Whether the audit holds that act of that colleague on this conversation since then."""
        query = select(audit.c.id).where(
            audit.c.subject == receipt_id(conversation_id),
            audit.c.staff_id == staff_id,
            audit.c.act == act,
            audit.c.at > since,
        )
        with self._read() as connection:
            return connection.execute(query.limit(1)).one_or_none() is not None
