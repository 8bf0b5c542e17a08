"""Messenger as one of the messaging apps."""

from __future__ import annotations

from bot.channels.app import App
from bot.channels.messenger.check import check
from bot.channels.messenger.limits import LIMITS
from bot.channels.messenger.transport import MessengerClient
from bot.channels.messenger.webhook import MessengerWebhook
from bot.settings import Settings


def make_app(settings: Settings) -> App | None:
    """None while it is off."""
    token, secret = settings.messenger_token, settings.messenger_app_secret
    if not token.get_secret_value():
        return None
    return App(
        name="messenger",
        title="Messenger",
        limits=LIMITS,
        webhook=MessengerWebhook(secret, settings.messenger_verify_token, settings.public_url),
        make_client=lambda: MessengerClient(settings.graph_api, token, secret),
        check=lambda: check(settings),
    )
