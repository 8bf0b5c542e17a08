"""What each app's patients get for everything that the bot may say, as text files to compare with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.channels.layout import Links, lay_out
from bot.channels.markup import length
from bot.channels.parts import Choice, Limits, Part
from bot.types import Message
from tests.channels.limits import APPS

FOLDER = Path(__file__).parent
COMMAND = ".venv/bin/python -m tests.channels.golden"
IN_FULL = "telegram"
SHORTENED = frozenset({"answers", "more"})
"""Groups whose long lines the other apps' files hold only by beginning and hash: their words are in the first's."""
BEGINNING, LONG = 36, 56

LINKS = Links(
    chart=lambda place: f"https://rosewood.example/chart/{place}",
    sheet=lambda place: f"https://rosewood.example/sheet/{place}",
    transcript=lambda place: f"https://rosewood.example/talk/{place}",
)


def path_of(app: str, group: str) -> Path:
    return FOLDER / app / f"{group}.txt"


def text_of(app: str, group: str, messages: Sequence[tuple[str, Message]]) -> str:
    """The file of one group for one app."""
    is_short = group in SHORTENED and app != IN_FULL
    return "".join(_entry(name, message, APPS[app], is_short=is_short) for name, message in messages)


def _entry(name: str, message: Message, limits: Limits, *, is_short: bool) -> str:
    links = Links() if name.endswith("without links") else LINKS
    lines = [line for part in lay_out(message, limits, links) for line in _lines(part, is_short=is_short)]
    return "\n".join([f"### {name}", *lines, "", ""])


def _lines(part: Part, *, is_short: bool) -> Iterator[str]:
    picture = f", picture {part.picture.url}: {part.picture.alt}" if part.picture else ""
    yield f"--- {length(part.text)}{picture}"
    yield from map(_short if is_short else str, part.text.split("\n") if part.text else [])
    yield from (_choice(choice, is_list=part.is_list) for choice in part.choices)


def _short(line: str) -> str:
    if len(line) <= LONG:
        return line
    return f"{line[:BEGINNING]}… #{hashlib.sha256(line.encode()).hexdigest()[:6]}"


def _choice(choice: Choice, *, is_list: bool) -> str:
    below = f" | {choice.description}" if choice.description else ""
    return f"{'(_)' if is_list else '[_]'} {choice.title}{below} ={choice.id}"
