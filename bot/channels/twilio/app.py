"""SMS and WhatsApp over Twilio, as the settings switch them on."""

from __future__ import annotations

from functools import partial

from bot.channels.app import App
from bot.channels.parts import Template
from bot.channels.twilio.check import check
from bot.channels.twilio.limits import LIMITS
from bot.channels.twilio.line import SMS, TEMPLATE_ID, TITLES, WHATSAPP, Line, line_for
from bot.channels.twilio.transport import TwilioClient
from bot.channels.twilio.webhook import TwilioWebhook
from bot.settings import Settings


def make_sms(settings: Settings) -> App | None:
    """None when it is off."""
    line = line_for(settings, SMS)
    return None if line is None else _make(line, settings, None)


def make_whatsapp(settings: Settings) -> App | None:
    """None when it is off."""
    line = line_for(settings, WHATSAPP)
    return None if line is None else _make(line, settings, template_for(settings))


def template_for(settings: Settings) -> Template | None:
    """None unless the setting holds an id of Twilio's: a name of Meta's is for WhatsApp without Twilio."""
    if not TEMPLATE_ID.fullmatch(settings.template_name):
        return None
    return Template(settings.template_name, settings.template_language, settings.template_text)


def _make(line: Line, settings: Settings, template: Template | None) -> App:
    return App(
        name=line.name,
        title=TITLES[line.name],
        limits=LIMITS[line.name],
        webhook=TwilioWebhook(line),
        make_client=partial(TwilioClient, line),
        check=partial(check, line, settings.template_name),
        template=template,
    )
