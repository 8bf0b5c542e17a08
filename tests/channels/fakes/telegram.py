"""Telegram's Bot API: takes what the real one takes, and refuses the rest in its words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from tests.channels.fakes.platform import Answer, Platform, Request

TOKEN = "123456:AAtestTESTtestTESTtestTESTtestTEST"
LONGEST_TEXT, LONGEST_CAPTION, MOST_BUTTONS, LONGEST_DATA = 4096, 1024, 100, 64
PORTS = (443, 80, 88, 8443)
UPDATES = {"message", "edited_message", "callback_query", "my_chat_member", "message_reaction", "poll"}
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote", "a", "tg-spoiler"}
SIGNS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
PNG = b"\x89PNG\r\n\x1a\n"


class BadRequest(Exception):
    """Answered with 400."""


@dataclass(frozen=True)
class Sent:
    """A message as the patient sees it. `text` is without tags; `buttons` are titles and data, row by row."""

    chat: str
    text: str
    html: str
    buttons: tuple[tuple[str, str], ...] = ()
    picture: bytes = field(default=b"", repr=False)


class Telegram(Platform):
    """Knows its `chats`; patients may block us. `sent` is what they got."""

    def __init__(self) -> None:
        super().__init__()
        self.chats = {"42", "43"}
        self.blocked: dict[str, str] = {}
        self.sent: list[Sent] = []
        self.webhook: dict[str, Any] = {"url": "", "pending_update_count": 0}
        self.secret = ""

    def handle(self, request: Request) -> Answer:
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", request.path)
        if found is None:
            return _error(404, "Not Found")
        if ":" not in found[1]:
            return _error(401, "Unauthorized: invalid token specified")
        if found[1] != TOKEN:
            return _error(401, "Unauthorized")
        method = getattr(self, f"_{found[2]}", None)
        if method is None:
            return _error(404, "Not Found: method not found")
        try:
            given = _fields(request)
            if found[2].startswith("send") and str(given.get("chat_id")) in self.blocked:
                return _error(403, f"Forbidden: {self.blocked[str(given['chat_id'])]}")
            return Answer(200, {"ok": True, "result": method(given)})
        except BadRequest as error:
            return _error(400, f"Bad Request: {error}")

    def _getMe(self, _given: Mapping[str, Any]) -> object:
        return {"id": 123456, "is_bot": True, "first_name": "Clinic", "username": "clinic_bot"}

    def _getWebhookInfo(self, _given: Mapping[str, Any]) -> object:
        return self.webhook

    def _setWebhook(self, given: Mapping[str, Any]) -> object:
        url = urlsplit(given.get("url", ""))
        if url.scheme != "https":
            raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
        if (url.port or 443) not in PORTS:
            raise BadRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", given.get("secret_token", "")):
            raise BadRequest("secret token contains unallowed characters")
        if not set(given["allowed_updates"]) <= UPDATES:
            raise BadRequest("unallowed update type")
        self.secret = given["secret_token"]
        self.webhook |= {"url": given["url"], "allowed_updates": sorted(given["allowed_updates"])}
        return True

    def _sendMessage(self, given: Mapping[str, Any]) -> object:
        html = str(given.get("text", ""))
        text = self._readable(given, html)
        if not text.strip():
            raise BadRequest("message text is empty")
        if _length(text) > LONGEST_TEXT:
            raise BadRequest("message is too long")
        return self._keep(Sent(self._chat(given), text, html, _buttons(given.get("reply_markup", {}))))

    def _sendPhoto(self, given: Mapping[str, Any]) -> object:
        html, photo = str(given.get("caption", "")), given.get("photo", b"")
        if not photo:
            raise BadRequest("there is no photo in the request")
        if not photo.startswith(PNG):
            raise BadRequest("IMAGE_PROCESS_FAILED")
        text = self._readable(given, html)
        if _length(text) > LONGEST_CAPTION:
            raise BadRequest("message caption is too long")
        return self._keep(Sent(self._chat(given), text, html, picture=photo))

    def _chat(self, given: Mapping[str, Any]) -> str:
        chat = str(given.get("chat_id", ""))
        if not chat:
            raise BadRequest("chat_id is empty")
        if chat not in self.chats:
            raise BadRequest("chat not found")
        return chat

    def _keep(self, sent: Sent) -> object:
        self.sent.append(sent)
        number = sum(one.chat == sent.chat for one in self.sent)
        return {"message_id": number, "chat": {"id": int(sent.chat), "type": "private"}, "text": sent.text}

    def _readable(self, given: Mapping[str, Any], html: str) -> str:
        if given.get("parse_mode") != "HTML":
            return html
        reader = _Reader()
        reader.feed(html)
        reader.close()
        if reader.open:
            raise BadRequest(
                f"can't parse entities: Can't find end tag corresponding to start tag \"{reader.open[-1]}\""
            )
        return "".join(reader.words)


class _Reader(HTMLParser):
    """Telegram's subset: few tags, properly nested."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise BadRequest(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise BadRequest("can't parse entities: Unexpected end tag at byte offset 0")

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise BadRequest('can\'t parse entities: Unsupported start tag "" at byte offset 0')
        self.words.append(data)

    def handle_entityref(self, name: str) -> None:
        self.words.append(SIGNS.get(name, f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.words.append(unescape(f"&#{name};"))


def _buttons(markup: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = markup.get("inline_keyboard", [])
    found = tuple((one.get("text", ""), one.get("callback_data", "")) for row in rows for one in row)
    if len(found) > MOST_BUTTONS:
        raise BadRequest("REPLY_MARKUP_TOO_LONG")
    for title, data in found:
        if not title:
            raise BadRequest("inline keyboard button text must be non-empty")
        if not 1 <= len(data.encode()) <= LONGEST_DATA:
            raise BadRequest("BUTTON_DATA_INVALID")
    return found


def _fields(request: Request) -> dict[str, Any]:
    kind = {name.lower(): value for name, value in request.headers.items()}.get("content-type", "")
    if kind == "application/json":
        found: dict[str, Any] = json.loads(request.body)
        return found
    if not kind.startswith("multipart/form-data"):
        return {}
    parts = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + request.body).get_payload()
    assert isinstance(parts, list)
    fields: dict[str, Any] = {}
    for part in parts:
        data = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        fields[str(name)] = data if part.get_filename() else data.decode()
    return fields


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _error(status: int, description: str, **parameters: object) -> Answer:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    return Answer(status, body | ({"parameters": parameters} if parameters else {}))


def too_many(seconds: int) -> Answer:
    """What comes when we were too quick."""
    return _error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
