"""The next steps below a message: as buttons, as a list that opens, or by number; and what a typed answer chooses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.channels.markup import length
from bot.channels.parts import Choice, Limits
from bot.channels.splitting import shortened
from bot.types import Button, Envelope

LONGEST_ID = 64
"""Bytes; Telegram takes no more."""
BY_NUMBER = "Reply with a number."
BY_ONE = "Reply with 1."

NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
NUMBERED = re.compile(
    rf"(?:(?:option|number|choice|answer|no\.?|nr\.?)\s*)?(?:[#(\[]\s*)?(\d{{1,3}}|{'|'.join(NUMBERS)})\s*[.):\]!]*"
    r"(?:,?\s*please[.!]*)?"
)
RANKED = re.compile(
    rf"(?:the\s+)?(\d{{1,3}}(?=st|nd|rd|th)|{'|'.join(ORDINALS)})(?:st|nd|rd|th)?(?:\s+(?:one|option|choice|answer))?[.!]*"
    r"(?:,?\s*please[.!]*)?"
)
LEADING_NUMBER = re.compile(r"(\d{1,3})\s*[.):]?\s+(?=\S)")


@dataclass(frozen=True)
class Plan:
    """How the next steps go out. `lines` stand in the text, where the patient answers by number."""

    choices: tuple[Choice, ...] = ()
    is_list: bool = False
    lines: tuple[str, ...] = ()


def plan(buttons: Sequence[Button], limits: Limits) -> Plan:
    """Buttons where all titles fit, else a list, else numbers; those with buttons too, where the app has room."""
    shown = _shown(buttons)
    if not shown:
        return Plan()
    can_press = all(button.id and len(button.id.encode()) <= LONGEST_ID for button in shown)
    if can_press and limits.text_with_buttons and len(shown) <= limits.buttons:
        short = [_short(_title(button), limits.button_title) for button in shown]
        if choices := _choices(shown, short):
            return Plan(choices)
    if can_press and limits.text_with_rows and len(shown) <= limits.rows and (rows := _rows(shown, limits)):
        return Plan(rows, is_list=True)
    lines = tuple(f"{number}. {_title(button)}" for number, button in enumerate(shown, start=1))
    lines = (*lines, BY_NUMBER if len(shown) > 1 else BY_ONE)
    if can_press and limits.text_with_buttons and len(shown) <= limits.buttons:
        cut = [shortened(line, limits.button_title) for line in lines[:-1]]
        return Plan(_choices(shown, cut), lines=lines)
    return Plan(lines=lines)


def is_numbered(envelope: Envelope, limits: Limits) -> bool:
    """Whether the patient sees numbers before the next steps, and may answer with one."""
    return bool(plan(envelope.buttons, limits).lines)


def read_choice(text: str, buttons: Sequence[Button], *, is_numbered: bool) -> Button | None:
    """The button that a typed answer names: its title, or its number where they are numbered. Never a guess."""
    shown = _shown(buttons)
    named = [button for button in shown if _is_named(button, text)]
    if is_numbered:
        # A title may be a number itself: then it has to be the same button's.
        number = _number(text) or 0
        if counted := shown[number - 1 : number] if number else []:
            return counted[0] if not named or named == counted else None
        named = named or _line(shown, text)
    return named[0] if len(named) == 1 else None


def _line(shown: Sequence[Button], text: str) -> list[Button]:
    """The button whose whole line was typed, as in "2. Side effects"."""
    found = LEADING_NUMBER.match(text.strip())
    if found is None:
        return []
    numbered = enumerate(shown, start=1)
    rest = text.strip()[found.end() :]
    return [button for number, button in numbered if number == int(found[1]) and _is_named(button, rest)]


def _shown(buttons: Sequence[Button]) -> list[Button]:
    return [button for button in buttons if _title(button)]


def _title(button: Button) -> str:
    """On one line, without signs that no app takes."""
    signs = ("\ufffd" if unicodedata.category(sign) == "Cs" else sign for sign in " ".join(button.title.split()))
    return "".join(sign for sign in signs if unicodedata.category(sign) != "Cc").strip()


def _choices(shown: Sequence[Button], titles: Sequence[str | None]) -> tuple[Choice, ...]:
    """None at all unless each has a title of its own."""
    found = [Choice(title, button.id or "") for title, button in zip(titles, shown, strict=True) if title]
    return tuple(found) if len(found) == len(shown) and _are_different(found) else ()


def _are_different(choices: Sequence[Choice]) -> bool:
    return len({choice.title.casefold() for choice in choices}) == len(choices)


def _rows(shown: Sequence[Button], limits: Limits) -> tuple[Choice, ...]:
    """A title that is too long stands below as a whole."""
    rows = []
    for button in shown:
        title = _title(button)
        short = _short(title, limits.row_title)
        if short is None and length(title) > limits.row_description:
            return ()
        below = "" if short else title
        rows.append(Choice(short or shortened(title, limits.row_title), button.id or "", below))
    return tuple(rows) if _are_different(rows) else ()


def _short(title: str, most: int) -> str | None:
    """The title, or shorter words for the same, when it fits."""
    return next((form for form in _forms(title) if length(form) <= most), None)


def _forms(title: str) -> Iterator[str]:
    yield title
    yield (joined := title.replace(" and ", " & "))
    yield (bare := re.sub(r"(?<=\S) (?:the|an?) (?=\S)", " ", joined))
    yield bare.rstrip(".")


def _is_named(button: Button, text: str) -> bool:
    title = _title(button)
    if not _bare(title):
        return title.casefold() == text.strip().casefold()
    return _bare(text) in {_bare(form) for form in _forms(title)}


def _bare(text: str) -> str:
    """Letters and digits in words, nothing else: no case, no signs, no emoji."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")
    plain = re.sub(r"['’`´]", "", plain)
    kept = (sign if unicodedata.category(sign)[0] in "LNM" else " " for sign in plain)
    return " ".join("".join(kept).split())


def _number(text: str) -> int | None:
    # A keycap is its digit with two marks on top.
    plain = unicodedata.normalize("NFKC", text).replace("\ufe0f", "").replace("\u20e3", "").strip().casefold()
    for pattern, names in ((NUMBERED, NUMBERS), (RANKED, ORDINALS)):
        if found := pattern.fullmatch(plain):
            return names.index(found[1]) + 1 if found[1] in names else int(found[1])
    return None
