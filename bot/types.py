"""The values that flow between the parts. Frozen, plain, JSON in and JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.vocabulary import Act, Author, Kind, Level, Missed, Priority, Reason, State, Status


@dataclass(frozen=True)
class Source:
    """Where an answer comes from, as the patient sees it."""

    title: str
    url: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"title": self.title} | ({"url": self.url} if self.url else {})


@dataclass(frozen=True)
class Button:
    """One next step. `payload` is what the brain wants to hear; the gateway swaps it for an opaque `id`."""

    title: str
    payload: str | None = None
    id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """What a client may see: never the payload."""
        return {"title": self.title, "id": self.id}


@dataclass(frozen=True)
class Envelope:
    """One bot message, whatever the channel. An `answer` without a card can't be built."""

    kind: Kind
    text: str
    topics: tuple[str, ...] = ()
    card_ids: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    buttons: tuple[Button, ...] = ()
    media: tuple[Mapping[str, Any], ...] = ()
    reviewed: bool | None = None
    assessment: Mapping[str, Any] | None = None
    """A finished questionnaire that the patient has agreed to store. For the store only: no client ever sees it."""
    request: Mapping[str, Any] | None = None
    """What the gateway has to do with it. For the store only: no client ever sees it."""
    about: Mapping[str, str] = field(default_factory=dict)
    """The `area` and `concern` that the patient has named so far, for staff."""
    understood: Mapping[str, Any] | None = None
    """What the model made of the message that this answers (`bot.brain.understanding`). For the store only."""

    def __post_init__(self) -> None:
        if self.kind is Kind.ANSWER and not self.card_ids:
            raise ValueError("An answer needs the id of the card that it comes from.")
        if not self.text.strip():
            raise ValueError(f"A message of kind {self.kind.value} has no text.")

    def to_json(self) -> dict[str, Any]:
        """The public shape. Buttons carry only title and id."""
        return {
            "kind": self.kind.value,
            "topics": list(self.topics),
            "card_ids": list(self.card_ids),
            "text": self.text,
            "sources": [source.to_json() for source in self.sources],
            "buttons": [button.to_json() for button in self.buttons],
            "media": [dict(item) for item in self.media],
            "reviewed": self.reviewed,
            "about": dict(self.about),
        }

    def to_wire(self) -> dict[str, Any]:
        """The shape between brain and gateway: as `to_json`, with the buttons' payloads and what is to be stored."""
        wire = self.to_json() | {"buttons": [{"title": b.title, "payload": b.payload} for b in self.buttons]}
        for_store = {"assessment": self.assessment, "request": self.request, "understood": self.understood}
        return wire | {name: dict(value) for name, value in for_store.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Envelope:
        """Read either shape. Raises ValueError, KeyError or TypeError on anything else."""
        if not isinstance(data["text"], str):
            raise TypeError("The text of a message must be text.")
        return cls(
            kind=Kind(data["kind"]),
            text=data["text"],
            topics=tuple(data.get("topics", ())),
            card_ids=tuple(data.get("card_ids", ())),
            sources=tuple(Source(s["title"], s.get("url")) for s in data.get("sources", ())),
            buttons=tuple(Button(b["title"], b.get("payload"), b.get("id")) for b in data.get("buttons", ())),
            media=tuple(dict(item) for item in data.get("media", ())),
            reviewed=data.get("reviewed"),
            assessment=data.get("assessment"),
            request=data.get("request"),
            about=dict(data.get("about", {})),
            understood=data.get("understood"),
        )

    def with_buttons(self, buttons: tuple[Button, ...]) -> Envelope:
        return replace(self, buttons=buttons)


@dataclass(frozen=True)
class Flag:
    """What the safety check found: how soon, which signs (codes), the words that fired, and why."""

    level: Level
    codes: tuple[str, ...]
    words: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class PatientTurn:
    """What the brain is asked: one patient message, typed or pressed."""

    conversation_id: str
    turn_id: str
    text: str
    payload: str | None = None
    after_flag: bool = False
    """Whether a red flag was answered since the last turn that the brain saw: the safety check ends every form."""
    is_waiting: bool = False
    """Whether staff have been asked to this conversation and nobody has claimed it yet."""
    after_others: bool = False
    """Whether it was typed where staff or a notice had spoken last: then it answers nothing that the bot had asked."""


@dataclass(frozen=True)
class Message:
    """One line of a conversation's log. `seq` counts from 1 without gaps.

    For staff and never for a patient: `flag`, what the model `understood` of a patient's message, and the `card_ids`
    that a member of staff put into theirs.
    """

    seq: int
    author: Author
    at: datetime
    text: str | None = None
    envelope: Envelope | None = None
    client_id: str | None = None
    flag: Flag | None = None
    name: str | None = None
    """Of the member of staff who wrote it, or whom a notice is about, as patients see it."""
    understood: Mapping[str, Any] | None = None
    card_ids: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        shape = {"seq": self.seq, "author": self.author.value, "at": self.at.isoformat()}
        envelope = None if self.envelope is None else self.envelope.to_json()
        optional = {"text": self.text, "envelope": envelope, "client_id": self.client_id, "name": self.name}
        return shape | {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True)
class Conversation:
    """One patient on one channel."""

    id: str
    channel: str
    state: State
    last_seq: int
    locale: str = "en"
    created_at: datetime | None = None


@dataclass(frozen=True)
class Pending:
    """A stored patient message that nothing has answered yet."""

    conversation_id: str
    seq: int
    text: str
    payload: str | None = field(default=None, repr=False)
    after_flag: bool = False
    is_waiting: bool = False
    after_others: bool = False


@dataclass(frozen=True)
class Handoff:
    """A conversation that asks for a person. `owner` is the id of the member of staff who claimed it."""

    id: str
    conversation_id: str
    status: Status
    reason: Reason
    priority: Priority
    owner: str | None
    opened_at: datetime
    owner_name: str | None = None
    waiting_since: datetime | None = None
    """Since when nobody has it: since it was opened, or given back to the queue."""
    first_claimed_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: str | None = None
    """How it ended, in one plain word; what staff wrote about that is in the history."""


@dataclass(frozen=True)
class Transition:
    """One line of a handoff's history: what happened, when, through whom and why, and where it led.

    `by` and `owner` are ids of staff; `by` may also be the patient or the safety check. The names are for people.
    """

    act: Act
    at: datetime
    by: str
    why: str
    status: Status
    priority: Priority
    owner: str | None
    by_name: str | None = None
    owner_name: str | None = None


@dataclass(frozen=True)
class Move:
    """A change of a handoff. It takes place only while status, owner and priority are the expected ones.

    In the same transaction the patient gets `notice`, and the bot a turn in which it speaks first.
    """

    act: Act
    before: Status
    after: Status
    state: State
    owner: str | None
    by: str
    why: str
    expected_owner: str | None = None
    expected_priority: Priority | None = None
    notice: Envelope | None = None
    name: str | None = None
    """Of the member of staff whom the notice is about, as patients see it."""
    turn: str | None = None
    """The payload of the bot's turn, if it gets one."""


@dataclass(frozen=True)
class WayBack:
    """A patient's message that is about going back to the bot, which the gateway answers itself.

    Of `moves` the first that fits the open handoff is made; where none fits, the patient gets `otherwise`. With
    `only_in` that goes for conversations in this state, and the message is an ordinary one in all others.
    """

    otherwise: Envelope
    moves: tuple[Move, ...] = ()
    only_in: State | None = None


@dataclass(frozen=True)
class MissedQuestion:
    """A question that got no answer, or one that didn't help. `question` is redacted, `comment` is a colleague's."""

    reason: Missed
    question: str
    topics: tuple[str, ...] = ()
    card_ids: tuple[str, ...] = ()
    at: datetime | None = None
    comment: str = ""
