"""Short ways to say what the handoff's tests say often. The cast: Nora is a nurse on duty, Dan a doctor."""

from __future__ import annotations

from bot.store.store import Store
from bot.types import Envelope, Handoff
from bot.vocabulary import Kind
from tests.store.samples import NOW, accept, take

NORA, DAN = "nora", "dan"
ASKED = Envelope(Kind.HANDOFF, "I have kept your request for our team.")


def ask_for_a_person(store: Store, conversation_id: str, client_id: str = "asks") -> None:
    """A patient asks, and the brain's reply says that it is kept."""
    seq = accept(store, conversation_id, client_id, "Can I talk to a person?").seq
    take(store, conversation_id)
    store.answer(conversation_id, seq, [ASKED], owner="one", now=NOW)


def opened(store: Store, conversation_id: str) -> Handoff:
    """The handoff after a patient has asked."""
    ask_for_a_person(store, conversation_id)
    (handoff,) = store.open_handoffs(limit=9)
    return handoff
