"""Sends one message by Messenger's Send API."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.channels.graph.client import Graph, id_in
from bot.channels.messenger.limits import CHAT_S, PER_SECOND
from bot.channels.pace import Pace
from bot.channels.parts import Part, Picture, Post
from bot.channels.reasons import REFUSED
from bot.errors import DeliveryError

PATH = "me/messages"


class MessengerClient:
    """Messenger knows no key against doubles: what it took without our hearing so is sent a second time."""

    def __init__(self, base: str, token: SecretStr, app_secret: SecretStr) -> None:
        self._graph = Graph(base, token, app_secret)
        self._pace = Pace(chat_s=CHAT_S, per_second=PER_SECOND)

    async def send(self, post: Post) -> str:
        """Messenger's id of the message. Raises DeliveryError, PutOff or ChatGone."""
        picture = post.part.picture
        if post.template or (picture and post.part.text):
            # Neither exists here. Better refused than sent without the words.
            raise DeliveryError(REFUSED, is_permanent=True)
        await self._pace.take(post.to)
        head = {"recipient": {"id": post.to}, **_purpose(post)}
        if picture:
            found = await self._graph.post(PATH, data=_form(head, picture))
        else:
            found = await self._graph.post(PATH, json={**head, "message": _message(post.part)})
        return id_in(found, "message_id")

    async def close(self) -> None:
        await self._graph.close()


def _purpose(post: Post) -> dict[str, str]:
    """Meta allows the tag only for what a person has written."""
    if post.is_by_staff_late:
        return {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    return {"messaging_type": "RESPONSE"}


def _message(part: Part) -> dict[str, Any]:
    replies = [{"content_type": "text", "title": choice.title, "payload": choice.id} for choice in part.choices]
    return {"text": part.text, **({"quick_replies": replies} if replies else {})}


def _form(head: dict[str, Any], picture: Picture) -> aiohttp.FormData:
    form = aiohttp.FormData()
    message = {"attachment": {"type": "image", "payload": {"is_reusable": False}}}
    for name, value in {**head, "message": message}.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    form.add_field("filedata", picture.png, filename="picture.png", content_type="image/png")
    return form
