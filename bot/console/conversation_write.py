"""What staff write into a conversation: replies, private notes, tags, and a word about a wrong answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clinic import placeholders
from bot.console.conversation_app import in_app
from bot.console.conversation_moves import Request
from bot.console.page import Tools
from bot.conversation.inbound import check_client_id, clean_text
from bot.errors import ConversationError
from bot.people import Staff
from bot.retrieval.card import Card
from bot.retrieval.placeholders import fill
from bot.retrieval.render import answer_envelope
from bot.vocabulary import State
from bot.wiring import content

FOUND_CARDS = 8
LONGEST_TAG = 30
SHOWN_SOURCES = 2
"""All of them stand on the card, whose id goes into the record."""
TAG = re.compile(r"[^\W_][\w &/+.-]*", re.UNICODE)
WORD = re.compile(r"\w+")

Write = Callable[[str, Staff, Mapping[str, str], datetime], Awaitable[None]]


@dataclass(frozen=True)
class FoundCard:
    """A knowledge card as staff choose it: `text` is what goes into the reply, source included."""

    id: str
    title: str
    text: str
    sources: str
    is_signed: bool


class Writer:
    """One for each process. Raises ConversationError or HandoffError with a sentence for staff."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self.writes: dict[str, Write] = {
            "reply": self._reply,
            "note": self._note,
            "tag": self._tag,
            "wrong": self._wrong,
        }

    async def write(self, name: str, conversation_id: str, me: Staff, form: Mapping[str, str], now: datetime) -> None:
        """Do it, and put into the audit that it was done; never a word of what was written."""
        await self.writes[name](conversation_id, me, form, now)
        await asyncio.to_thread(self._tools.store.audit, name, by=me, subject=conversation_id, now=now)

    def find_cards(self, query: str) -> list[FoundCard]:
        """The cards whose title, topic or area holds every word of `query`; none for no words."""
        words = [word.lower() for word in WORD.findall(query)]
        known = content()
        fitting = (card for card in known.library.cards.values() if words and _fits(card, words))
        # A topic's general card first: it is what the bot itself would say.
        ranked = sorted(filter(known.may_say, fitting), key=lambda card: (bool(card.areas), card.title))
        return [self._found(card) for card in ranked[:FOUND_CARDS]]

    def compose(self, form: Mapping[str, str], me: Staff) -> dict[str, Any]:
        """The draft of a form, with the canned reply or the card that its button asks for put in."""
        draft = draft_of(form)
        kind, _, name = form.get("insert", "").partition(":")
        if kind == "canned":
            reply = next((one for one in self._tools.store.canned_replies() if one.id == name), None)
            return draft if reply is None else _with(draft, self.fill_in(reply.text, me))
        if kind == "card" and name in content().library.cards:
            found = self._found(content().library.get(name))
            return _with(draft, found.text) | {"cards": list(dict.fromkeys((*draft["cards"], name)))}
        query = form.get("q", "")
        return draft | {"query": query, "found": self.find_cards(query)}

    def fill_in(self, text: str, me: Staff) -> str:
        """A canned reply with its gaps filled; a gap that nobody knows stays as it is."""
        try:
            return fill(text, placeholders(self._tools.clinic) | {"staff_name": me.name})
        except (KeyError, ValueError, IndexError):
            return text

    def _found(self, card: Card) -> FoundCard:
        known = content()
        envelope = answer_envelope(known.library, card, known.values)
        sources = "; ".join(source.title for source in envelope.sources[:SHOWN_SOURCES])
        return FoundCard(card.id, card.title, f"{envelope.text}\n\nSource: {sources}", sources, bool(envelope.reviewed))

    async def _reply(self, conversation_id: str, me: Staff, form: Mapping[str, str], now: datetime) -> None:
        text = clean_text(form.get("text", ""))
        client_id = check_client_id(form.get("client_id", ""))
        card_ids = [one for one in draft_of(form)["cards"] if one in content().library.cards]

        def send() -> None:
            found = self._tools.store.find_conversation(conversation_id)
            if found is None or found.state is State.CLOSED:
                raise ConversationError(
                    "conversation_closed",
                    "This conversation is closed, so nothing was sent. Reopen it to write to the patient.",
                    status=409,
                )
            where = in_app(self._tools.store, self._tools.apps, conversation_id, now)
            if where is not None:
                where.check(text)
            case = Request(self._tools, conversation_id, me, form, now).case
            self._tools.desk.reply(case.id, text, by=me, now=now, client_id=client_id, card_ids=card_ids)

        await asyncio.to_thread(send)

    async def _note(self, conversation_id: str, me: Staff, form: Mapping[str, str], now: datetime) -> None:
        text = clean_text(form.get("text", ""))
        await asyncio.to_thread(self._tools.store.add_note, conversation_id, text, by=me, now=now)

    async def _tag(self, conversation_id: str, me: Staff, form: Mapping[str, str], now: datetime) -> None:
        if gone := form.get("remove"):
            await asyncio.to_thread(self._tools.store.remove_tag, conversation_id, gone)
            return
        tag = " ".join(form.get("tag", "").lower().split())
        if len(tag) > LONGEST_TAG or not TAG.fullmatch(tag):
            raise ConversationError("tag_wrong", "A tag is one to 30 letters, digits or spaces.")
        await asyncio.to_thread(self._tools.store.add_tag, conversation_id, tag)

    async def _wrong(self, conversation_id: str, me: Staff, form: Mapping[str, str], now: datetime) -> None:
        seq = form.get("seq", "")
        if not (seq.isascii() and seq.isdecimal() and len(seq) < 10):
            raise ConversationError("answer_unknown", "That answer isn't part of this conversation.", status=404)
        await self._tools.learning.mark_wrong(conversation_id, int(seq), clean_text(form.get("comment", "")))


def draft_of(form: Mapping[str, str]) -> dict[str, Any]:
    """What was written but not sent: `text`, whether it is a note, and the cards in it."""
    cards = [one for one in form.get("cards", "").split(",") if one]
    return {"text": form.get("text", ""), "cards": cards, "mode": form.get("mode", ""), "query": "", "found": []}


def _with(draft: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The draft with `text` below what is there already."""
    return {**draft, "text": f"{draft['text'].rstrip()}\n\n{text}".strip()}


def _fits(card: Card, words: Iterable[str]) -> bool:
    known = " ".join((card.title, card.topic.replace("_", " "), *card.areas)).lower()
    return all(word in known for word in words)
