"""The signs as data: one file for each code, checked when the program starts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import Field

from bot.documents import Strict, load_document
from bot.errors import DocumentError
from bot.vocabulary import Level

WINDOW = 8
GUARDS = frozenset({"negation", "supposing", "asking", "past", "over", "story", "quote"})
LEVELS: Mapping[str, Level] = {
    **{f"E{number}": Level.EMERGENCY for number in range(1, 11)},
    **{f"U{number}": Level.URGENT for number in range(1, 13)},
    "4D": Level.CRISIS,
    "4E": Level.MINOR,
}
"""Every code that must have signs, and its level."""
GuardName = Literal["negation", "supposing", "asking", "past", "over", "story", "quote"]


class SignEntry(Strict):
    """One way in which a sign shows in words; `knowledge/safety/README.md` explains the notation."""

    when: str = Field(..., min_length=1)
    beside: list[str] = Field([])
    unless: list[str] = Field([])
    never: list[str] = Field([])
    without: list[str] = Field([])
    within: str | None = None
    ignore: list[GuardName] = Field([])
    level: Level | None = None


class SignFile(Strict):
    """All ways to say one code."""

    code: str = Field(..., regex=r"^(E|U)\d{1,2}$|^4[DE]$")
    level: Level
    title: str
    sources: list[str] = Field(..., min_items=1)
    signs: list[SignEntry] = Field(..., min_items=1)


@dataclass(frozen=True)
class Sign:
    """A compiled entry. `terms` are alternatives of group names that must be found within `window` words."""

    code: str
    level: Level
    title: str
    terms: tuple[tuple[str, ...], ...]
    in_order: bool
    window: int
    beside: tuple[tuple[str, ...], ...]
    unless: tuple[str, ...]
    never: tuple[str, ...]
    without: tuple[str, ...]
    within: str | None
    """A group one hit of which must hold the whole sign."""
    guards: frozenset[str]


def load_signs(folder: Path, known_groups: Iterable[str]) -> tuple[Sign, ...]:
    """Every sign under `folder`. Raises DocumentError for a wrong file or a group that doesn't exist."""
    paths = sorted(folder.glob("**/*.yml"))
    if not paths:
        raise DocumentError(f"{folder}: no sign files; the program can't run without its safety check, restore them.")
    groups = frozenset(known_groups)
    files = [(path, load_document(path, SignFile)) for path in paths]
    _require_all(folder, files)
    return tuple(_compile(path, file, entry, groups) for path, file in files for entry in file.signs)


def _require_all(folder: Path, files: Iterable[tuple[Path, SignFile]]) -> None:
    """Raise DocumentError for a code without a file or at another level: what it stands for would go unseen."""
    missing = set(LEVELS)
    for path, file in files:
        level = LEVELS.get(file.code)
        if level is None:
            raise DocumentError(f"{path}: code: there is no {file.code}; use one of {', '.join(LEVELS)}.")
        if file.level is not level:
            raise DocumentError(f"{path}: level: {file.code} is {level.value}, not {file.level.value}; correct it.")
        missing.discard(file.code)
    if missing:
        codes = ", ".join(code for code in LEVELS if code in missing)
        raise DocumentError(f"{folder}: no signs for {codes}; the program can't run without them, restore the files.")


def _compile(path: Path, file: SignFile, entry: SignEntry, groups: frozenset[str]) -> Sign:
    formula, _, window = entry.when.partition("@")
    in_order = ">" in formula
    terms = tuple(tuple(term.strip().split("|")) for term in re.split(r"[+>]", formula))
    beside = tuple(tuple(term.split("|")) for term in entry.beside)
    used = {name for term in (*terms, *beside) for name in term} | {*entry.unless, *entry.never, *entry.without}
    used |= {entry.within} if entry.within else set()
    missing = sorted(used - groups)
    if missing or not (window.strip().isdigit() or not window):
        raise DocumentError(
            f"{path}: sign {entry.when!r}: "
            + (
                f"no group of words is called {', '.join(missing)}; add it under words/ or correct the name."
                if missing
                else "write the window as a number, like `@6`."
            )
        )
    return Sign(
        code=file.code,
        level=entry.level or file.level,
        title=file.title,
        terms=terms,
        in_order=in_order,
        window=int(window) if window else WINDOW,
        beside=beside,
        unless=tuple(entry.unless),
        never=tuple(entry.never),
        without=tuple(entry.without),
        within=entry.within,
        guards=GUARDS - frozenset(entry.ignore),
    )
