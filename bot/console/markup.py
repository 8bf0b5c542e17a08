"""Messages as safe HTML: the small Markdown of the widget (`bot/markdown.py`), everything else as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby

from markupsafe import Markup, escape

from bot.markdown import ITEM, Span, spans


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
    alike = groupby(spans(text), key=lambda span: span.is_bold)
    return Markup("").join(_run(map(_span, run), is_bold=is_bold) for is_bold, run in alike)


def _run(parts: Iterable[Markup], *, is_bold: bool) -> Markup:
    inside = Markup("").join(parts)
    return Markup("<strong>{}</strong>").format(inside) if is_bold else inside


def _span(span: Span) -> Markup:
    if span.address is None:
        return escape(span.text)
    is_page = span.address.startswith("https:")
    outside = Markup(' target="_blank" rel="noopener noreferrer"') if is_page else Markup("")
    return Markup('<a href="{}"{}>{}</a>').format(span.address, outside, span.text)
