"""A message's small Markdown as words, and words in the markup of an app.

Words know how they look and how well a text may be cut before them; so whatever is cut, no tag is cut with it. Nothing
that somebody typed becomes markup: HTML escapes it, and WhatsApp, which has no escape, gets signs that look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import urlsplit

from bot.channels.parts import Markup
from bot.markdown import ITEM, spans

NONE, TIGHT, WORD, SENTENCE, LINE, PARAGRAPH, SECTION = range(7)
"""How well a text may be cut before a word: not within one, hardly after a bullet or a heading, best at a section."""
WHOLE = 10
"""Taken off the levels of what should stay in one piece."""

BLANK = r"[^\S\u00a0\u2007\u202f]"
"""White space where a line may break."""
PIECE = re.compile(rf"({BLANK}*)((?:\S|[\u00a0\u2007\u202f])+)")
SENTENCE_END = re.compile(r".*[.!?…][\"'”’)\]]*", re.DOTALL)
NEW_LINE = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
NO_SIGN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
HALF = re.compile("[\ud800-\udfff]")
"""Half of a pair, as broken JSON may hold it: no app takes that."""
HOST = re.compile(r"(?:[a-z]+://)?(?:www\.)?([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\b", re.IGNORECASE)
STARRY = re.compile(r"(?<!\w)[*_~](?=\S)|(?<=\S)[*_~](?!\w)|`")
LOOK_ALIKE = {"*": "∗", "_": "＿", "~": "∼", "`": "ˋ", ">": "›"}


@dataclass(frozen=True)
class Word:
    """`before` is the gap to the word before it. With an `address` it is a link, cut nowhere, and may hold blanks."""

    text: str
    before: str = ""
    level: int = NONE
    is_bold: bool = False
    address: str | None = None


def words(text: str, markup: Markup) -> list[Word]:
    """Text of the bot or of staff, with its bold words, lists and links."""
    found: list[Word] = []
    for line, before, level in _lines(text):
        item = ITEM.fullmatch(line)
        if item is None:
            new = list(_inline(line, markup))
        else:
            bullet = line.split(maxsplit=1)[0] if item["number"] else "•" if markup is Markup.HTML else "-"
            new = [Word(bullet), *_after(_inline(item["text"], markup), " ", TIGHT)]
        is_heading = bool(found) and found[-1].text.endswith(":")
        found += _after(new, before, TIGHT if is_heading or _is_heading(found) else level)
    return found


def literal(text: str, *, is_bold: bool = False) -> list[Word]:
    """Text as it was typed, line by line: its marks are no markup."""
    lines = ((_after(_pieces(line, is_bold=is_bold), before, level)) for line, before, level in _lines(text))
    return [word for line in lines for word in line]


def joined(*sections: Sequence[Word]) -> list[Word]:
    """Sections one below the other; empty ones leave nothing."""
    return [word for section in sections for word in _after(section, "\n\n", SECTION)]


def stacked(*lines: Sequence[Word]) -> list[Word]:
    """Lines one below the other; empty ones leave nothing."""
    return [word for line in lines for word in _after(line, "\n", LINE)]


def led(head: Sequence[Word], rest: Sequence[Word]) -> list[Word]:
    """`head` right before `rest`: on the same line, unless a list or bold words follow."""
    is_apart = bool(rest) and (rest[0].is_bold or rest[0].text in {"-", "•"})
    return [*head, *_after(rest, "\n" if is_apart else " ", TIGHT)]


def whole(section: Iterable[Word]) -> list[Word]:
    """The same, cut only when there is no other way."""
    return [replace(word, level=word.level - WHOLE) for word in section]


def written(text: Sequence[Word], markup: Markup) -> str:
    """The words in an app's markup. The gap before the first one is left out."""
    parts: list[str] = []
    runs = list(_runs(text))
    for place, run in enumerate(runs):
        if place:
            parts.append(run[0].before)
        left = runs[place - 1][-1].text[-1:] if place and not run[0].before else ""
        right = runs[place + 1][0] if place + 1 < len(runs) else Word("", " ")
        is_glued = left.isalnum() or (not right.before and right.text[:1].isalnum())
        parts.append(_run(run, markup, is_glued=is_glued, opens=not place or "\n" in run[0].before))
    return "".join(parts)


def length(text: str) -> int:
    """In characters as UTF-16 counts them: the apps' way."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def unlinked(word: Word) -> list[Word]:
    """A link as plain words: its label, and its address where that says more."""
    if word.address is None:
        return [word]
    plain = _pieces(_label_and_address(word.text, word.address), is_bold=word.is_bold)
    return list(_after(plain, word.before, word.level))


def _lines(text: str) -> Iterator[tuple[str, str, int]]:
    """The lines that hold something, each with the gap before it."""
    text = HALF.sub("\ufffd", NO_SIGN.sub("", NEW_LINE.sub("\n", text)))
    before, level = "\n", LINE
    for line in text.split("\n"):
        if line.strip():
            yield line, before, level
            before, level = "\n", LINE
        else:
            before, level = "\n\n", PARAGRAPH


def _is_heading(found: Sequence[Word]) -> bool:
    """Whether the last line is bold from its beginning to its end."""
    for word in reversed(found):
        if not word.is_bold:
            return False
        if "\n" in word.before:
            return True
    return bool(found)


def _inline(line: str, markup: Markup) -> Iterator[Word]:
    gap, last = "", None
    for span in spans(line):
        if span.address is None:
            pieces = list(_pieces(span.text, is_bold=span.is_bold))
            leads = re.match(BLANK, span.text) is not None
        else:
            pieces, leads = _link(span.text, span.address, markup, is_bold=span.is_bold), False
        gap = " " if leads else gap
        for word in _after(pieces, gap, _level(last) if gap else NONE):
            yield word
            last = word
        trails = span.address is None and re.search(rf"{BLANK}\Z", span.text) is not None
        gap = " " if trails else "" if pieces else gap


def _link(label: str, address: str, markup: Markup, *, is_bold: bool) -> list[Word]:
    label = " ".join(label.split())
    if markup is Markup.HTML and address.startswith("https:") and _is_honest(label, address):
        return [Word(label or address, is_bold=is_bold, address=address)]
    return list(_pieces(_label_and_address(label, address), is_bold=is_bold))


def _is_honest(label: str, address: str) -> bool:
    """Whether a label that looks like an address is the one that it leads to."""
    named = HOST.search(label)
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return named is None or named[1].lower() == host


def _label_and_address(label: str, address: str) -> str:
    shown = address if address.startswith("https:") else address.partition(":")[2].partition("?")[0]
    if _core(shown) == _core(label) or not label:
        return shown
    # "Call +1 555 0100" needs no second number.
    is_told = address.startswith("tel:") and re.sub(r"\D", "", shown) in re.sub(r"\D", "", label)
    return label if is_told else f"{label} ({shown})"


def _core(address: str) -> str:
    return address.lower().removeprefix("https://").removeprefix("www.").rstrip("/")


def _pieces(text: str, *, is_bold: bool = False) -> Iterator[Word]:
    last = None
    for found in PIECE.finditer(text):
        yield (last := Word(found[2], " " if last else "", _level(last), is_bold))


def _level(last: Word | None) -> int:
    """How well a line may be cut at a blank after `last`."""
    if last is None:
        return NONE
    return SENTENCE if SENTENCE_END.fullmatch(last.text) else WORD


def _after(text: Iterable[Word], before: str, level: int) -> Iterator[Word]:
    """The same words with another gap before the first."""
    for place, word in enumerate(text):
        yield word if place else replace(word, before=before, level=level)


def _runs(text: Sequence[Word]) -> Iterator[list[Word]]:
    """Neighbours on one line that are alike bold or not."""
    run: list[Word] = []
    for word in text:
        if run and (word.is_bold != run[-1].is_bold or "\n" in word.before):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _run(run: Sequence[Word], markup: Markup, *, is_glued: bool, opens: bool) -> str:
    """`is_glued` to a letter, where stars would stay stars; `opens` a line."""
    inside = "".join((word.before if place else "") + _word(word, markup) for place, word in enumerate(run))
    if markup is Markup.HTML:
        return f"<b>{inside}</b>" if run[0].is_bold else inside
    if markup is Markup.PLAIN:
        return inside
    if opens and inside.startswith(">"):
        inside = LOOK_ALIKE[">"] + inside[1:]
    is_starred = run[0].is_bold and not is_glued and "://" not in inside
    return f"*{inside.replace('*', LOOK_ALIKE['*'])}*" if is_starred else inside


def _word(word: Word, markup: Markup) -> str:
    if markup is Markup.HTML:
        text = escape(word.text, quote=False)
        return text if word.address is None else f'<a href="{escape(word.address)}">{text}</a>'
    if markup is Markup.STARS and "://" not in word.text and "@" not in word.text:
        return STARRY.sub(lambda found: LOOK_ALIKE[found[0]], word.text)
    return word.text
