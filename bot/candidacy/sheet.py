"""The sheet that a patient takes to the visit: as data in a message, as text, and as a page to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from bot.candidacy.desk import Desk
from bot.candidacy.engine import Assessment
from bot.types import Source

STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#111;"
    "background:#fff}h1{font-size:1.5rem}h2{font-size:1.15rem;margin:1.5rem 0 .3rem;break-after:avoid}"
    "ul{padding-left:1.2rem;margin:.3rem 0}li{margin:.2rem 0;break-inside:avoid}"
    "@media print{body{margin:0;font-size:11pt}}"
)


@dataclass(frozen=True)
class Sheet:
    """A title, a word before it, and sections of lines. Plain words only: every reader escapes them."""

    title: str
    intro: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]

    def to_media(self) -> dict[str, Any]:
        sections = [{"title": title, "lines": list(lines)} for title, lines in self.sections]
        return {"type": "sheet", "alt": self.title, "title": self.title, "intro": self.intro, "sections": sections}

    @classmethod
    def from_media(cls, media: Mapping[str, Any]) -> Sheet:
        """Raises KeyError or TypeError for media of another shape."""
        sections = tuple((str(one["title"]), tuple(map(str, one["lines"]))) for one in media["sections"])
        return cls(str(media["title"]), str(media["intro"]), sections)


def make_sheet(desk: Desk, found: Assessment, answers: Iterable[str], sources: Iterable[Source]) -> Sheet:
    """The sheet for one result. `answers` are the lines of the read-back."""
    words = desk.protocol.sheet
    outcome = desk.protocol.outcome_text(found.outcome)
    reasons = _once(desk.fill(cause.reason) for cause in found.causes)
    asked = _once((*(desk.fill(line) for cause in found.causes for line in cause.ask), *words.ask_always))
    sections = [
        (words.reasons, (outcome.title + ".", *reasons)),
        (words.ask, asked),
        (words.answers, tuple(line.removeprefix("- ") for line in answers)),
        (words.expected, tuple(map(desk.fill, words.expected_lines))),
        (words.urgent, tuple(map(desk.fill, words.urgent_lines))),
        (words.sources, _once(source.title + (f": {source.url}" if source.url else "") for source in sources)),
    ]
    return Sheet(words.title, words.intro, tuple((title, lines) for title, lines in sections if lines))


def sheet_text(sheet: Sheet) -> str:
    """The sheet as plain text."""
    parts = [sheet.title.upper(), sheet.intro]
    for title, lines in sheet.sections:
        parts.append("\n".join([title, *(f"- {line}" for line in lines)]))
    return "\n\n".join(parts) + "\n"


def sheet_html(sheet: Sheet) -> str:
    """The sheet as one HTML page that needs nothing else and prints well."""
    sections = "".join(f"<h2>{escape(title)}</h2>{_list(lines)}" for title, lines in sheet.sections)
    title = escape(sheet.title)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><p>{escape(sheet.intro)}</p>{sections}</main></body></html>\n"
    )


def _list(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _once(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lines))
