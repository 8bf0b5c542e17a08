"""A patient's rights over what is held: take it along, have it erased."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher, DataKeyError
from bot.privacy.tokens import receipt_id
from bot.store.app_tables import chats, inbox
from bot.store.base import Base, lock, no_conversation
from bot.store.chats import keep_stop
from bot.store.desk_tables import notes, outbox, presences, ratings, reads, tags
from bot.store.engine import empty_write_ahead_log
from bot.store.exported import People, plain
from bot.store.outbox import Outgoing, enqueue
from bot.store.staff_tables import staff
from bot.store.tables import (
    assessments,
    buttons,
    conversations,
    erasures,
    handoff_transitions,
    handoffs,
    messages,
    missed,
    trackers,
)
from bot.store.tally import count

# The hash of the token stays out: it is a key, not something that the patient told us.
ABOUT_CONVERSATION = ("id", "channel", "locale", "state", "consent_at", "created_at", "seen_at")
ABOUT_HANDOFF = (
    "reason",
    "priority",
    "status",
    "opened_at",
    "waiting_since",
    "first_claimed_at",
    "ended_at",
    "outcome",
    "reminders",
)
# What was sent stays out: it says nothing of the patient, and where it went is somebody else's address.
ABOUT_DELIVERY = ("kind", "status", "created_at", "sent_at", "parts")

RETENTION = "retention"
"""Why a conversation is erased whose time is over."""


@dataclass(frozen=True)
class Erasure:
    """The receipt for an erased conversation; all that is left of it."""

    receipt_id: str
    erased_at: datetime
    messages: int


Farewell = Callable[[Erasure], Outgoing]
"""What tells the patient's app that it is done."""


class Records(Base):
    """Export and erasure of whole conversations."""

    def export(self, conversation_id: str) -> dict[str, Any]:
        """Everything held about a conversation, decrypted, ready for JSON. Raises ConversationError (404).

        Staff's private notes are part of it: they are about the patient. Staff are named, never numbered.
        """
        with self._read() as connection:
            row = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one_or_none()
            if row is None:
                raise no_conversation()
            people = _people(connection)
            query = select(trackers.c.body).where(trackers.c.conversation_id == conversation_id)
            tracker = connection.execute(query).scalar_one_or_none()

            def rows(table: Any, order: str) -> list[Any]:
                mine = select(table).where(table.c.conversation_id == conversation_id).order_by(table.c[order])
                return list(connection.execute(mine).all())

            return {
                "conversation": plain(row, ABOUT_CONVERSATION),
                "messages": [self._message(one, people) for one in rows(messages, "seq")],
                "buttons": [plain(one, ("id", "seq")) | self._json(one.body) for one in rows(buttons, "seq")],
                "handoffs": [self._handoff(connection, one, people) for one in rows(handoffs, "opened_at")],
                "assessments": [plain(one, ("seq", "at")) | self._json(one.body) for one in rows(assessments, "seq")],
                "missed": [plain(one, ("seq", "at", "reason")) | self._json(one.body) for one in rows(missed, "seq")],
                "notes": [
                    plain(one, ("at",)) | {"name": one.staff_name, "text": self._cipher.open(one.body)}
                    for one in rows(notes, "id")
                ],
                "ratings": [plain(one, ("seq", "at", "is_helpful")) for one in rows(ratings, "seq")],
                "tags": [one.tag for one in rows(tags, "tag")],
                "reads": [{"name": people.name(one.staff_id), "seq": one.seq} for one in rows(reads, "seq")],
                "presences": [plain(one, ("name", "looking_until")) for one in rows(presences, "looking_until")],
                "app": [
                    plain(one, ("channel", "status", "asked_at", "heard_at"))
                    | {"address": self._cipher.open(one.address)}
                    for one in rows(chats, "heard_at")
                ],
                "deliveries": [plain(one, ABOUT_DELIVERY) for one in rows(outbox, "id")],
                "tracker": None if tracker is None else self._cipher.open(tracker),
            }

    def erase(self, conversation_id: str, *, now: datetime, farewell: Farewell | None = None) -> Erasure:
        """Delete a conversation with all that hangs on it, and keep a receipt that names nobody.

        The `farewell` is queued with it or not at all: afterwards nobody knows whom to tell. Erasing again returns the
        first receipt. Raises ConversationError (404) when there was never anything.
        """
        with self._write() as connection:
            lock(connection, conversation_id)
            erasure = _find_erasure(connection, conversation_id) or erase_locked(
                connection, self._cipher, conversation_id, now, "patient"
            )
            if farewell is not None:
                enqueue(connection, self._cipher, farewell(erasure), now=now)
        empty_write_ahead_log(self._engine)
        return erasure

    def _json(self, blob: bytes) -> dict[str, Any]:
        body: dict[str, Any] = self._cipher.open_json(blob)
        return body

    def _message(self, row: Any, people: People) -> dict[str, Any]:
        about = plain(row, ("seq", "author", "at", "client_id", "is_pending"))
        payload = None if row.payload is None else self._cipher.open(row.payload)
        return about | {"payload": payload} | people.without_ids(self._json(row.body))

    def _handoff(self, connection: Connection, row: Any, people: People) -> dict[str, Any]:
        history = select(handoff_transitions).where(handoff_transitions.c.handoff_id == row.id)
        contact: Mapping[str, Any] | None = None if row.contact is None else self._json(row.contact)
        return plain(row, ABOUT_HANDOFF) | {
            "contact": contact,
            "history": [
                plain(line, ("act", "at")) | {"by": people.name(line.by), "why": self._cipher.open(line.why)}
                for line in connection.execute(history.order_by(handoff_transitions.c.id)).all()
            ],
        }


def _people(connection: Connection) -> People:
    return People({row.id: row.name for row in connection.execute(select(staff.c.id, staff.c.name)).all()})


def _find_erasure(connection: Connection, conversation_id: str) -> Erasure | None:
    row = connection.execute(select(erasures).where(erasures.c.id == receipt_id(conversation_id))).one_or_none()
    return None if row is None else Erasure(row.id, row.at, row.messages)


def _empty_inbox(connection: Connection, cipher: Cipher, conversation_id: str) -> None:
    """What the patient's app has sent and nobody has read yet goes too; its key stays, so that no copy comes back."""
    chat = connection.execute(select(chats).where(chats.c.conversation_id == conversation_id)).one_or_none()
    if chat is None:
        return
    waiting = (inbox.c.lane.in_(_lanes(cipher, chat)), inbox.c.done_at.is_(None))
    values = {"done_at": func.coalesce(inbox.c.done_at, inbox.c.received_at), "body": None}
    connection.execute(update(inbox).where(*waiting).values(**values))


def _lanes(cipher: Cipher, chat: Any) -> list[str]:
    """By each key that is known: since the chat began another one may have come in front."""
    try:
        return [chat.fingerprint, *cipher.fingerprints(chat.channel, cipher.open(chat.address))]
    except DataKeyError:
        return [chat.fingerprint]


def erase_locked(connection: Connection, cipher: Cipher, conversation_id: str, now: datetime, why: str) -> Erasure:
    """Erase a conversation on whose row the transaction holds the lock. Raises ConversationError (404).

    `why` is counted: by whose wish, `patient` or RETENTION.
    """
    query = select(func.count()).where(messages.c.conversation_id == conversation_id)
    erasure = Erasure(receipt_id(conversation_id), now, connection.execute(query).scalar_one())
    _empty_inbox(connection, cipher, conversation_id)
    if why == RETENTION:
        # Nobody asked to be forgotten.
        keep_stop(connection, conversation_id)
    # All that hangs on the conversation goes with it, by the foreign keys; what waits to be sent is sent no more.
    gone = connection.execute(delete(conversations).where(conversations.c.id == conversation_id)).rowcount
    gone += connection.execute(delete(trackers).where(trackers.c.conversation_id == conversation_id)).rowcount
    if not gone:
        raise no_conversation()
    row = {"id": erasure.receipt_id, "at": erasure.erased_at, "messages": erasure.messages}
    connection.execute(insert(erasures).values(**row))
    count(connection, now, "erased", why)
    return erasure
