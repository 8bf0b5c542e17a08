"""Registers our address with Telegram, and says in plain words what is wrong with the set-up."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bot.channels.http import Answer, Http
from bot.channels.reasons import BAD_TOKEN, in_words
from bot.channels.telegram.transport import address, failure
from bot.channels.telegram.webhook import UPDATES
from bot.errors import DeliveryError
from bot.settings import Settings

PATH = "/webhooks/telegram"
RECENT_S = 24 * 3600
"""Telegram keeps the last error for ever; an older one has passed."""
MANY = 20
"""Messages that wait at Telegram; fewer are just on their way."""
REGISTER = "Run `python -m bot.channels register telegram`."
NO_TOKEN = "MESOGUIDE_TELEGRAM_TOKEN is empty. BotFather gives you one."  # noqa: S105  (no token)
WRONG_TOKEN = "Telegram doesn't know the token. Copy it again from BotFather to MESOGUIDE_TELEGRAM_TOKEN."  # noqa: S105
NO_ADDRESS = (
    "MESOGUIDE_PUBLIC_URL must be an https:// address that the internet can reach, on port 443, 80, 88 or 8443."
)
KINDS = {
    "response from the webhook: 403": f"Our server didn't accept Telegram's secret. {REGISTER}",
    "response from the webhook: 404": f"Nothing is at {PATH} of our server. Restart it, and check the proxy before it.",
    "response from the webhook": "Our server answered with an error. Its log has the details.",
    "ssl": "The encrypted connection failed. Check the certificate of MESOGUIDE_PUBLIC_URL.",
    "certificate": "The encrypted connection failed. Check the certificate of MESOGUIDE_PUBLIC_URL.",
    "resolve": "The name in MESOGUIDE_PUBLIC_URL isn't known to the internet.",
    "timed out": "Our server took too long to answer, or a firewall keeps Telegram out.",
    "timeout": "Our server took too long to answer, or a firewall keeps Telegram out.",
    "connection": "Telegram can't connect to our server. Check that MESOGUIDE_PUBLIC_URL is reached from outside.",
}
"""By words of Telegram's error, the first that fits."""


async def check(settings: Settings) -> list[str]:
    """A sentence for each thing that is wrong; empty when patients can write."""
    if wrong := _settings(settings):
        return wrong
    http = Http(address(settings.telegram_api, settings.telegram_token))
    try:
        _good(await http.get("getMe"))
        info = _good(await http.get("getWebhookInfo"))
    except DeliveryError as error:
        return [_sentence(error)]
    finally:
        await http.close()
    return _webhook(info if isinstance(info, dict) else {}, settings.public_url + PATH)


async def register(settings: Settings) -> list[str]:
    """Tell Telegram where to send what patients write; again changes nothing. Returns what is wrong, as `check`."""
    if wrong := _settings(settings):
        return wrong
    wish = {
        "url": settings.public_url + PATH,
        "secret_token": settings.telegram_secret.get_secret_value(),
        "allowed_updates": list(UPDATES),
    }
    http = Http(address(settings.telegram_api, settings.telegram_token))
    try:
        _good(await http.post("setWebhook", json=wish))
    except DeliveryError as error:
        return [_sentence(error)]
    finally:
        await http.close()
    return []


def _settings(settings: Settings) -> list[str]:
    if not settings.telegram_token.get_secret_value():
        return [NO_TOKEN]
    return [] if settings.public_url.startswith("https://") else [NO_ADDRESS]


def _good(answer: Answer) -> Any:
    """The result. Raises DeliveryError."""
    if not answer.is_good or answer.body.get("ok") is not True:
        raise failure(answer)
    return answer.body.get("result")


def _sentence(error: DeliveryError) -> str:
    if error.code == BAD_TOKEN:
        return WRONG_TOKEN
    # There is no patient's message here, so what is refused is the address.
    return f"Telegram didn't take it. {NO_ADDRESS if error.is_permanent else in_words(error.code)}"


def _webhook(info: Mapping[str, Any], expected: str) -> list[str]:
    url, allowed = info.get("url"), info.get("allowed_updates")
    if not url:
        return [f"Telegram doesn't know yet where to send messages. {REGISTER}"]
    if url != expected:
        return [f"Telegram sends messages to another address than {expected}. {REGISTER}"]
    wrong = []
    if not isinstance(allowed, list) or set(map(str, allowed)) != set(UPDATES):
        wrong.append(f"Telegram sends more or less than the bot needs. {REGISTER}")
    if (waiting := info.get("pending_update_count")) and isinstance(waiting, int) and waiting >= MANY:
        wrong.append(f"{waiting} messages of patients wait at Telegram.")
    error, at = info.get("last_error_message"), info.get("last_error_date")
    if error and isinstance(at, int) and time.time() - at < RECENT_S:
        wrong.append(_kind(str(error)))
    return wrong


def _kind(error: str) -> str:
    """Telegram's own words may quote addresses, so that only their kind is said."""
    said = error.lower()
    kind = next((sentence for words, sentence in KINDS.items() if words in said), "Telegram doesn't say more.")
    return f"In the last day Telegram couldn't hand over a message. {kind}"
