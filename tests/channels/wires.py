"""Each app as a patient's phone: what is typed and pressed becomes the app's own request, what arrives is read."""

from __future__ import annotations

import itertools
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from bot.channels.hook import Raw
from tests.channels.fakes import graph, telegram, twilio
from tests.channels.fakes.graph import Graph
from tests.channels.fakes.platform import Platform, running
from tests.channels.fakes.telegram import Telegram
from tests.channels.fakes.twilio import Twilio
from tests.channels.graph.signing import SECRET, VERIFY_TOKEN, signed
from tests.channels.messenger import payloads as messenger
from tests.channels.telegram import updates
from tests.channels.whatsapp import payloads as whatsapp

PUBLIC = "https://chat.clinic.example"
P = TypeVar("P", bound=Platform)


@dataclass(frozen=True)
class Seen:
    """One message on the phone. `choices` are the ids of what can be pressed, by title."""

    text: str
    choices: Mapping[str, str] = field(default_factory=dict)


class Wire(ABC, Generic[P]):
    """`fake` is the app's server; each request has an id of its own."""

    name: str
    address: str

    def __init__(self, fake: P) -> None:
        self.fake = fake
        self._numbers = itertools.count(1)

    @property
    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """What switches the app on."""

    @abstractmethod
    def typed(self, words: str) -> Raw: ...

    def pressed(self, title: str, choice: str) -> Raw:
        """Where there is nothing to press, the title is typed."""
        return self.typed(title)

    def batch(self, *words: str) -> Raw | None:
        """Several messages in one request; None where the app sends one at a time."""
        return None

    @abstractmethod
    def unsigned(self, raw: Raw) -> Raw:
        """The same without what proves where it comes from."""

    @abstractmethod
    def seen(self) -> list[Seen]:
        """All that has arrived."""

    @abstractmethod
    def block(self) -> None:
        """The patient wants no more messages: the app refuses ours from now on."""


class TelegramWire(Wire[Telegram]):
    name, address = "telegram", "42"

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "telegram_token": telegram.TOKEN,
            "telegram_secret": updates.SECRET,
            "telegram_api": self.fake.url,
        }

    def typed(self, words: str) -> Raw:
        return updates.raw(updates.message(next(self._numbers), text=words))

    def pressed(self, title: str, choice: str) -> Raw:
        found = updates.pressed(choice)
        found["update_id"] = next(self._numbers)
        found["callback_query"]["id"] = str(found["update_id"])
        found["callback_query"]["message"]["reply_markup"] = {
            "inline_keyboard": [[{"text": title, "callback_data": choice}]]
        }
        return updates.raw(found)

    def unsigned(self, raw: Raw) -> Raw:
        return updates.raw(raw.body, secret=None)

    def seen(self) -> list[Seen]:
        return [Seen(one.text, dict(one.buttons)) for one in self.fake.sent]

    def block(self) -> None:
        self.fake.blocked[self.address] = "bot was blocked by the user"


class MetaWire(Wire[Graph]):
    """What WhatsApp and Messenger share."""

    def unsigned(self, raw: Raw) -> Raw:
        headers = {name: value for name, value in raw.headers.items() if name != "x-hub-signature-256"}
        return Raw(raw.method, raw.url, headers, raw.query, raw.body)

    def block(self) -> None:
        self.fake.gone.add(self.address)


class WhatsAppWire(MetaWire):
    name, address = "whatsapp", graph.WHATSAPP_CHAT

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "whatsapp_token": graph.WHATSAPP_TOKEN,
            "whatsapp_phone_id": graph.PHONE_ID,
            "whatsapp_app_secret": SECRET,
            "whatsapp_verify_token": VERIFY_TOKEN,
            "graph_api": self.fake.api,
        }

    def typed(self, words: str) -> Raw:
        return signed(whatsapp.delivered(self._message("text", {"body": words})))

    def pressed(self, title: str, choice: str) -> Raw:
        reply = {"type": "button_reply", "button_reply": {"id": choice, "title": title[:20]}}
        return signed(whatsapp.delivered(self._message("interactive", reply)))

    def batch(self, *words: str) -> Raw:
        return signed(whatsapp.delivered(*(self._message("text", {"body": one}) for one in words)))

    def _message(self, kind: str, content: Any) -> dict[str, Any]:
        return whatsapp.message(kind, content, id=f"wamid.{next(self._numbers)}")

    def seen(self) -> list[Seen]:
        return [_whatsapp_seen(one) for one in self.fake.sent]


def _whatsapp_seen(message: Mapping[str, Any]) -> Seen:
    if message["type"] == "interactive":
        shown = message["interactive"]
        action = shown["action"]
        buttons = {one["reply"]["title"]: one["reply"]["id"] for one in action.get("buttons", ())}
        rows = {
            row.get("description") or row["title"]: row["id"]
            for part in action.get("sections", ())
            for row in part["rows"]
        }
        return Seen(shown["body"]["text"], buttons | rows)
    kind = message["type"]
    return Seen(message[kind].get("body") or message[kind].get("caption") or json.dumps(message[kind]))


class MessengerWire(MetaWire):
    name, address = "messenger", graph.MESSENGER_CHAT

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "messenger_token": graph.PAGE_TOKEN,
            "messenger_app_secret": SECRET,
            "messenger_verify_token": VERIFY_TOKEN,
            "graph_api": self.fake.api,
        }

    def typed(self, words: str) -> Raw:
        return signed(messenger.delivered(self._message(words)))

    def pressed(self, title: str, choice: str) -> Raw:
        return signed(messenger.delivered(self._message(title, quick_reply={"payload": choice})))

    def batch(self, *words: str) -> Raw:
        return signed(messenger.delivered(*(self._message(one) for one in words)))

    def _message(self, words: str, **more: Any) -> dict[str, Any]:
        return messenger.message(words, **{"mid": f"m_in_{next(self._numbers)}", **more})

    def seen(self) -> list[Seen]:
        texts = [one["message"] for one in self.fake.sent]
        return [
            Seen(one.get("text", ""), {reply["title"]: reply["payload"] for reply in one.get("quick_replies", ())})
            for one in texts
        ]


class TwilioWire(Wire[Twilio]):
    """What SMS and WhatsApp over Twilio share: choices are answered by number or words."""

    address = twilio.PATIENT

    def unsigned(self, raw: Raw) -> Raw:
        return twilio.request(raw.url, raw.body, None)

    def seen(self) -> list[Seen]:
        return [Seen(one.get("Body", "")) for one in self.fake.sent]


class SmsWire(TwilioWire):
    name = "sms"

    @property
    def settings(self) -> dict[str, Any]:
        return {**_account(self.fake), "twilio_sms_from": twilio.OURS}

    def typed(self, words: str) -> Raw:
        return twilio.signed(twilio.hook_of(self.name), twilio.sms(words))

    def block(self) -> None:
        self.fake.stopped.add(self.address)


class TwilioWhatsAppWire(TwilioWire):
    name = "twilio_whatsapp"

    @property
    def settings(self) -> dict[str, Any]:
        return {**_account(self.fake), "twilio_whatsapp_from": twilio.OURS}

    def typed(self, words: str) -> Raw:
        return twilio.signed(twilio.hook_of(self.name), twilio.whatsapp(words))

    def block(self) -> None:
        self.fake.stopped.add(twilio.PREFIX + self.address)


def _account(fake: Twilio) -> dict[str, Any]:
    return {"twilio_account": twilio.ACCOUNT, "twilio_token": twilio.TOKEN, "twilio_api": fake.url}


MAKERS: Mapping[str, Any] = {
    "telegram": lambda: (Telegram(), TelegramWire),
    "whatsapp": lambda: (Graph(), WhatsAppWire),
    "messenger": lambda: (Graph(), MessengerWire),
    "sms": lambda: (Twilio(), SmsWire),
    "twilio_whatsapp": lambda: (Twilio(), TwilioWhatsAppWire),
}
"""Every app has to be here, or the tests of all apps fail."""


@contextmanager
def wired(name: str) -> Iterator[Wire[Any]]:
    """The app's server, running, and a phone."""
    fake, make = MAKERS[name]()
    with running(fake):
        yield make(fake)
