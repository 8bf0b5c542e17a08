"""What an alert says: how urgent, why, since when and where to look. It can't say more, for it is handed no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.privacy.tokens import short_name
from bot.vocabulary import Act, Priority, Reason

WHAT: dict[Act, str] = {
    Act.OPEN: "is waiting for a person",
    Act.RAISE: "is now urgent",
    Act.REMIND: "is still waiting",
    Act.ESCALATE: "has waited too long",
}
EVENTS: dict[Act, str] = {
    Act.OPEN: "handoff.opened",
    Act.RAISE: "handoff.raised",
    Act.REMIND: "handoff.reminder",
    Act.ESCALATE: "handoff.escalated",
}
"""Names in the webhook's documents."""
WHY: dict[Reason, str] = {
    Reason.ASKED: "asked for a person",
    Reason.RED_FLAG: "the red-flag check fired",
    Reason.NOT_UNDERSTOOD: "the assistant didn't understand twice",
    Reason.QUESTIONNAIRE: "the questionnaire's result",
    Reason.ADVICE_DECLINED: "wanted advice that the assistant may not give",
    Reason.STAFF: "opened by staff",
}


def subject(alert: Mapping[str, Any], conversation_id: str) -> str:
    """`Urgent: Patient 7F2C is waiting for a person`."""
    urgent = "Urgent: " if alert["priority"] == Priority.URGENT.value else ""
    return f"{urgent}{short_name(conversation_id)} {WHAT[Act(alert['act'])]}"


def mail(alert: Mapping[str, Any], conversation_id: str, *, zone: ZoneInfo, public_url: str) -> str:
    """The text of the e-mail; times by the clinic's clock."""
    lines = [
        f"{short_name(conversation_id)} {WHAT[Act(alert['act'])]}.",
        "",
        *_details(alert, zone),
        "",
        console_link(public_url, conversation_id) or _where(conversation_id),
        "",
        "What the patient wrote is in the console only.",
    ]
    return "\n".join(lines) + "\n"


def posting(alert: Mapping[str, Any], conversation_id: str, *, zone: ZoneInfo, public_url: str) -> dict[str, Any]:
    """What Slack's channel shows; `url` is None while nobody has set where the console is."""
    link = console_link(public_url, conversation_id)
    details = [*_details(alert, zone), *([] if link else [_where(conversation_id)])]
    return {"text": subject(alert, conversation_id), "details": details, "url": link or None}


def document(alert: Mapping[str, Any], conversation_id: str, *, public_url: str) -> dict[str, Any]:
    """The webhook's document. `text` is one line that chat tools show as it is."""
    link = console_link(public_url, conversation_id)
    return {
        "event": EVENTS[Act(alert["act"])],
        "text": " ".join(part for part in (f"{subject(alert, conversation_id)}.", link) if part),
        "patient": short_name(conversation_id),
        "priority": alert["priority"],
        "reason": alert["reason"],
        "since": alert["since"],
        "at": alert["at"],
        "channel": alert["channel"],
        "url": link or None,
    }


def console_link(public_url: str, conversation_id: str) -> str:
    """Empty while nobody has set where the console is."""
    return f"{public_url}/console/conversations/{quote(conversation_id, safe='')}" if public_url else ""


def _details(alert: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    since = datetime.fromisoformat(alert["since"]).astimezone(zone)
    return [
        f"Priority: {alert['priority']}",
        f"Why: {WHY[Reason(alert['reason'])]}",
        f"Waiting since: {since.day} {since:%B %Y, %H:%M} ({zone.key})",
        f"Channel: {alert['channel']}",
    ]


def _where(conversation_id: str) -> str:
    return f"Open the console and look for {short_name(conversation_id)}."
