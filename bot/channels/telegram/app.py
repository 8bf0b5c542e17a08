"""Telegram, as the other parts know it."""

from __future__ import annotations

from functools import partial

from bot.channels.app import App
from bot.channels.telegram.check import check
from bot.channels.telegram.limits import LIMITS
from bot.channels.telegram.transport import TelegramClient
from bot.channels.telegram.webhook import TelegramWebhook
from bot.settings import Settings

NAME = "telegram"


def make_app(settings: Settings) -> App | None:
    """None while it is off."""
    if not settings.telegram_token.get_secret_value():
        return None
    return App(
        name=NAME,
        title="Telegram",
        limits=LIMITS,
        webhook=TelegramWebhook(settings.telegram_secret),
        make_client=partial(TelegramClient, settings.telegram_api, settings.telegram_token),
        check=partial(check, settings),
    )
