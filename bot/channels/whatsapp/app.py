"""WhatsApp by Meta as one of the messaging apps."""

from __future__ import annotations

import re

from bot.channels.app import App
from bot.channels.parts import Template
from bot.channels.whatsapp.check import check
from bot.channels.whatsapp.limits import LIMITS
from bot.channels.whatsapp.transport import WhatsAppClient
from bot.channels.whatsapp.webhook import WhatsAppWebhook
from bot.settings import Settings

TWILIOS = re.compile(r"HX[0-9a-fA-F]{32}")
"""A template's name that only Twilio knows."""


def make_app(settings: Settings) -> App | None:
    """None while it is off."""
    token, secret = settings.whatsapp_token, settings.whatsapp_app_secret
    if not token.get_secret_value():
        return None
    return App(
        name="whatsapp",
        title="WhatsApp",
        limits=LIMITS,
        webhook=WhatsAppWebhook(settings.whatsapp_phone_id, secret, settings.whatsapp_verify_token),
        make_client=lambda: WhatsAppClient(settings.graph_api, settings.whatsapp_phone_id, token, secret),
        check=lambda: check(settings),
        template=_template(settings),
    )


def _template(settings: Settings) -> Template | None:
    if not settings.template_name or TWILIOS.fullmatch(settings.template_name):
        return None
    return Template(settings.template_name, settings.template_language, settings.template_text)
