"""Posts an alert to one channel of the clinic's Slack."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels.http import retry_after_s
from bot.channels.reasons import (
    BAD_ANSWER,
    BUSY,
    NO_CONNECTION,
    REFUSED,
    SLACK_CHANNEL,
    SLACK_INVITE,
    SLACK_RIGHTS,
    SLACK_TOKEN,
    TIMEOUT,
    TLS,
)
from bot.errors import DeliveryError
from bot.store.outbox import Leased

TIMEOUT_S = 10
LONGEST = 3000
"""Characters in a section."""
AGAIN_S = 600.0
"""After a wrong token or channel: whoever mends it gets what has waited."""
LINK = "Open the conversation"
MENDABLE = {
    SLACK_TOKEN: ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
    SLACK_RIGHTS: ("missing_scope", "no_permission", "not_allowed_token_type", "access_denied", "ekm_access_denied"),
    SLACK_CHANNEL: ("channel_not_found", "is_archived"),
    SLACK_INVITE: ("not_in_channel", "restricted_action", "restricted_action_read_only_channel"),
}
"""Slack's errors that a clinic can mend, by our code."""
PASSING = ("ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
SILENT = logging.Logger("slack_sdk", logging.CRITICAL + 1)
"""The library would log whole messages."""


class SlackTransport:
    """The body has `text`, `details` (lines) and `url` (or None). `channel` is the channel's id."""

    def __init__(self, token: SecretStr, channel: str, *, api: str) -> None:
        self._token = token
        self._channel = channel
        self._api = api

    async def send(self, leased: Leased) -> None:
        """Return when Slack has it. Raises DeliveryError. Slack can't tell a second copy: after a crash both show."""
        text, blocks = _message(leased.outgoing.body)
        try:
            await self._client().chat_postMessage(
                channel=self._channel, text=text, blocks=blocks, unfurl_links=False, unfurl_media=False
            )
        except SlackApiError as error:
            raise _refusal(error.response) from None
        except asyncio.TimeoutError:
            raise DeliveryError(TIMEOUT) from None
        except (aiohttp.ClientSSLError, ssl.SSLError):
            raise DeliveryError(TLS) from None
        except (aiohttp.ClientConnectionError, OSError):
            raise DeliveryError(NO_CONNECTION) from None
        except (aiohttp.ClientError, SlackClientError, ValueError, AttributeError):
            # The library trips over an answer that is no JSON object.
            raise DeliveryError(BAD_ANSWER) from None

    def _client(self) -> AsyncWebClient:
        """One for each alert, with its own connection: alerts are rare."""
        client = AsyncWebClient(
            token=self._token.get_secret_value(),
            base_url=self._api,
            timeout=TIMEOUT_S,
            logger=SILENT,
            # The courier tries again, and counts it.
            retry_handlers=[],
        )
        # The library would take one from the environment, which no other way of sending does.
        client.proxy = None
        return client


def _message(body: Mapping[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """What notifications show, and what the channel shows.

    The link is text: Slack puts a warning beside a button, even one that only opens an address, when no server of the
    app answers the click.
    """
    text = _escaped(str(body["text"]))
    details = [_escaped(str(line)) for line in body["details"]]
    link = f"\n<{body['url']}|{LINK}>" if body["url"] else ""
    shown = "\n".join([f"*{text}*", *details])[: LONGEST - len(link)]
    return text, [{"type": "section", "text": {"type": "mrkdwn", "text": shown + link, "verbatim": True}}]


def _escaped(text: str) -> str:
    """So that nothing in it becomes a link or calls people."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _refusal(response: Any) -> DeliveryError:
    """`response` is the library's or aiohttp's, whichever it got to."""
    data = getattr(response, "data", None)
    error = str(data.get("error", "")) if isinstance(data, dict) else ""
    status = int(getattr(response, "status_code", getattr(response, "status", 0)))
    if error in PASSING or status == 429 or status >= 500:
        return DeliveryError(BUSY, retry_after_s=retry_after_s(response.headers.get("Retry-After")))
    if not error:
        return DeliveryError(BAD_ANSWER)
    code = next((code for code, errors in MENDABLE.items() if error in errors), None)
    return DeliveryError(REFUSED, is_permanent=True) if code is None else DeliveryError(code, retry_after_s=AGAIN_S)
