"""How long a sign-in lasts, and what it is good for at a given moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from bot.people import StaffSession

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=15)
HALF_WAY = timedelta(minutes=15)
"""How long somebody may take from the password to the code."""

TOUCH_EVERY = timedelta(seconds=30)


class Standing(Enum):
    """What somebody's cookie is worth."""

    NOBODY = "nobody"
    """No session, or one that is over."""
    HALF = "half"
    """The password was right; the second factor is still missing."""
    LOCKED = "locked"
    """Nobody was there for a while: the password opens it again, where it was."""
    OPEN = "open"


def standing(session: StaffSession | None, now: datetime) -> Standing:
    """What the session is worth now."""
    if session is None or not session.staff.is_active or now - session.created_at >= LONGEST:
        return Standing.NOBODY
    if not session.is_verified:
        return Standing.HALF if now - session.created_at < HALF_WAY else Standing.NOBODY
    return Standing.OPEN if now - session.seen_at < IDLE else Standing.LOCKED


def is_due_for_touch(session: StaffSession, now: datetime) -> bool:
    """Whether "somebody is there" is worth writing down: not with each of a page's requests."""
    return now - session.seen_at >= TOUCH_EVERY
