"""Queues the news that somebody waits for staff, in the transaction that makes somebody wait."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher
from bot.store.outbox import Outgoing, enqueue
from bot.store.tables import conversations, handoff_transitions, handoffs
from bot.types import Transition
from bot.vocabulary import Act, Priority, Reason

ALERT = "alert"
ESCALATED = 2
"""`handoffs.reminders` of one that was reminded of, and then escalated."""
ALERTING = frozenset({Act.OPEN, Act.RAISE, Act.REMIND, Act.ESCALATE})


def enqueue_alert(
    connection: Connection, cipher: Cipher, handoff_id: str, transition_id: int, transition: Transition
) -> None:
    """Queue one alert when staff should know of the transition that was just written; one for all who are told.

    A handoff that was urgent already isn't news when it is raised: somebody in danger writes often. The body holds
    `handoff_id`, `act`, `priority`, `reason`, `since`, `channel`, `at` and `is_escalated`; nothing that anybody said.
    """
    if transition.act not in ALERTING:
        return
    if transition.act is Act.RAISE and not _became_urgent(connection, handoff_id, transition_id, transition):
        return
    query = select(handoffs, conversations.c.channel).join(
        conversations, conversations.c.id == handoffs.c.conversation_id
    )
    row = connection.execute(query.where(handoffs.c.id == handoff_id)).one()
    if row.reason == Reason.STAFF.value and transition.act is Act.OPEN:
        # Whoever opened it has it.
        return
    body = {
        "handoff_id": handoff_id,
        "act": transition.act.value,
        "priority": transition.priority.value,
        "reason": row.reason,
        "since": row.waiting_since.isoformat(),
        "channel": row.channel,
        "at": transition.at.isoformat(),
        "is_escalated": row.reminders >= ESCALATED,
    }
    key = f"{ALERT}:{transition_id}"
    # A lane of its own: an alert that can't be sent must not hold up the next one.
    outgoing = Outgoing(key, lane=key, kind=ALERT, body=body, conversation_id=row.conversation_id)
    enqueue(connection, cipher, outgoing, now=transition.at)


def _became_urgent(connection: Connection, handoff_id: str, transition_id: int, transition: Transition) -> bool:
    lines = handoff_transitions
    query = select(lines.c.priority).where(lines.c.handoff_id == handoff_id, lines.c.id < transition_id)
    before = connection.execute(query.order_by(lines.c.id.desc()).limit(1)).scalar_one_or_none()
    return transition.priority is Priority.URGENT and before != Priority.URGENT.value
