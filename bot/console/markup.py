"""Messages as safe HTML: the small Markdown of the widget (bold, lists, links), everything else as plain text.

Every pattern is bounded, so that 20,000 characters of brackets cost no more than 20,000 of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import urlsplit

from markupsafe import Markup, escape

ALLOWED = frozenset({"https", "tel", "mailto"})
INLINE = re.compile(r"\*\*(?P<bold>[^*\n]{1,1000})\*\*|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<address>[^()\s]{1,1000})\)")
LINK = re.compile(r"\[(?P<label>[^\[\]\n]{1,300})\]\((?P<address>[^()\s]{1,1000})\)")
ITEM = re.compile(r"\s{0,8}(?:[-*•]|(?P<number>\d{1,3})[.)])[ \t]+(?P<text>.*)")


def rich(text: str) -> Markup:
    """Text of the bot or of staff as paragraphs and lists. Whatever it holds, nothing in it becomes a tag."""
    lines = re.split(r"\r?\n", text)
    blocks = (list(block) for _, block in groupby(lines, key=_kind_of))
    return Markup("").join(_block(block) for block in blocks if block[0].strip())


def plain(text: str) -> Markup:
    """A patient's text as it was typed: its marks are no markup, its line breaks stay (by the style sheet)."""
    return Markup("<p class='said'>{}</p>").format(text)


def _kind_of(line: str) -> str:
    if not line.strip():
        return "gap"
    found = ITEM.fullmatch(line)
    if found is None:
        return "text"
    return "numbers" if found["number"] else "points"


def _block(lines: list[str]) -> Markup:
    kind = _kind_of(lines[0])
    if kind == "text":
        return Markup("<p>{}</p>").format(Markup("<br>").join(map(_inline, lines)))
    found = [item for line in lines if (item := ITEM.fullmatch(line))]
    items = Markup("").join(Markup("<li>{}</li>").format(_inline(item["text"])) for item in found)
    if kind == "numbers":
        return Markup('<ol start="{}">{}</ol>').format(found[0]["number"], items)
    return Markup("<ul>{}</ul>").format(items)


def _inline(text: str) -> Markup:
    return Markup("").join(_parts(text, INLINE))


def _parts(text: str, pattern: re.Pattern[str]) -> Iterator[Markup]:
    end = 0
    for found in pattern.finditer(text):
        yield escape(text[end : found.start()])
        named = found.groupdict()
        if bold := named.get("bold"):
            # Within bold words only links: the pattern has no bold in bold.
            yield Markup("<strong>{}</strong>").format(Markup("").join(_parts(bold, LINK)))
        else:
            yield _link(found[0], found["label"], found["address"])
        end = found.end()
    yield escape(text[end:])


def _link(whole: str, label: str, address: str) -> Markup:
    if not is_safe(address):
        return escape(whole)
    outside = Markup(' target="_blank" rel="noopener noreferrer"') if address.startswith("https:") else Markup("")
    return Markup('<a href="{}"{}>{}</a>').format(address, outside, label)


def is_safe(address: str | None) -> bool:
    """Whether staff may be led there: only web pages over https, telephone numbers and e-mail addresses."""
    try:
        return urlsplit(address or "").scheme in ALLOWED
    except ValueError:
        return False
