"""A conversation as plain text that anybody can read, for channels without a page of their own."""

from __future__ import annotations

from collections.abc import Iterable

from bot.clinic import Clinic
from bot.markdown import Span, spans
from bot.types import Message
from bot.vocabulary import Author

WHO = {Author.PATIENT: "You", Author.BOT: "Assistant", Author.STAFF: "Our team", Author.SYSTEM: "Notice"}


def transcript_text(messages: Iterable[Message], clinic: Clinic) -> str:
    """All `messages` in order, with who said each, when (in the clinic's zone), and the sources of answers."""
    blocks = [_block(message, clinic) for message in messages]
    return "\n\n".join([clinic.name, *blocks])


def _block(message: Message, clinic: Clinic) -> str:
    local = message.at.astimezone(clinic.zone)
    who = (message.name or WHO[message.author]) if message.author is Author.STAFF else WHO[message.author]
    envelope = message.envelope
    said = envelope.text if envelope is not None else message.text or ""
    sources = (
        [f"Source: {one.title}{f' – {one.url}' if one.url else ''}" for one in envelope.sources] if envelope else []
    )
    head = f"[{local.day} {local:%b %Y %H:%M}] {who}:"
    return "\n".join([head, _plain(said).strip(), *sources])


def _plain(text: str) -> str:
    """Without the marks of Markdown; a link keeps its address."""
    return "\n".join("".join(map(_said, spans(line))) for line in text.split("\n"))


def _said(span: Span) -> str:
    return span.text if span.address is None else f"{span.text} ({span.address})"
