"""`python -m bot.channels check NAME` and `register NAME`: say in plain words what is wrong with a way of sending."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Sequence
from datetime import datetime, timezone

from bot.channels.app import App
from bot.channels.delivery import LIMIT_S, Transport
from bot.channels.load import APPS, EMAIL, REGISTER, SLACK, TARGETS, WEBHOOK, load_transports
from bot.channels.parts import Part, Post
from bot.channels.reasons import NOT_SET_UP, TIMEOUT, in_words
from bot.channels.trial import APP_TEXT, trial_body, trial_mail
from bot.clinic import load_clinic
from bot.errors import DeliveryError, MesoGuideError, PutOff
from bot.privacy.tokens import new_id
from bot.settings import Settings, load_settings
from bot.store.outbox import Leased, Outgoing

VARIABLE = {EMAIL: "MESOGUIDE_SMTP_HOST", WEBHOOK: "MESOGUIDE_WEBHOOK_URL", SLACK: "MESOGUIDE_SLACK_TOKEN"}
PLACES = {WEBHOOK: "the webhook", SLACK: "Slack"}


def main(arguments: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        if given.command == "register":
            return _register(given.name, settings)
        if given.name in APPS:
            return _check_app(APPS[given.name](settings), given.address)
        return _check_alerts(given.name, given.address, settings)
    except MesoGuideError as error:
        return _say(str(error), 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.channels", description="Try out how things are sent.")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="send a test alert now, or look whether a messaging app is set up")
    check.add_argument("name", choices=(EMAIL, *TARGETS, *APPS))
    where = "an e-mail address instead of those in clinic.yml, or a number or chat that gets a test message"
    check.add_argument("address", nargs="?", help=where)
    register = commands.add_parser("register", help="tell a messaging app where to send what patients write")
    register.add_argument("name", choices=tuple(REGISTER))
    return parser


def _check_app(app: App | None, address: str | None) -> int:
    if app is None:
        return _say(in_words(NOT_SET_UP), 1)
    status = _say_all(asyncio.run(_await(app.check())), f"{app.title} is set up. Write to it to see it answer.")
    return max(status, asyncio.run(_try_app(app, address))) if address else status


async def _try_app(app: App, address: str) -> int:
    client = app.make_client()
    try:
        await asyncio.wait_for(client.send(Post(address, Part(APP_TEXT), f"check:{new_id()}")), LIMIT_S)
    except (DeliveryError, PutOff) as error:
        code = error.code if isinstance(error, DeliveryError) else TIMEOUT
        return _say(f"The test message was not sent. {in_words(code)}", 1)
    except asyncio.TimeoutError:
        return _say(f"The test message was not sent. {in_words(TIMEOUT)}", 1)
    finally:
        await client.close()
    return _say("The test message is sent. Look whether it arrived.", 0)


def _register(name: str, settings: Settings) -> int:
    wrong = asyncio.run(_await(REGISTER[name](settings)))
    return _say_all(wrong, f"Registered. Now try `python -m bot.channels check {name}`.")


def _check_alerts(kind: str, address: str | None, settings: Settings) -> int:
    """Raises DocumentError."""
    bodies = _bodies(kind, address, settings)
    transport = load_transports(settings).get(kind)
    if transport is None:
        return _say(f"{in_words(NOT_SET_UP)} {VARIABLE[kind]} is empty.", 1)
    if not bodies:
        return _say("There is nobody to write to: add alert_emails to clinic.yml, or name an address here.", 1)
    return max(asyncio.run(_try(transport, kind, target, body)) for target, body in bodies.items())


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


async def _await(wrong: Awaitable[list[str]]) -> list[str]:
    return await wrong


def _say_all(wrong: Sequence[str], otherwise: str) -> int:
    return max(_say(sentence, 1) for sentence in wrong) if wrong else _say(otherwise, 0)


def _say(sentence: str, status: int) -> int:
    sys.stdout.write(f"{sentence}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
