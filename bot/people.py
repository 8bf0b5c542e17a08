"""Who works in the console, and what is theirs there. Frozen and plain, as `bot.types`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.vocabulary import Role


@dataclass(frozen=True)
class Staff:
    """Somebody who works in the console. `name` is what patients see."""

    id: str
    login: str
    name: str
    role: Role
    is_active: bool = True


@dataclass(frozen=True)
class StaffSession:
    """A member of staff who is signed in. `csrf` has to come back with every form."""

    staff: Staff
    csrf: str
    is_verified: bool
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True)
class Presence:
    """Somebody who looks at a conversation just now. `who` is a member of staff's id, or the patient."""

    who: str
    name: str
    is_typing: bool


@dataclass(frozen=True)
class CannedReply:
    """A reply that staff keep ready. Its text may hold the clinic's placeholders and `{staff_name}`."""

    id: str
    title: str
    text: str
