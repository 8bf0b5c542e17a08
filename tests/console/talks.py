"""A conversation as a busy day leaves it: questions, a red flag, a questionnaire, a handoff, staff and notes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, update

from bot.people import Staff
from bot.privacy.tokens import new_id
from bot.store.staff_tables import canned_replies
from bot.store.store import Store
from bot.store.tables import handoffs
from bot.types import Button, Envelope, Flag, Source
from bot.vocabulary import Kind, Level
from tests.console.patients import new_talk
from tests.handoff.samples import ASKED

UNDERSTOOD: dict[str, Any] = {
    "intent": "ask_medications_blood_thinners",
    "confidence": 0.91,
    "others": [{"intent": "ask_contraindications", "confidence": 0.05}],
    "entities": [{"name": "area", "value": "hair"}],
    "slots": {"area": "hair"},
}
THINNER = Envelope(
    Kind.ANSWER,
    "Our sources say to **avoid it for now** while you take a blood thinner.\n- Do not stop it.\n- Ask who gave it.",
    topics=("medications_blood_thinners",),
    card_ids=("medications_blood_thinners.general",),
    sources=(Source("Clinic guide", "https://example.org/guide"),),
    buttons=(Button("Tell me more", "/ask_more"), Button("Go through the questions", "/start_candidacy")),
    reviewed=False,
    about={"area": "hair", "concern": "hair_loss"},
    understood=UNDERSTOOD,
)
RECORD: dict[str, Any] = {
    "protocol_version": "1.2",
    "protocol_hash": "lost",
    "started_at": "2026-11-21T18:06:00+00:00",
    "ended_at": "2026-11-21T18:20:00+00:00",
    "outcome": "not_now",
    "is_partial": False,
    "answers": [{"question": "thinner", "number": "Q11", "short": "Blood thinner", "answers": ["yes"], "said": "Yes"}],
    "trace": [{"rule": "Q11 yes", "outcome": "not_now", "reason": "You take a blood thinner.", "answers": {}}],
    "overrides": [],
}
ENDED = Envelope(Kind.QUESTIONNAIRE, "Thank you. I have sent it to our team.", assessment=RECORD)
SWOLLEN = Flag(Level.URGENT, ("U6",), ("lumps", "3 weeks"), "U6: lumps that stay")
SAME_DAY = Envelope(Kind.URGENT, "**Call the clinic today.** Lumps that stay need to be seen.")


def told(
    store: Store, conversation_id: str, text: str, now: datetime, *replies: Envelope, flag: Flag | None = None
) -> int:
    """A message with its replies at once: the running application finds none of it waiting. Returns its number."""
    limits = {"per_minute": 100_000, "burst": 100_000}
    accepted = store.accept(
        conversation_id, client_id=new_id(), text=text, flag=flag, replies=replies, now=now, **limits
    )
    with store._write() as connection:
        store._keep_understood(connection, conversation_id, accepted.seq, replies)
    return accepted.seq


def busy_talk(store: Store, now: datetime) -> str:
    """The id of a conversation with a questionnaire, a red flag and a handoff that waits."""
    began = now - timedelta(minutes=30)
    conversation_id = new_talk(store, began, channel="whatsapp")
    told(store, conversation_id, "hi im on xarelto n wanted meso for hair is that a prob", began, THINNER)
    told(store, conversation_id, "ok can i do the questions thing anyway", began + timedelta(minutes=1), ENDED)
    lumps = "i still have lumps 3 weeks after on my leg"
    told(store, conversation_id, lumps, began + timedelta(minutes=10), SAME_DAY, flag=SWOLLEN)
    told(store, conversation_id, "Can I talk to a person?", began + timedelta(minutes=16), ASKED)
    return conversation_id


def long_talk(store: Store, messages: int, now: datetime) -> str:
    """A conversation with that many messages, half of them the patient's."""
    conversation_id = new_talk(store, now - timedelta(hours=20))
    for number in range(messages // 2):
        at = now - timedelta(hours=19) + timedelta(minutes=number)
        reply = replace(THINNER, text=f"Answer {number + 1}. " + THINNER.text)
        told(store, conversation_id, f"Question {number + 1}: is that a problem for me?", at, reply)
    return conversation_id


def set_contact(store: Store, handoff_id: str, contact: dict[str, str]) -> None:
    """Stands in for the form in which patients leave their number."""
    with store._write() as connection:
        sealed = store._cipher.seal_json(contact)
        connection.execute(update(handoffs).where(handoffs.c.id == handoff_id).values(contact=sealed))


def add_canned(store: Store, title: str, text: str, by: Staff, now: datetime) -> str:
    """Stands in for the page where leads write them."""
    row = {"id": new_id(), "title": title, "text": text, "changed_at": now, "changed_by": by.id}
    with store._write() as connection:
        connection.execute(insert(canned_replies).values(**row))
    return str(row["id"])
