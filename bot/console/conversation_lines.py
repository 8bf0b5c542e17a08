"""The time line of a conversation: messages and private notes in one order, each as the page shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from bot.console.conversation_words import LEVELS, Clock, named
from bot.console.markup import plain, rich
from bot.markdown import is_safe
from bot.store.notes import Note
from bot.types import Flag, Message, Source
from bot.vocabulary import Author

MEDIA = {"chart": "A chart", "image": "A picture", "sheet": "The sheet for the visit", "progress": ""}
WHO = {Author.PATIENT: "Patient", Author.BOT: "Bot", Author.STAFF: "Staff", Author.SYSTEM: "System"}


@dataclass(frozen=True)
class Line:
    """`look` is patient, bot, staff, system or note. `seq` is 0 for a note; `anchor` is what a link leads to."""

    look: str
    anchor: str
    who: str
    hour: Markup
    day: str
    html: Markup
    seq: int = 0
    kind: str = ""
    level: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    """What the bot understood, or what the safety check found: name and value, folded below the message."""
    sources: tuple[Source, ...] = ()
    choices: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    is_new_day: bool = True


@dataclass(frozen=True)
class Teller:
    """Makes lines. `titles` says what the safety check's codes stand for, `names` who has which staff id."""

    clock: Clock
    titles: Mapping[str, str]
    names: Mapping[str, str]

    def lines(self, messages: Sequence[Message], notes: Sequence[Note], day: str = "") -> list[Line]:
        """All of them in the order of time; `day` is the one that the line before stands under."""
        dated = [(one.at, 0, one.seq, self.message(one)) for one in messages]
        dated += [(one.at, 1, one.id, self.note(one)) for one in notes]
        return list(_with_days([line for *_, line in sorted(dated, key=lambda found: found[:3])], day))

    def note(self, note: Note) -> Line:
        who = f"Private note · {note.name}"
        return Line("note", f"n{note.id}", who, self.clock.hour(note.at), self.clock.day(note.at), plain(note.text))

    def message(self, message: Message) -> Line:
        line = Line(
            look=message.author.value,
            anchor=f"m{message.seq}",
            who=(message.name if message.author is Author.STAFF else None) or WHO[message.author],
            hour=self.clock.hour(message.at),
            day=self.clock.day(message.at),
            html=plain(message.text or ""),
            seq=message.seq,
            level="" if message.flag is None else message.flag.level.value,
            facts=tuple(self._facts(message)),
        )
        if message.author is Author.STAFF:
            return replace(line, html=rich(message.text or ""))
        return line if message.envelope is None else self._of_bot(line, message)

    def _of_bot(self, line: Line, message: Message) -> Line:
        envelope = message.envelope
        assert envelope is not None
        extras = [MEDIA.get(str(item.get("type")), "") for item in envelope.media]
        return replace(
            line,
            html=rich(envelope.text),
            kind=envelope.kind.value,
            sources=tuple(Source(one.title, one.url if is_safe(one.url) else None) for one in envelope.sources),
            choices=tuple(button.title for button in envelope.buttons),
            extras=tuple(filter(None, extras)),
        )

    def _facts(self, message: Message) -> Iterator[tuple[str, str]]:
        if message.flag is not None:
            yield from self._signs(message.flag)
        if message.understood is not None:
            yield from _understood(message.understood)
        if message.envelope is not None:
            yield from _said(message)
        if message.card_ids:
            yield "Cards", ", ".join(message.card_ids)

    def _signs(self, flag: Flag) -> Iterator[tuple[str, str]]:
        yield "Red flag", named(LEVELS, flag.level.value)
        yield "Signs", "; ".join(f"{code} {self.titles.get(code, '')}".strip() for code in flag.codes)
        yield "Words", ", ".join(f"“{words}”" for words in flag.words) or "the message as a whole"
        yield "Why", flag.reason


def _understood(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "Understood", _scored(found)
    if others := found.get("others"):
        yield "Or else", ", ".join(map(_scored, others))
    if entities := found.get("entities"):
        yield "Named", ", ".join(f"{one['name']} {one['value']}" for one in entities)
    if slots := found.get("slots"):
        yield "Kept in mind", ", ".join(f"{name} {value}" for name, value in slots.items())


def _scored(found: Mapping[str, Any]) -> str:
    return f"{found.get('intent')} {float(found.get('confidence') or 0):.2f}"


def _said(message: Message) -> Iterator[tuple[str, str]]:
    envelope = message.envelope
    assert envelope is not None
    if envelope.topics:
        yield "Topics", ", ".join(envelope.topics)
    if envelope.card_ids:
        yield "Cards", ", ".join(envelope.card_ids)
    if envelope.reviewed is not None:
        yield "Review", "signed by a clinician" if envelope.reviewed else "not signed yet"


def _with_days(lines: list[Line], day: str) -> Iterator[Line]:
    for line in lines:
        yield replace(line, is_new_day=line.day != day)
        day = line.day
