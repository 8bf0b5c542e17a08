"""How a patient wants to be answered: where that question stands, and where one message leads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from bot.handoff.reach import Problem, Reached, find_reached, read_email, read_phone

Place = Literal["choose", "phone", "email", "confirm", "ended"]
End = Literal["saved", "chat", "none", "left", "forgotten", "danger"]
MOST_TRIES = 3
SHORT = 4
"""Words."""

WORDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "none",
        re.compile(r"\b(no thanks?|no thank you|none|neither|never ?mind|don'?t (call|contact|write)|skip|stop)\b"),
    ),
    ("chat", re.compile(r"\b(chat|here|messages?)\b")),
    ("email", re.compile(r"\be-?mails?\b|\bmail\b")),
    ("phone", re.compile(r"\b(phone|call|ring|telephone|mobile|cell|text me|sms)\b")),
)
"""What words choose, in this order: "no thanks, don't call" is no wish for a call."""
NO = re.compile(r"^(no|nope|nah|not now)\b")
YES = re.compile(r"^(yes|yeah|yep|yup|ok|okay|sure|please do|fine|correct|save)\b|^(that'?s )?right\b")
CHANGE = re.compile(r"\b(change|wrong|not right|typo|mistake)\b")
FORGET = re.compile(
    r"\b(forget|delete|remove|erase|drop|don'?t keep|take back|lose)\b"
    # Within one sentence: "forget it. What is your number?" takes nothing back.
    r"(?:(?![.!?]\s).|(?<=\bmob)\.|(?<=\btel)\.|(?<=\bno)\.){0,30}"
    r"\b(number|phone|e-?mail|mail|address|contact)\b"
)
MORE = re.compile(r"\b(all|every\w*|chats?|conversations?|talk|messages?|data|answers|history|records?)\b")
"""Beside a number or address: then all that is held is meant."""


@dataclass(frozen=True)
class Contact:
    """`reached` is what was typed and not agreed to yet. `after` is the loop that goes on when this one has ended."""

    place: Place = "choose"
    reached: Reached | None = None
    tries: int = 0
    problem: Problem | None = None
    end: End | None = None
    after: str | None = None

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Contact:
        """Raises ValueError, TypeError or KeyError on anything that `to_text` didn't write."""
        data = json.loads(text)
        reached = data.pop("reached")
        return cls(reached=Reached(**reached) if reached else None, **data)


@dataclass(frozen=True)
class Said:
    """One message. `pressed` is a button of the contact question; `may_ask`: others can answer it.

    `after_others`: typed where staff or a notice had spoken last. A number is shown back, but it agrees to nothing.
    """

    text: str
    pressed: str | None = None
    may_ask: bool = False
    after_others: bool = False


@dataclass(frozen=True)
class Step:
    """`is_taken` is False when the words are for somebody else: answer them, then ask the same again."""

    contact: Contact
    is_taken: bool = True


def begin(chosen: str | None, text: str, country: str | None) -> Contact:
    """The first question, or the next one if a button or the words have answered that already."""
    contact = Contact()
    if chosen:
        return _choose(contact, chosen)
    if wants_forgotten(text):
        return forget()
    found = find_reached(text, country)
    return contact if found is None else replace(contact, place="confirm", reached=found)


def step(contact: Contact, said: Said, country: str | None) -> Step:
    """Where one message leads. Pure: the same question and message lead to the same place."""
    fresh = replace(contact, problem=None)
    if said.pressed:
        return Step(_choose(fresh, said.pressed))
    if wants_forgotten(said.text):
        return Step(_ended(fresh, "forgotten"))
    found = find_reached(said.text, country)
    if found is not None:
        return Step(replace(fresh, place="confirm", reached=found, tries=0))
    if said.after_others:
        return Step(fresh, is_taken=False)
    if fresh.place == "confirm":
        return _confirmed(fresh, said)
    return _chosen(fresh, said) if fresh.place == "choose" else _typed(fresh, said, country)


def forget() -> Contact:
    """What a patient has left is taken back."""
    return _ended(Contact(), "forgotten")


def end_in_danger(contact: Contact) -> Contact:
    """A red flag ends the question: nothing is asked on as if it hadn't come."""
    return _ended(contact, "danger")


def request_of(contact: Contact, consent_at: str) -> dict[str, Any] | None:
    """What the store has to do once the question has ended; `consent_at` is the time of the patient's yes.

    Whoever agrees to nothing, or takes it back, has nothing kept, not even from before.
    """
    if contact.end == "saved" and contact.reached is not None:
        return {"contact": {**asdict(contact.reached), "consent_at": consent_at}}
    if contact.end == "chat":
        return {"contact": {"way": "chat", "value": None, "consent_at": consent_at}}
    return {"contact": None} if contact.end in {"none", "left", "forgotten"} else None


def _confirmed(contact: Contact, said: Said) -> Step:
    words = _plain(said.text)
    if CHANGE.search(words):
        return Step(_choose(contact, "change"))
    if NO.search(words) or WORDS[0][1].search(words):
        return Step(_ended(contact, "none"))
    if YES.search(words):
        return Step(_choose(contact, "yes"))
    return Step(contact, is_taken=False) if said.may_ask else Step(_missed(contact, None))


def _chosen(contact: Contact, said: Said) -> Step:
    if said.may_ask and not _is_short(said.text):
        return Step(contact, is_taken=False)
    chosen = _choice(said.text)
    if said.may_ask and not chosen:
        return Step(contact, is_taken=False)
    return Step(_choose(contact, chosen)) if chosen else Step(_missed(contact, None))


def _typed(contact: Contact, said: Said, country: str | None) -> Step:
    """No number or address that holds, where one was asked for."""
    problem = _problem(contact.place, said.text, country)
    if not problem.endswith("_none"):
        return Step(_missed(contact, problem))
    if said.may_ask:
        return Step(contact, is_taken=False)
    chosen = _choice(said.text)
    if chosen and chosen != contact.place:
        return Step(_choose(contact, chosen))
    return Step(_missed(contact, problem))


def _problem(place: str, text: str, country: str | None) -> Problem:
    found = read_phone(text, country) if place == "phone" else read_email(text)
    if isinstance(found, Reached):
        raise ValueError("This number or address holds; it has been taken before.")
    return found


def _is_short(text: str) -> bool:
    """Whether it is hardly more than a name for one of the ways, and no question about it."""
    return len(text.split()) <= SHORT and "?" not in text


def _choice(text: str) -> str | None:
    words = _plain(text)
    if NO.search(words):
        return "none"
    return next((name for name, pattern in WORDS if pattern.search(words)), None)


def _choose(contact: Contact, chosen: str) -> Contact:
    clean = replace(contact, tries=0, problem=None)
    if chosen in {"phone", "email", "choose"}:
        return replace(clean, place=_PLACES[chosen], reached=None)
    if chosen == "change":
        return replace(clean, place=contact.reached.way if contact.reached else "choose", reached=None)
    if chosen == "yes" and contact.reached is not None:
        return replace(contact, place="ended", end="saved")
    if chosen == "yes":
        # An old button: there is nothing to agree to any more.
        return replace(clean, place="choose")
    return _ended(contact, _ENDS.get(chosen, "none"))


_ENDS: Mapping[str, End] = {"chat": "chat", "forget": "forgotten"}
_PLACES: Mapping[str, Place] = {"phone": "phone", "email": "email", "choose": "choose"}


def _missed(contact: Contact, problem: Problem | None) -> Contact:
    tries = contact.tries + 1
    if tries >= MOST_TRIES:
        return _ended(contact, "left")
    return replace(contact, tries=tries, problem=problem)


def _ended(contact: Contact, end: End) -> Contact:
    return replace(contact, place="ended", end=end, reached=None, problem=None)


def wants_forgotten(text: str) -> bool:
    """Whether somebody takes their number or address back."""
    return FORGET.search(_plain(text)) is not None


def wants_only_it_forgotten(text: str) -> bool:
    """Whether somebody takes their number or address back, and nothing else that is held."""
    return wants_forgotten(text) and MORE.search(_plain(text)) is None


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
