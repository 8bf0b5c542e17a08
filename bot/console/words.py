"""What staff read instead of the code's own words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.vocabulary import Author, Level, Missed, Reason, Status

REASONS: Mapping[Reason, str] = {
    Reason.ASKED: "Asked for a person",
    Reason.RED_FLAG: "Red flag",
    Reason.NOT_UNDERSTOOD: "Not understood twice",
    Reason.QUESTIONNAIRE: "Questionnaire result sent",
    Reason.ADVICE_DECLINED: "Advice declined",
    Reason.STAFF: "Opened by staff",
}
STATUSES: Mapping[Status, str] = {
    Status.WAITING: "Waiting",
    Status.CLAIMED: "With staff",
    Status.CLOSED: "Closed",
    Status.HANDED_BACK: "Back with the bot",
}
LEVELS: Mapping[Level, str] = {
    Level.EMERGENCY: "emergency",
    Level.URGENT: "today",
    Level.CRISIS: "crisis",
    Level.MINOR: "under age",
}
MISSED: Mapping[Missed, str] = {
    Missed.UNANSWERED: "Not answered",
    Missed.NOT_HELPFUL: "Answer didn't help",
}
AUTHORS: Mapping[Author, str] = {
    Author.PATIENT: "patient",
    Author.BOT: "bot",
    Author.STAFF: "staff",
    Author.SYSTEM: "notice",
}
CHANNELS = {
    "web": "Web",
    "telegram": "Telegram",
    "whatsapp": "WhatsApp",
    "messenger": "Messenger",
    "sms": "SMS",
    "twilio_whatsapp": "WhatsApp",
}


def channel_name(channel: str) -> str:
    return CHANNELS.get(channel, channel.replace("_", " ").capitalize())


def duration(length: timedelta) -> str:
    """`2 min`, `1 h 5 min`, `3 d 4 h`: as exact as somebody in a hurry needs it."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


class Clock:
    """Says times in the clinic's zone, seen from `now`."""

    def __init__(self, now: datetime, zone: ZoneInfo) -> None:
        self.now = now
        self._zone = zone

    def since(self, at: datetime) -> str:
        """How long ago: `14 min`."""
        return duration(self.now - at)

    def when(self, at: datetime) -> str:
        """`18:04` today, `21 Nov, 18:04` this year, `21 Nov 2025, 18:04` before."""
        local, today = at.astimezone(self._zone), self.now.astimezone(self._zone)
        if local.date() == today.date():
            return f"{local:%H:%M}"
        year = "" if local.year == today.year else f" {local.year}"
        return f"{local.day} {local:%b}{year}, {local:%H:%M}"

    def day(self, at: datetime) -> str:
        """`21 Nov 2026`."""
        local = at.astimezone(self._zone)
        return f"{local.day} {local:%b %Y}"
