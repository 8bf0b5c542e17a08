"""One number at Twilio, for SMS or for WhatsApp: what its door and its way out both need."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.channels.http import Answer, Http
from bot.settings import Settings

SMS, WHATSAPP = "sms", "twilio_whatsapp"
TITLES = {SMS: "SMS", WHATSAPP: "WhatsApp (Twilio)"}
PREFIX = "whatsapp:"
"""Before WhatsApp's addresses, in both directions."""
TEMPLATE_ID = re.compile(r"HX[0-9a-fA-F]{32}")
MESSAGE_ID = re.compile(r"(SM|MM)[0-9a-fA-F]{32}")


@dataclass(frozen=True)
class Line:
    """`name` is the app's; `public_url` is where Twilio reaches us, empty when nobody has said."""

    name: str
    account: str
    token: SecretStr
    number: str = field(repr=False)
    api: str
    public_url: str

    @property
    def is_whatsapp(self) -> bool:
        return self.name == WHATSAPP

    @property
    def address(self) -> str:
        """Our own, as Twilio writes it."""
        return self.written(self.number)

    @property
    def hook(self) -> str:
        """What Twilio has to call."""
        return f"{self.public_url}/webhooks/{self.name}" if self.public_url else ""

    def written(self, chat: str) -> str:
        return f"{PREFIX}{chat}" if self.is_whatsapp else chat


def line_for(settings: Settings, name: str) -> Line | None:
    """None while the account or this app's number isn't set."""
    number = settings.twilio_whatsapp_from if name == WHATSAPP else settings.twilio_sms_from
    if not settings.twilio_account or not number:
        return None
    return Line(name, settings.twilio_account, settings.twilio_token, number, settings.twilio_api, settings.public_url)


class Account:
    """Twilio's API, signed in. Errors are those of Http."""

    def __init__(self, line: Line) -> None:
        self._http = Http(line.api)
        self._line = line
        self._path = f"2010-04-01/Accounts/{line.account}"

    async def get(self, name: str = "", **params: str) -> Answer:
        return await self._http.get(f"{self._path}{name}.json", params=params, auth=self._auth())

    async def post(self, name: str, **what: Any) -> Answer:
        return await self._http.post(f"{self._path}{name}.json", auth=self._auth(), **what)

    async def close(self) -> None:
        await self._http.close()

    def _auth(self) -> aiohttp.BasicAuth:
        # Made for each request: it would show the token to whoever prints it.
        return aiohttp.BasicAuth(self._line.account, self._line.token.get_secret_value())
