"""Short ways to say what the channels' tests say often."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from bot.channels.email.transport import EmailTransport
from bot.channels.email.transport import MailServer as Server
from bot.channels.slack.transport import SlackTransport
from bot.channels.webhook.transport import WebhookTransport
from bot.store.outbox import Leased, Outgoing
from tests.channels.fakes.slack import CHANNEL, TOKEN
from tests.channels.mail_server import HOST, USER
from tests.channels.receiver import SECRET
from tests.store.samples import NOW

NURSE = "nora@clinic.example"


def email(key: str = "a", to: str = NURSE, lane: str | None = None) -> Outgoing:
    return Outgoing(key, lane or key, "email", {"to": to, "subject": f"Subject {key}", "text": "Somebody waits.\n"})


def post(key: str = "a") -> Outgoing:
    return Outgoing(key, key, "webhook", {"document": {"event": "test", "text": "Somebody waits – jetzt."}})


def leased(outgoing: Outgoing) -> Leased:
    return Leased(1, outgoing, 1, NOW)


def mailer(port: int, **others: Any) -> EmailTransport:
    """Sends without encryption unless told otherwise."""
    return EmailTransport(Server(**{"host": HOST, "port": port, "security": "none", "sender": USER, **others}))


def poster(url: str) -> WebhookTransport:
    return WebhookTransport(url, SecretStr(SECRET))


def slacker(url: str, token: str = TOKEN, channel: str = CHANNEL) -> SlackTransport:
    """Posts to the server at `url`."""
    return SlackTransport(SecretStr(token), channel, api=f"{url}/api/")
