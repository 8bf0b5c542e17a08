"""What the settings switch on: ways to send alerts, and messaging apps."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.channels.app import App
from bot.channels.delivery import Transport
from bot.channels.email.transport import EmailTransport, MailServer
from bot.channels.messenger.app import make_app as make_messenger
from bot.channels.messenger.register import register as register_messenger
from bot.channels.slack.transport import SlackTransport
from bot.channels.telegram.app import make_app as make_telegram
from bot.channels.telegram.check import register as register_telegram
from bot.channels.twilio.app import make_sms
from bot.channels.twilio.app import make_whatsapp as make_twilio_whatsapp
from bot.channels.webhook.transport import WebhookTransport
from bot.channels.whatsapp.app import make_app as make_whatsapp
from bot.channels.whatsapp.register import register as register_whatsapp
from bot.errors import SettingsError
from bot.settings import Settings

EMAIL, WEBHOOK, SLACK = "email", "webhook", "slack"
"""The kinds of alerts; each is a transport of that name."""
TARGETS = (WEBHOOK, SLACK)
"""Those that go to one place, which the server's settings name."""
APPS: Mapping[str, Callable[[Settings], App | None]] = {
    "telegram": make_telegram,
    "whatsapp": make_whatsapp,
    "messenger": make_messenger,
    "sms": make_sms,
    "twilio_whatsapp": make_twilio_whatsapp,
}
"""Make a messaging app, by its name; None while it is off."""
REGISTER: Mapping[str, Callable[[Settings], Awaitable[list[str]]]] = {
    "telegram": register_telegram,
    "whatsapp": register_whatsapp,
    "messenger": register_messenger,
}
"""Tell an app our address, where that isn't done on its own pages. Each returns what is wrong."""


def load_apps(settings: Settings) -> dict[str, App]:
    """The messaging apps that patients can write in, by name. Raises SettingsError without a public address."""
    found = {name: app for name, make in APPS.items() if (app := make(settings)) is not None}
    if found and not settings.public_url:
        titles = ", ".join(app.title for app in found.values())
        raise SettingsError(f"MESOGUIDE_PUBLIC_URL is not set; {titles} need the address that they send messages to.")
    return found


def load_transports(settings: Settings) -> dict[str, Transport]:
    """By kind; those that nobody has set up are left out."""
    found: dict[str, Transport] = {}
    if settings.smtp_host:
        found[EMAIL] = EmailTransport(
            MailServer(
                host=settings.smtp_host,
                port=settings.smtp_port,
                security=settings.smtp_security,
                sender=settings.smtp_from,
                user=settings.smtp_user,
                password=settings.smtp_password,
            )
        )
    if settings.webhook_url:
        found[WEBHOOK] = WebhookTransport(settings.webhook_url, settings.webhook_secret)
    if settings.slack_token.get_secret_value():
        found[SLACK] = SlackTransport(settings.slack_token, settings.slack_channel, api=settings.slack_api)
    return found
