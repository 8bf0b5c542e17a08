"""What is sent to try a way of sending out."""

from __future__ import annotations

from datetime import datetime

TEXT = "This is a test of MesoGuide's alerts. When a patient waits for your team, a message like this one comes."


def trial_mail(address: str) -> dict[str, object]:
    """The body for the transport of e-mail."""
    return {"to": address, "subject": "A test of MesoGuide's alerts", "text": f"{TEXT}\n"}


def trial_document(now: datetime) -> dict[str, object]:
    """What the webhook gets."""
    return {"event": "test", "text": TEXT, "at": now.isoformat()}
