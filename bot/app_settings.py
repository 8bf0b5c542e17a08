"""What an engineer sets to switch messaging apps on. Each app is off until its secrets are there."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseSettings, Field, SecretStr, validator

NOTHING = SecretStr("")
TELEGRAM_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
DIGITS = re.compile(r"\d{3,20}")
PHONE = re.compile(r"\+[1-9]\d{6,14}")
LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")
SHORTEST_VERIFY_TOKEN = 16


class AppSettings(BaseSettings):
    """Half set-up apps are an error, so that nobody believes one to be on that isn't."""

    telegram_token: SecretStr = Field(NOTHING, description="From BotFather. Empty: no Telegram.")
    telegram_secret: SecretStr = Field(NOTHING, description="Comes with every update; 16 to 256 of A-Z a-z 0-9 _ -.")
    telegram_api: str = "https://api.telegram.org"

    graph_api: str = "https://graph.facebook.com/v25.0"
    whatsapp_token: SecretStr = Field(NOTHING, description="Of a system user. Empty: no WhatsApp by Meta.")
    whatsapp_phone_id: str = Field("", description="Meta's id of the number, not the number itself.")
    whatsapp_app_secret: SecretStr = NOTHING
    whatsapp_verify_token: SecretStr = NOTHING
    messenger_token: SecretStr = Field(NOTHING, description="Of the page. Empty: no Messenger.")
    messenger_app_secret: SecretStr = NOTHING
    messenger_verify_token: SecretStr = NOTHING

    twilio_account: str = Field("", description="AC and 32 hex digits. Empty: neither SMS nor WhatsApp by Twilio.")
    twilio_token: SecretStr = NOTHING
    twilio_sms_from: str = Field("", description="A number like +15550100. Empty: no SMS.")
    twilio_whatsapp_from: str = Field("", description="A number like +15550100. Empty: no WhatsApp by Twilio.")
    twilio_api: str = "https://api.twilio.com"

    template_name: str = Field("", description="WhatsApp's approved template (by Twilio: its HX… id). Empty: none.")
    template_language: str = "en"
    template_text: str = Field("", description="The words that were approved, as the patient reads them.")

    slack_token: SecretStr = Field(NOTHING, description="xoxb-…; alerts to staff. Empty: no Slack.")
    slack_channel: str = Field("", description="The channel's id, like C0123456789.")
    slack_api: str = "https://slack.com/api/"

    @validator("telegram_secret", always=True)
    def _telegram_signs(cls, value: SecretStr, values: dict[str, Any]) -> SecretStr:
        if _is_set(values, "telegram_token") and not TELEGRAM_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("must be 16 to 256 letters, digits, _ or -; make a random one")
        return value

    @validator("whatsapp_phone_id", always=True)
    def _phone_id(cls, value: str, values: dict[str, Any]) -> str:
        if _is_set(values, "whatsapp_token") and not DIGITS.fullmatch(value):
            raise ValueError("must be the number's id at Meta, digits only")
        return value

    @validator("whatsapp_app_secret", "messenger_app_secret", always=True)
    def _meta_signs(cls, value: SecretStr, values: dict[str, Any], field: Any) -> SecretStr:
        if _is_set(values, field.name.replace("app_secret", "token")) and not value.get_secret_value():
            raise ValueError("is empty; without it nobody can tell whether a message is Meta's")
        return value

    @validator("whatsapp_verify_token", "messenger_verify_token", always=True)
    def _verifies(cls, value: SecretStr, values: dict[str, Any], field: Any) -> SecretStr:
        name = field.name.replace("verify_token", "token")
        if _is_set(values, name) and len(value.get_secret_value()) < SHORTEST_VERIFY_TOKEN:
            raise ValueError(f"is shorter than {SHORTEST_VERIFY_TOKEN} characters; make a random one")
        return value

    @validator("twilio_token", always=True)
    def _twilio_signs(cls, value: SecretStr, values: dict[str, Any]) -> SecretStr:
        if values.get("twilio_account") and not value.get_secret_value():
            raise ValueError("is empty; without it nobody can tell whether a message is Twilio's")
        return value

    @validator("twilio_sms_from", "twilio_whatsapp_from")
    def _number(cls, value: str, values: dict[str, Any]) -> str:
        if value and not PHONE.fullmatch(value):
            raise ValueError("must be a number like +15550100")
        if value and not values.get("twilio_account"):
            raise ValueError("needs MESOGUIDE_TWILIO_ACCOUNT and MESOGUIDE_TWILIO_TOKEN")
        return value

    @validator("template_language")
    def _language(cls, value: str) -> str:
        if not LANGUAGE.fullmatch(value):
            raise ValueError("must be a language code like en or en_US")
        return value

    @validator("template_text", always=True)
    def _words(cls, value: str, values: dict[str, Any]) -> str:
        if values.get("template_name") and not value.strip():
            raise ValueError("is empty; staff must see what the template says")
        return value.strip()

    @validator("slack_channel", always=True)
    def _channel(cls, value: str, values: dict[str, Any]) -> str:
        if _is_set(values, "slack_token") and not value:
            raise ValueError("is empty; name the channel that gets the alerts")
        return value


def _is_set(values: dict[str, Any], name: str) -> bool:
    secret = values.get(name)
    return isinstance(secret, SecretStr) and bool(secret.get_secret_value())
