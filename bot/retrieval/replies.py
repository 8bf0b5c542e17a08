"""The bot's sentences that are not answers: greetings, honest refusals, notices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from pydantic import Field, validator

from bot.documents import NoBlanks
from bot.errors import DocumentError
from bot.retrieval import placeholders
from bot.retrieval.text import Text, Title, load_folder
from bot.types import Button, Envelope
from bot.vocabulary import Kind

REQUIRED = (
    "about_bot",
    "affirm",
    "app_consent",
    "app_declined",
    "app_last_ask",
    "app_media",
    "app_picture",
    "app_stopped",
    "app_voice",
    "app_welcome",
    "ask_back_to_bot",
    "ask_clinician",
    "back_and_listening",
    "back_to_bot",
    "both_answers",
    "brain_down",
    "clarify",
    "contact_ask",
    "contact_chat",
    "contact_confirm",
    "contact_email",
    "contact_email_none",
    "contact_email_wrong",
    "contact_forgotten",
    "contact_left",
    "contact_none",
    "contact_noted",
    "contact_phone",
    "contact_phone_country",
    "contact_phone_long",
    "contact_phone_none",
    "contact_phone_short",
    "contact_phone_unknown",
    "contact_saved",
    "contact_yes_or_no",
    "decline_advice",
    "deny",
    "fallback",
    "goodbye",
    "greet",
    "handoff_again",
    "handoff_escalated",
    "handoff_waiting",
    "kept_for_team",
    "no_card",
    "no_more",
    "no_words",
    "not_understood",
    "other_people",
    "out_of_scope",
    "praise_or_insult",
    "promise_closed",
    "promise_open",
    "request_handoff",
    "request_withdrawn",
    "rights",
    "rights_erase",
    "rights_erased",
    "rights_held",
    "rights_kept",
    "rights_press",
    "rights_transcript",
    "same_for_area",
    "staff_changed",
    "staff_ended",
    "staff_joined",
    "staff_left",
    "still_counts",
    "thanks",
    "usual_wait",
    "usual_wait_unknown",
    "with_the_bot",
)
"""The replies that the program asks for by name; loading fails without one of them."""

STAFF_NAME = "staff_name"
ABOUT_STAFF = frozenset({"staff_changed", "staff_ended", "staff_joined", "staff_left"})
"""Replies that name a member of staff. All others are said when nobody is there to be named."""

HELD = frozenset({"rights_held"})
RECEIPT = frozenset({"rights_erased", "rights_held"})

GAPS: dict[str, frozenset[str]] = {
    "contact": frozenset({"contact_confirm", "rights_held"}),
    "erased_on": RECEIPT,
    "messages": RECEIPT,
    "next_opening": frozenset({"promise_closed"}),
    "notes": HELD,
    "privacy": frozenset({"app_consent"}),
    "promise": frozenset({"handoff_again", "not_understood", "request_handoff"}),
    "questionnaire": HELD,
    "receipt": frozenset({"rights_erased"}),
    "request": HELD,
    "retention_days": HELD | {"app_consent"},
    "sheet": HELD,
    "since": HELD,
    STAFF_NAME: ABOUT_STAFF,
    "usual_wait": frozenset({"promise_open"}),
    "wait": frozenset({"usual_wait"}),
}
"""Placeholders that are only known when a reply is said, and the replies that are said with them."""


class ReplyButton(NoBlanks):
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

    def envelope(self, values: Mapping[str, str], *, topics: tuple[str, ...] = ()) -> Envelope:
        """The reply as a message; `values` is what placeholders stand for."""
        buttons = tuple(Button(button.title, payload=button.payload) for button in self.buttons)
        return Envelope(kind=self.kind, text=placeholders.fill(self.text, values), topics=topics, buttons=buttons)


def load_replies(knowledge_dir: Path, names: Collection[str]) -> dict[str, Reply]:
    """Every reply below `replies/` by id; `names` are the placeholders that texts may use beside `GAPS`.

    Raises DocumentError with one sentence for each thing wrong in any file: file, field and mend.
    """
    folder = knowledge_dir / "replies"
    found, wrong = load_folder(folder, Reply, _problems, {*names, *GAPS})
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
    for gap, places in GAPS.items():
        if f"{{{gap}}}" in reply.text and reply.id not in places:
            yield f"field `text`: {{{gap}}} isn't known here; take it out, only {', '.join(sorted(places))} has it"
