"""How long a request may wait: by the clinic's own minutes until staff are reminded, and until others are told."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.clinic import Clinic
from bot.vocabulary import Priority

URGENT_PATIENCE = 3
"""Others are told of an urgent one after so many times the minutes until the first reminder, at the latest."""
MINUTE = timedelta(minutes=1)


def waited_minutes(priority: Priority, waiting_since: datetime, clinic: Clinic, *, now: datetime) -> float:
    """For how many minutes somebody has waited: of opening hours, or of any when it is urgent."""
    if priority is Priority.URGENT:
        return (now - waiting_since) / MINUTE
    return clinic.hours.open_minutes(waiting_since, now)


def remind_after(priority: Priority, clinic: Clinic) -> int:
    """Minutes until staff are told again."""
    return clinic.alert_urgent_after_minutes if priority is Priority.URGENT else clinic.alert_after_minutes


def escalate_after(priority: Priority, clinic: Clinic) -> int:
    """Minutes until others are told too, and the patient."""
    minutes = clinic.escalate_after_minutes
    return min(minutes, URGENT_PATIENCE * remind_after(priority, clinic)) if priority is Priority.URGENT else minutes


def is_overdue(priority: Priority, waiting_since: datetime, clinic: Clinic, *, now: datetime) -> bool:
    """Whether somebody has waited for so long that staff are reminded."""
    return waited_minutes(priority, waiting_since, clinic, now=now) >= remind_after(priority, clinic)
