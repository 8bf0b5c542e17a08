"""Sends one message by Telegram's Bot API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.channels.http import Answer, Http
from bot.channels.pace import Pace
from bot.channels.parts import Part, Picture, Post
from bot.channels.reasons import BAD_ANSWER, BAD_TOKEN, BUSY, NO_SUCH_CHAT, REFUSED
from bot.errors import ChatGone, DeliveryError

CHAT_S, PER_SECOND = 1.0, 30.0
"""Telegram's own rates, as it tells them: one message a second to a chat, thirty to all."""
NO_TOKEN = frozenset({401, 404, 421})
FORBIDDEN, TOO_MANY = 403, 429
GONE = ("blocked by the user", "user is deactivated", "was kicked", "can't initiate conversation")
UNKNOWN = ("chat not found", "user not found", "peer_id_invalid", "chat_id_invalid")
"""Words of Telegram's descriptions; it has no codes of its own for them."""


def address(api: str, token: SecretStr) -> str:
    """Where a bot's methods are. It holds the token: never show or log it."""
    return f"{api.rstrip('/')}/bot{token.get_secret_value()}"


class TelegramClient:
    """One for each process. Telegram can't tell a second copy: what is tried again after a time-out may come twice."""

    def __init__(self, api: str, token: SecretStr) -> None:
        self._http = Http(address(api, token))
        self._pace = Pace(chat_s=CHAT_S, per_second=PER_SECOND)

    async def send(self, post: Post) -> str:
        """The number of the message within its chat. Raises DeliveryError, PutOff or ChatGone."""
        await self._pace.take(post.to)
        picture = post.part.picture
        answer = await (self._text(post) if picture is None else self._picture(post, picture))
        return _message_id(answer)

    async def close(self) -> None:
        await self._http.close()

    async def _text(self, post: Post) -> Answer:
        message: dict[str, Any] = {
            "chat_id": post.to,
            "text": post.part.text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
        if post.part.choices:
            message["reply_markup"] = _keyboard(post.part)
        return await self._http.post("sendMessage", json=message)

    async def _picture(self, post: Post, picture: Picture) -> Answer:
        form = aiohttp.FormData()
        form.add_field("chat_id", post.to)
        if post.part.text:
            form.add_field("caption", post.part.text)
            form.add_field("parse_mode", "HTML")
        form.add_field("photo", picture.png, filename="picture.png", content_type="image/png")
        return await self._http.post("sendPhoto", data=form)


def _keyboard(part: Part) -> Mapping[str, Any]:
    return {"inline_keyboard": [[{"text": one.title, "callback_data": one.id}] for one in part.choices]}


def _message_id(answer: Answer) -> str:
    if not answer.is_good:
        raise failure(answer)
    result = answer.body.get("result")
    number = result.get("message_id") if isinstance(result, dict) else None
    if not isinstance(number, int):
        raise DeliveryError(BAD_ANSWER)
    return str(number)


def failure(answer: Answer) -> DeliveryError:
    """What an answer that isn't good means."""
    if answer.status == TOO_MANY or answer.status >= 500:
        return DeliveryError(BUSY, retry_after_s=_wait_s(answer))
    if answer.body.get("ok") is not False:
        # Something between us and Telegram has answered: its 403 says nothing about the patient.
        return DeliveryError(BAD_ANSWER)
    if answer.status in NO_TOKEN:
        return DeliveryError(BAD_TOKEN, is_permanent=True)
    description = str(answer.body.get("description", "")).lower()
    if answer.status == FORBIDDEN and any(words in description for words in GONE):
        return ChatGone()
    is_unknown = any(words in description for words in UNKNOWN)
    return DeliveryError(NO_SUCH_CHAT if is_unknown else REFUSED, is_permanent=True)


def _wait_s(answer: Answer) -> float | None:
    parameters = answer.body.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, (int, float)) and seconds >= 0 else answer.retry_after_s
