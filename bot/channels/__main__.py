"""`python -m bot.channels check KIND [ADDRESS]`: send a test now and say in plain words what is wrong."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import datetime, timezone

from bot.channels.delivery import LIMIT_S, Transport
from bot.channels.load import EMAIL, SLACK, TARGETS, WEBHOOK, load_transports
from bot.channels.reasons import NOT_SET_UP, TIMEOUT, in_words
from bot.channels.trial import trial_body, trial_mail
from bot.clinic import load_clinic
from bot.errors import DeliveryError, MesoGuideError
from bot.privacy.tokens import new_id
from bot.settings import Settings, load_settings
from bot.store.outbox import Leased, Outgoing

VARIABLE = {EMAIL: "MESOGUIDE_SMTP_HOST", WEBHOOK: "MESOGUIDE_WEBHOOK_URL", SLACK: "MESOGUIDE_SLACK_TOKEN"}
PLACES = {WEBHOOK: "the webhook", SLACK: "Slack"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.channels", description="Try out how alerts are sent.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="send a test now")
    check.add_argument("kind", choices=(EMAIL, *TARGETS))
    check.add_argument("address", nargs="?", help="an e-mail address instead of those in clinic.yml")
    given = parser.parse_args(arguments)
    try:
        settings = load_settings()
        bodies = _bodies(given.kind, given.address, settings)
    except MesoGuideError as error:
        return _say(str(error), 1)
    transport = load_transports(settings).get(given.kind)
    if transport is None:
        return _say(f"{in_words(NOT_SET_UP)} {VARIABLE[given.kind]} is empty.", 1)
    if not bodies:
        return _say("There is nobody to write to: add alert_emails to clinic.yml, or name an address here.", 1)
    return max(asyncio.run(_try(transport, given.kind, target, body)) for target, body in bodies.items())


def _bodies(kind: str, address: str | None, settings: Settings) -> dict[str, dict[str, object]]:
    """By the name of the target. Raises DocumentError."""
    if kind in TARGETS:
        return {PLACES[kind]: trial_body(kind, datetime.now(timezone.utc))}
    clinic = load_clinic(settings.clinic_file)
    addresses = [address] if address else [*clinic.alert_emails, *clinic.escalation_emails]
    return {one: trial_mail(one) for one in dict.fromkeys(addresses)}


async def _try(transport: Transport, kind: str, target: str, body: dict[str, object]) -> int:
    key = f"check:{new_id()}"
    leased = Leased(0, Outgoing(key, key, kind, body), 1, datetime.now(timezone.utc))
    try:
        await asyncio.wait_for(transport.send(leased), LIMIT_S)
    except DeliveryError as error:
        return _say(f"Not sent to {target}. {in_words(error.code)}", 1)
    except asyncio.TimeoutError:
        return _say(f"Not sent to {target}. {in_words(TIMEOUT)}", 1)
    return _say(f"Sent to {target}. Look whether it arrived.", 0)


def _say(sentence: str, status: int) -> int:
    sys.stdout.write(f"{sentence}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
