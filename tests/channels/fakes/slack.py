"""Slack's Web API: takes what the real one takes. Mostly it answers 200 and says in the body what is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.channels.fakes.platform import Answer, Platform, Request

TOKEN = "xoxb-1-1-aTestToken"
CHANNEL = "C0123456789"
LONGEST_SECTION, MOST_BLOCKS, LONGEST_TEXT = 3000, 50, 40_000


class Refusal(Exception):
    """An error code of Slack."""


class Slack(Platform):
    """`channels` are those that the app knows, and what stands in their way. `posts` are the messages that came."""

    def __init__(self) -> None:
        super().__init__()
        self.channels = {CHANNEL: "", "C0000000001": "not_in_channel", "C0000000002": "is_archived"}
        self.scopes = {"chat:write"}
        self.posts: list[dict[str, Any]] = []

    @property
    def shown(self) -> list[str]:
        """What people read in the channel."""
        return ["\n".join(block["text"]["text"] for block in post["blocks"]) for post in self.posts]

    def handle(self, request: Request) -> Answer:
        try:
            return Answer(200, {"ok": True, **self._answer(request)})
        except Refusal as error:
            return Answer(200, {"ok": False, "error": str(error)})

    def _answer(self, request: Request) -> Mapping[str, Any]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        if request.path != "/api/chat.postMessage":
            raise Refusal("unknown_method")
        given = headers.get("authorization", "").removeprefix("Bearer ")
        if given != TOKEN:
            raise Refusal("invalid_auth" if given else "not_authed")
        if "chat:write" not in self.scopes:
            raise Refusal("missing_scope")
        return self._post(json.loads(request.body))

    def _post(self, given: dict[str, Any]) -> Mapping[str, Any]:
        obstacle = self.channels.get(given.get("channel", ""), "channel_not_found")
        if obstacle:
            raise Refusal(obstacle)
        if not given.get("text") and not given.get("blocks"):
            raise Refusal("no_text")
        if len(given.get("text", "")) > LONGEST_TEXT:
            raise Refusal("msg_too_long")
        blocks = given.get("blocks", [])
        if len(blocks) > MOST_BLOCKS or not all(map(_is_section, blocks)):
            raise Refusal("invalid_blocks")
        self.posts.append(given)
        return {"channel": given["channel"], "ts": f"1773480413.{len(self.posts):06}"}


def _is_section(block: Mapping[str, Any]) -> bool:
    """The only kind that we send."""
    text = block.get("text", {})
    is_text = text.get("type") in {"mrkdwn", "plain_text"} and set(text) <= {"type", "text", "verbatim"}
    return block.get("type") == "section" and is_text and 1 <= len(text.get("text", "")) <= LONGEST_SECTION
