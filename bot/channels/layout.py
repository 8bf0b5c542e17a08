"""One stored message as the messages of an app: as few as its limits allow, with everything that a page would show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.candidacy.sheet import Sheet, sheet_text
from bot.channels.choices import Plan, plan
from bot.channels.markup import Word, joined, led, length, literal, stacked, whole, words, written
from bot.channels.parts import Limits, Markup, Part, Picture
from bot.channels.splitting import Room, pieces
from bot.charts.png import chart_png
from bot.markdown import is_safe
from bot.types import Envelope, Message, Source
from bot.vocabulary import Author

Address = Callable[[int], str]
"""The public address of one of a message's media, by its place among them."""

STAFF = "Our team"
UNREVIEWED = "Not yet reviewed by a clinician."
SHEET = "You can open and save your sheet here for 24 hours:"
TRANSCRIPT = "You can open and save this chat here for 24 hours:"
NO_TRANSCRIPT = "To get a copy of this chat, please ask our team."


@dataclass(frozen=True)
class Links:
    """Where patients find what an app can't show. None where the clinic has no public address."""

    chart: Address | None = None
    """The PNG, for apps that fetch it themselves."""
    sheet: Address | None = None
    transcript: Address | None = None


def lay_out(message: Message, limits: Limits, links: Links) -> tuple[Part, ...]:
    """What goes out for a message of the bot, of staff or of the system, in order; nothing for a patient's own.

    First the text, whole where it fits into one part, then sources, then media; the next steps are below the last part.
    A chart comes with the text as its caption, or before it where that doesn't fit: after it, the next steps would need
    a message of their own.
    """
    envelope = message.envelope
    if message.author is Author.PATIENT:
        return ()
    if envelope is None:
        return _parts(_typed(message, limits.markup), Plan(), limits)
    next_steps = plan(envelope.buttons, limits)
    said = joined(_text(envelope, next_steps, limits.markup), _credits(envelope, limits.markup))
    rest = joined(*_media(envelope, limits, links), whole(literal("\n".join(next_steps.lines))))
    pictures = list(_pictures(envelope, limits, links))
    caption = written(said, limits.markup)
    if len(pictures) == 1 and length(caption) <= limits.caption and (rest or not next_steps.choices):
        return (Part(caption, picture=pictures[0]), *_parts(rest, next_steps, limits))
    return (*(Part("", picture=one) for one in pictures), *_parts(joined(said, rest), next_steps, limits))


def _parts(text: Sequence[Word], next_steps: Plan, limits: Limits) -> tuple[Part, ...]:
    below = limits.text_with_rows if next_steps.is_list else limits.text_with_buttons
    last = min(limits.text, below) if next_steps.choices else limits.text
    found = [written(piece, limits.markup) for piece in pieces(text, Room(limits.markup, limits.text, last))]
    if not found:
        return ()
    return (*map(Part, found[:-1]), Part(found[-1], next_steps.choices, next_steps.is_list))


def _typed(message: Message, markup: Markup) -> list[Word]:
    if message.author is not Author.STAFF:
        return literal(message.text or "")
    name = " ".join((message.name or STAFF).split())
    return led(literal(f"{name}:", is_bold=True), words(message.text or "", markup))


def _text(envelope: Envelope, next_steps: Plan, markup: Markup) -> list[Word]:
    text = envelope.text
    if next_steps.lines:
        # A screen that numbers its answers in the text has the same numbers: once is enough.
        before, _, end = text.rstrip().rpartition("\n\n")
        lines = tuple(end.split("\n"))
        text = before if before and lines == next_steps.lines[: len(lines)] else text
    return words(text, markup)


def _credits(envelope: Envelope, markup: Markup) -> list[Word]:
    """Sources, and that no clinician has signed the text, as the page says it too."""
    lines = [_source(source, markup) for source in envelope.sources]
    note = literal(UNREVIEWED) if envelope.reviewed is False else []
    if not lines:
        return note
    if len(lines) == 1:
        listed = led(literal("Source:"), lines[0])
    else:
        bullet = "•" if markup is Markup.HTML else "-"
        listed = stacked(literal("Sources:"), *(led([Word(bullet)], line) for line in lines))
    return stacked(listed, note)


def _source(source: Source, markup: Markup) -> list[Word]:
    title = " ".join(source.title.split())
    if source.url is None or not is_safe(source.url):
        return literal(title)
    if markup is Markup.HTML:
        return [Word(title, address=source.url)]
    return literal(f"{title} – {source.url}")


def _pictures(envelope: Envelope, limits: Limits, links: Links) -> Iterator[Picture]:
    for place, item in enumerate(envelope.media):
        if limits.has_pictures and item.get("type") == "chart" and item.get("bars"):
            yield Picture(chart_png(item), str(item.get("alt", "")), links.chart(place) if links.chart else "")


def _media(envelope: Envelope, limits: Limits, links: Links) -> Iterator[list[Word]]:
    """What media say in words. How far a questionnaire has come stands in its text already."""
    for place, item in enumerate(envelope.media):
        if item.get("type") == "chart":
            yield _table(item, limits)
        elif item.get("type") == "sheet":
            found = f"{SHEET} {links.sheet(place)}" if links.sheet else sheet_text(Sheet.from_media(item))
            yield literal(found)
        elif item.get("type") == "transcript":
            yield literal(f"{TRANSCRIPT} {links.transcript(place)}" if links.transcript else NO_TRANSCRIPT)


def _table(item: Mapping[str, Any], limits: Limits) -> list[Word]:
    """One line for each row. Without pictures it is an app that counts every sign: the columns are named once."""
    table = item.get("table") or {"head": (), "rows": ()}
    names = table["head"][1:]
    if limits.has_pictures:
        rows = [
            led(literal(f"{label}:", is_bold=True), literal(_cells(names, cells))) for label, *cells in table["rows"]
        ]
        head = str(item["title"])
    else:
        rows = [literal(f"{label}: {' / '.join(cells)}") for label, *cells in table["rows"]]
        head = f"{item['title']} ({' / '.join(names)})"
    return joined(stacked(literal(head, is_bold=True), *rows), literal(str(item.get("note") or "")))


def _cells(names: Sequence[str], cells: Sequence[str]) -> str:
    return "; ".join(f"{name}: {cell}" for name, cell in zip(names, cells, strict=False))
