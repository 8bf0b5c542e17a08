"""What staff call a patient: a short name that points to nobody outside of the console."""

from __future__ import annotations

import hashlib


def short_name(conversation_id: str) -> str:
    """`Patient 7F2C`: the same for the same conversation, and not to be turned back into it."""
    return f"Patient {hashlib.sha256(conversation_id.encode()).hexdigest()[:4].upper()}"
