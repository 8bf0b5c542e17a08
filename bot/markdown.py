"""The small Markdown of the bot's and the staff's messages: bold, links and lists; everything else is plain words.

Every pattern is bounded, so that 20,000 characters of brackets cost no more than 20,000 of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

ALLOWED = frozenset({"https", "tel", "mailto"})
INLINE = re.compile(r"\*\*(?P<bold>[^*\n]{1,1000})\*\*|\[(?P<label>[^\[\]\n]{1,300})\]\((?P<address>[^()\s]{1,1000})\)")
LINK = re.compile(r"\[(?P<label>[^\[\]\n]{1,300})\]\((?P<address>[^()\s]{1,1000})\)")
ITEM = re.compile(r"\s{0,8}(?:[-*•]|(?P<number>\d{1,3})[.)])[ \t]+(?P<text>.*)")
"""A whole line that is an entry of a list; `number` where the list counts."""


@dataclass(frozen=True)
class Span:
    """Words of one line that look alike. With an `address` they are the label of a link, which is safe to follow."""

    text: str
    is_bold: bool = False
    address: str | None = None


def spans(line: str) -> Iterator[Span]:
    """What a line is made of, in its order. A link that isn't safe stays as it was typed."""
    return _spans(line, INLINE, is_bold=False)


def is_safe(address: str | None) -> bool:
    """Whether people may be led there: only web pages over https, telephone numbers and e-mail addresses."""
    try:
        return urlsplit(address or "").scheme in ALLOWED
    except ValueError:
        return False


def _spans(text: str, pattern: re.Pattern[str], *, is_bold: bool) -> Iterator[Span]:
    end = 0
    for found in pattern.finditer(text):
        if found.start() > end:
            yield Span(text[end : found.start()], is_bold)
        named = found.groupdict()
        if bold := named.get("bold"):
            # Within bold words only links: the pattern has no bold in bold.
            yield from _spans(bold, LINK, is_bold=True)
        elif is_safe(named["address"]):
            yield Span(named["label"], is_bold, named["address"])
        else:
            yield Span(found[0], is_bold)
        end = found.end()
    if end < len(text):
        yield Span(text[end:], is_bold)
