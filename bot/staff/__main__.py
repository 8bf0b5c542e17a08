"""`python -m bot.staff …`: accounts of the console without the console, for the first admin and for emergencies."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone

from bot.errors import MesoGuideError, StaffError
from bot.handoff.desk import Desk
from bot.settings import load_settings
from bot.staff.links import first_link, invite, new_link
from bot.store.staff import Account
from bot.store.store import Store
from bot.vocabulary import Role
from bot.wiring import notices, open_store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 1, with a sentence, when it isn't possible."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        address = options.address or f"http://{settings.host}:{settings.port}"
        lines = options.run(open_store(settings), options, address.rstrip("/"))
        sys.stdout.writelines(f"{line}\n" for line in lines)
    except MesoGuideError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot.staff", description=__doc__)
    parser.add_argument("--address", help="where staff reach the console, for links: https://chat.clinic.example")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("invite", help="add somebody and print the one-time link that lets them in")
    command.add_argument("--login", required=True, help="an e-mail address or a short name")
    command.add_argument("--name", required=True, help="what patients see")
    command.add_argument("--role", required=True, choices=[role.value for role in Role])
    command.set_defaults(run=_invite)
    command = commands.add_parser("link", help="print a new one-time link for somebody who forgot the password")
    command.add_argument("login")
    command.add_argument("--lost-phone", action="store_true", help="using the link takes the second factor away")
    command.set_defaults(run=_link)
    commands.add_parser("list", help="show everybody").set_defaults(run=_list)
    command = commands.add_parser("first-link", help="print a link for the first admin, or nothing if there is one")
    command.set_defaults(run=_first_link)
    for name, run, words in (
        ("deactivate", _deactivate, "let somebody in no more, end their sessions and give back what they hold, now"),
        ("unlock", _unlock, "forget somebody's wrong tries"),
    ):
        command = commands.add_parser(name, help=words)
        command.add_argument("login")
        command.set_defaults(run=run)
    return parser


def _invite(store: Store, options: argparse.Namespace, address: str) -> Iterator[str]:
    role = Role(options.role)
    _, path = invite(store, login=options.login, name=options.name, role=role, by=None, now=_now())
    yield f"{address}{path}"
    yield "The link works once, for 24 hours."


def _link(store: Store, options: argparse.Namespace, address: str) -> Iterator[str]:
    staff = _get(store, options.login).staff
    if not staff.is_active:
        raise StaffError("not_active", f"{staff.login} is deactivated; an admin can reactivate the account first.")
    yield f"{address}{new_link(store, staff, by=None, now=_now(), resets_totp=options.lost_phone)}"
    yield "The link works once, for 24 hours."


def _first_link(store: Store, options: argparse.Namespace, address: str) -> Iterator[str]:
    path = first_link(store, now=_now())
    if path is not None:
        yield f"{address}{path}"


def _list(store: Store, options: argparse.Namespace, address: str) -> Iterator[str]:
    for account in store.accounts():
        staff = account.staff
        yield f"{staff.login:<32} {staff.role.value:<7} {_state(account):<12} {staff.name}"


def _deactivate(store: Store, options: argparse.Namespace, address: str) -> Iterator[str]:
    staff = _get(store, options.login).staff
    released = len(Desk(store, notices()).let_go(staff, by=None, now=_now()))
    yield f"{staff.login} can't sign in any more."
    if released:
        yield f"Conversations that they had and that wait in the queue again: {released}."


def _unlock(store: Store, options: argparse.Namespace, address: str) -> Iterator[str]:
    staff = _get(store, options.login).staff
    store.unlock_account(staff.id, by=None, now=_now())
    yield f"{staff.login} may try again."


def _get(store: Store, login: str) -> Account:
    account = store.find_login(login)
    if account is None:
        raise StaffError("gone", f"Nobody has the login {login!r}; `python -m bot.staff list` shows everybody.")
    return account


def _state(account: Account) -> str:
    if not account.staff.is_active:
        return "deactivated"
    if account.locked_until is not None and account.locked_until > _now():
        return "locked"
    return "active" if account.has_password else "invited"


def _now() -> datetime:
    return datetime.now(timezone.utc)


if __name__ == "__main__":
    raise SystemExit(main())
