"""Opens a conversation's handoff, raises the open one or keeps a contact, in the transaction that tells the patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher
from bot.privacy.tokens import new_id
from bot.store.alerts import enqueue_alert
from bot.store.contacts import drop_contacts, keep_contact
from bot.store.tables import IS_OPEN, conversations, handoff_transitions, handoffs
from bot.store.tally import count_raised, count_transition
from bot.types import Envelope, Transition
from bot.vocabulary import PATIENT, Act, Kind, Priority, Reason, State, Status

OPENS: dict[Kind, tuple[Reason, Priority]] = {
    Kind.EMERGENCY: (Reason.RED_FLAG, Priority.URGENT),
    Kind.URGENT: (Reason.RED_FLAG, Priority.URGENT),
    Kind.CRISIS: (Reason.RED_FLAG, Priority.URGENT),
    Kind.HANDOFF: (Reason.ASKED, Priority.NORMAL),
}
"""The messages that ask staff for something. Not `minor`: the text names who helps, and the clinic can't."""

SAFETY_CHECK, BOT = "safety check", "bot"
BY = {Reason.RED_FLAG: SAFETY_CHECK, Reason.NOT_UNDERSTOOD: BOT}
"""Through whom a handoff is opened, where that isn't the patient."""


def request_for(
    connection: Connection, cipher: Cipher, row: Any, envelopes: Iterable[Envelope], *, why: str, now: datetime
) -> None:
    """Do what the `envelopes` just appended to the conversation `row` ask for: open or raise a handoff, keep a contact.

    `why` is for staff: the message and its signs.
    """
    said = list(envelopes)
    asked = [found for envelope in said if (found := _asked(envelope)) is not None]
    if asked:
        reason, priority = max(asked, key=lambda found: found[1] is Priority.URGENT)
        by = BY.get(reason, PATIENT)
        open_or_raise(connection, cipher, row, reason=reason, priority=priority, by=by, why=why, now=now)
    for request in [envelope.request or {} for envelope in said]:
        if "contact" in request:
            _keep(connection, cipher, row, request["contact"], why=why, now=now)


def _asked(envelope: Envelope) -> tuple[Reason, Priority] | None:
    """Why a message asks for a person and how soon; the reason that it names itself comes first."""
    named = (envelope.request or {}).get("handoff")
    return OPENS.get(envelope.kind) if named is None else (Reason(named), Priority.NORMAL)


def _keep(
    connection: Connection, cipher: Cipher, row: Any, contact: Mapping[str, Any] | None, *, why: str, now: datetime
) -> None:
    if contact is None:
        drop_contacts(connection, row.id)
        return
    found = _find_open(connection, row.id)
    # Whoever leaves a number waits for somebody, also when the handoff has ended meanwhile.
    handoff_id: str | None = None if found is None else found.id
    if handoff_id is None:
        handoff_id = open_or_raise(
            connection, cipher, row, reason=Reason.ASKED, priority=Priority.NORMAL, by=PATIENT, why=why, now=now
        )
    keep_contact(connection, cipher, handoff_id, contact)


def _find_open(connection: Connection, conversation_id: str) -> Any | None:
    query = select(handoffs).where(handoffs.c.conversation_id == conversation_id, IS_OPEN)
    return connection.execute(query).one_or_none()


def open_or_raise(
    connection: Connection,
    cipher: Cipher,
    row: Any,
    *,
    reason: Reason,
    priority: Priority,
    by: str,
    why: str,
    now: datetime,
) -> str:
    """The id of the handoff. `row` is the locked conversation's; an urgent handoff never becomes a normal one."""
    found = _find_open(connection, row.id)
    if found is None:
        handoff_id, act, status, owner = new_id(), Act.OPEN, Status.WAITING, None
        values = {"status": status.value, "reason": reason.value, "priority": priority.value, "opened_at": now}
        values |= {"waiting_since": now}
        connection.execute(insert(handoffs).values(id=handoff_id, conversation_id=row.id, reminders=0, **values))
        if row.state == State.BOT.value:
            waiting = update(conversations).where(conversations.c.id == row.id).values(state=State.WAITING.value)
            connection.execute(waiting)
    else:
        handoff_id, act, status, owner = found.id, Act.RAISE, Status(found.status), found.owner
        if priority is Priority.URGENT and found.priority != priority.value:
            count_raised(connection, found, reason)
            change = update(handoffs).where(handoffs.c.id == found.id)
            connection.execute(change.values(priority=priority.value, reason=reason.value))
        priority = max(priority, Priority(found.priority), key=lambda one: one is Priority.URGENT)
    write_transition(connection, cipher, handoff_id, Transition(act, now, by, why, status, priority, owner))
    return handoff_id


def write_transition(connection: Connection, cipher: Cipher, handoff_id: str, transition: Transition) -> None:
    """Add one line to a handoff's history, and queue the alert of it where staff should get one."""
    count_transition(connection, handoff_id, transition)
    row = {
        "handoff_id": handoff_id,
        "act": transition.act.value,
        "at": transition.at,
        "by": transition.by,
        "status": transition.status.value,
        "priority": transition.priority.value,
        "owner": transition.owner,
        # Staff may quote the patient here.
        "why": cipher.seal(transition.why),
    }
    (transition_id,) = connection.execute(insert(handoff_transitions).values(**row)).inserted_primary_key
    enqueue_alert(connection, cipher, handoff_id, transition_id, transition)
