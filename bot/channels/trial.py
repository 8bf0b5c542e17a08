"""What is sent to try a way of sending out."""

from __future__ import annotations

from datetime import datetime

from bot.channels.load import SLACK

TEXT = "This is a test of MesoGuide's alerts. When a patient waits for your team, a message like this one comes."

APP_TEXT = "This is a test from your clinic's chat. You need not answer."


def trial_mail(address: str) -> dict[str, object]:
    """The body for the transport of e-mail."""
    return {"to": address, "subject": "A test of MesoGuide's alerts", "text": f"{TEXT}\n"}


def trial_body(kind: str, now: datetime) -> dict[str, object]:
    """The body for the transport of a target that the server's settings name."""
    if kind == SLACK:
        return {"text": TEXT, "details": [], "url": None}
    return {"document": {"event": "test", "text": TEXT, "at": now.isoformat()}}
