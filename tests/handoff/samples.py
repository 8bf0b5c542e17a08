"""Short ways to say what the handoff's tests say often. The cast: Nora is a nurse on duty, Dan a doctor."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from bot.handoff.desk import Desk
from bot.handoff.notices import Notices
from bot.people import Staff
from bot.store.store import Store
from bot.types import Envelope, Flag, Handoff, Message
from bot.vocabulary import Author, Kind, Level, Role
from bot.wiring import notices
from tests.store.samples import NOW, accept, take

ASKED = Envelope(Kind.HANDOFF, "I have kept your request for our team.")
FLAG = Flag(Level.EMERGENCY, ("E1",), ("can't breathe",), "breathing")


def ask_for_a_person(store: Store, conversation_id: str, client_id: str = "asks", now: datetime = NOW) -> None:
    """A patient asks, and the brain's reply says that it is kept."""
    seq = accept(store, conversation_id, client_id, "Can I talk to a person?").seq
    take(store, conversation_id)
    store.answer(conversation_id, seq, [ASKED], owner="one", now=now)


def opened(store: Store, conversation_id: str) -> Handoff:
    """The handoff after a patient has asked."""
    ask_for_a_person(store, conversation_id)
    (handoff,) = store.open_handoffs(limit=9)
    return handoff


def employ(store: Store, name: str, role: Role = Role.AGENT) -> Staff:
    """A colleague with an account."""
    return store.add_staff(login=name, name=name.title(), role=role, password_hash=None, now=NOW)


def told(store: Store, conversation_id: str) -> list[Message]:
    """What the system has told the patient."""
    return [one for one in store.messages(conversation_id) if one.author is Author.SYSTEM]


def texts(store: Store, conversation_id: str) -> list[str]:
    """The words of it."""
    return [one.envelope.text for one in told(store, conversation_id) if one.envelope]


def desk_at(store: Store) -> Desk:
    """The desk with the real notices."""
    return Desk(store, _notices())


@cache
def _notices() -> Notices:
    return notices()
