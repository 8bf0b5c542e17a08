"""What is wanted of the queue, as the part of an address behind the question mark, and back."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode

from bot.store.wanted import Sort, View, Wanted
from bot.vocabulary import Reason

LONGEST = 100
LAST_PAGE = 10_000

Choice = TypeVar("Choice", bound=Enum)


def wanted_from(parameters: Mapping[str, str]) -> Wanted:
    """Whatever isn't known is as if it weren't there: addresses get old, and are typed by hand."""
    return Wanted(
        view=_one_of(View, parameters.get("view")) or View.OPEN,
        sort=_one_of(Sort, parameters.get("sort")) or Sort.WAITING,
        reason=_one_of(Reason, parameters.get("reason")),
        channel=_text(parameters.get("channel")),
        tag=_text(parameters.get("tag")),
        owner=_text(parameters.get("owner")),
        page=page_from(parameters),
    )


def page_from(parameters: Mapping[str, str]) -> int:
    """Counts from 0 inside, and from 1 in addresses."""
    given = parameters.get("page", "")
    return min(int(given), LAST_PAGE) - 1 if given.isascii() and given.isdigit() and int(given[:6]) > 0 else 0


def query_of(wanted: Wanted, **changes: object) -> str:
    """The shortest address that leads to it. `changes` replace what they name; None leaves it out."""
    plain = {
        "view": None if wanted.view is View.OPEN else wanted.view.value,
        "sort": None if wanted.sort is Sort.WAITING else wanted.sort.value,
        "reason": wanted.reason.value if wanted.reason else None,
        "channel": wanted.channel,
        "tag": wanted.tag,
        "owner": wanted.owner,
        "page": wanted.page + 1 if wanted.page else None,
    }
    return urlencode({name: value for name, value in (plain | changes).items() if value is not None})


def _one_of(choices: type[Choice], given: str | None) -> Choice | None:
    return next((one for one in choices if one.value == given), None)


def _text(given: str | None) -> str | None:
    return given.strip()[:LONGEST] or None if given else None
