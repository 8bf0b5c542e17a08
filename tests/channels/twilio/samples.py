"""Lines and messages for the tests of Twilio."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from bot.channels.parts import Part, Post
from bot.channels.twilio.line import SMS, Line
from tests.channels.fakes.twilio import ACCOUNT, OURS, PATIENT, PUBLIC, TOKEN


def line(name: str = SMS, api: str = "http://127.0.0.1:9", **others: Any) -> Line:
    known: dict[str, Any] = {"account": ACCOUNT, "token": SecretStr(TOKEN), "number": OURS, "public_url": PUBLIC}
    return Line(name=name, api=api, **(known | others))


def post(text: str = "It hurts a little.", *, to: str = PATIENT, key: str = "k1", **others: Any) -> Post:
    return Post(to, Part(text), key, **others)
