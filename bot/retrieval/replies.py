"""The bot's sentences that are not answers: greetings, honest refusals, notices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pydantic import Field, validator

from bot.errors import DocumentError
from bot.retrieval import placeholders
from bot.retrieval.text import Strict, Text, Title, load_folder
from bot.types import Button, Envelope
from bot.vocabulary import Kind

REQUIRED = (
    "about_bot",
    "affirm",
    "ask_clinician",
    "brain_down",
    "clarify",
    "decline_advice",
    "deny",
    "fallback",
    "goodbye",
    "greet",
    "no_card",
    "no_more",
    "no_words",
    "praise_or_insult",
    "request_handoff",
    "rights",
    "rights_erase",
    "rights_erased",
    "rights_held",
    "rights_kept",
    "rights_press",
    "rights_transcript",
    "same_for_area",
    "thanks",
)
"""The replies that the program asks for by name; loading fails without one of them."""

LATE = {
    "rights_held": frozenset(
        ("since", "messages", "questionnaire", "sheet", "request", "contact", "notes", "erased_on", "retention_days")
    ),
    "rights_erased": frozenset(("messages", "receipt", "erased_on")),
}
"""Placeholders that stand for something about one patient, known only when the reply is said."""


class ReplyButton(Strict):
    title: Title
    payload: str = Field(..., regex=r"^/[a-z_]+(\{.+\})?$")


class Reply(Text):
    """One sentence or a few, with the buttons below."""

    id: str = Field(..., regex=r"^[a-z_]+$")
    kind: Kind
    text: str
    buttons: list[ReplyButton] = Field([])

    @validator("kind")
    def _no_answer(cls, value: Kind) -> Kind:
        if value is Kind.ANSWER:
            raise ValueError("an answer needs a card with sources; write a card, or use another kind")
        return value

    @property
    def texts(self) -> dict[str, str]:
        titles = {f"buttons[{number}].title": button.title for number, button in enumerate(self.buttons)}
        return {"text": self.text} | titles

    @property
    def late(self) -> frozenset[str]:
        return LATE.get(self.id, frozenset())

    def envelope(self, values: Mapping[str, str], *, topics: tuple[str, ...] = ()) -> Envelope:
        """The reply as a message; `values` is what placeholders stand for."""
        buttons = tuple(Button(button.title, payload=button.payload) for button in self.buttons)
        return Envelope(kind=self.kind, text=placeholders.fill(self.text, values), topics=topics, buttons=buttons)


def load_replies(knowledge_dir: Path, names: Collection[str]) -> dict[str, Reply]:
    """Every reply below `replies/` by id; `names` are the placeholders that texts may use.

    Raises DocumentError with one sentence for each thing wrong in any file: file, field and mend.
    """
    folder = knowledge_dir / "replies"
    found, wrong = load_folder(folder, Reply, _problems, names)
    wrong += [
        f"{folder / name}.yml: the file doesn't exist; the program needs this reply, write it."
        for name in REQUIRED
        if not (folder / f"{name}.yml").exists()
    ]
    if wrong:
        raise DocumentError("\n".join(wrong))
    return {reply.id: reply for reply in found.values()}


def _problems(path: Path, reply: Reply) -> Iterator[str]:
    if reply.id != path.stem:
        yield f"field `id`: {reply.id!r} is not the file's name; write {path.stem}, or rename the file"
