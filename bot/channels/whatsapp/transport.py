"""Sends one message by WhatsApp's Cloud API."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import aiohttp
from pydantic import SecretStr

from bot.channels.graph.client import Graph, id_in
from bot.channels.graph.shapes import as_objects
from bot.channels.pace import Pace
from bot.channels.parts import Choice, Part, Picture, Post, Template
from bot.channels.whatsapp.limits import CHAT_S, PER_SECOND

USER_ID = re.compile(r"[A-Z]{2}\..+")
"""The address of somebody who hides the number: `US.13491208655302741918`."""
OPEN_LIST = "Choose"
"""On the button that opens a list."""


class WhatsAppClient:
    """WhatsApp knows no key against doubles: what it took without our hearing so is sent a second time."""

    def __init__(self, base: str, phone_id: str, token: SecretStr, app_secret: SecretStr) -> None:
        self._graph = Graph(base, token, app_secret)
        self._phone_id = phone_id
        self._pace = Pace(chat_s=CHAT_S, per_second=PER_SECOND)

    async def send(self, post: Post) -> str:
        """WhatsApp's id of the message. Raises DeliveryError, PutOff or ChatGone."""
        await self._pace.take(post.to)
        message = await self._message(post)
        address = {"recipient" if USER_ID.fullmatch(post.to) else "to": post.to}
        document = {"messaging_product": "whatsapp", "recipient_type": "individual", **address, **message}
        found = await self._graph.post(f"{self._phone_id}/messages", json=document)
        return id_in(next(iter(as_objects(found.get("messages"))), {}), "id")

    async def close(self) -> None:
        await self._graph.close()

    async def _message(self, post: Post) -> dict[str, Any]:
        if post.template:
            return _template(post.template)
        if post.part.picture:
            return _image(await self._upload(post.part.picture), post.part.text)
        if post.part.choices:
            return _interactive(post.part)
        return {"type": "text", "text": {"body": post.part.text, "preview_url": False}}

    async def _upload(self, picture: Picture) -> str:
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", "image/png")
        form.add_field("file", picture.png, filename="picture.png", content_type="image/png")
        return id_in(await self._graph.post(f"{self._phone_id}/media", data=form), "id")


def _template(template: Template) -> dict[str, Any]:
    return {"type": "template", "template": {"name": template.name, "language": {"code": template.language}}}


def _image(media_id: str, caption: str) -> dict[str, Any]:
    return {"type": "image", "image": {"id": media_id, **({"caption": caption} if caption else {})}}


def _interactive(part: Part) -> dict[str, Any]:
    action = _list(part.choices) if part.is_list else {"buttons": [_button(choice) for choice in part.choices]}
    kind = "list" if part.is_list else "button"
    return {"type": "interactive", "interactive": {"type": kind, "body": {"text": part.text}, "action": action}}


def _button(choice: Choice) -> dict[str, Any]:
    return {"type": "reply", "reply": {"id": choice.id, "title": choice.title}}


def _list(choices: Sequence[Choice]) -> dict[str, Any]:
    rows = [
        {
            "id": choice.id,
            "title": choice.title,
            **({"description": choice.description} if choice.description else {}),
        }
        for choice in choices
    ]
    return {"button": OPEN_LIST, "sections": [{"rows": rows}]}
