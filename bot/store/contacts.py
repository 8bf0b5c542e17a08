"""How patients want to be reached: kept with their handoff, encrypted, and dropped when they take it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from bot.privacy.cipher import Cipher
from bot.store.base import Base
from bot.store.tables import handoffs


class Contacts(Base):
    """What staff read of it."""

    def contact_of(self, handoff_id: str) -> dict[str, Any] | None:
        """`{"way": "phone" | "email" | "chat", "value": …, "consent_at": …}`; None when nothing was agreed to."""
        query = select(handoffs.c.contact).where(handoffs.c.id == handoff_id)
        with self._read() as connection:
            blob = connection.execute(query).scalar_one_or_none()
        if blob is None:
            return None
        found: dict[str, Any] = self._cipher.open_json(blob)
        return found


def keep_contact(connection: Connection, cipher: Cipher, handoff_id: str, contact: Mapping[str, Any]) -> None:
    """Keep it with the handoff, in the transaction that tells the patient so. The last one counts."""
    change = update(handoffs).where(handoffs.c.id == handoff_id)
    connection.execute(change.values(contact=cipher.seal_json(contact)))


def drop_contacts(connection: Connection, conversation_id: str) -> None:
    """Forget what any handoff of the conversation holds, also one that has ended."""
    change = update(handoffs).where(handoffs.c.conversation_id == conversation_id)
    connection.execute(change.values(contact=None))
