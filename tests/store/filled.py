"""A conversation of which every table that may hold something of it does: each row carries its table's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.sql.schema import Table

from bot.people import Staff
from bot.privacy.cipher import Cipher
from bot.store.app_tables import chats, sent_parts
from bot.store.desk_tables import notes, outbox, presences, ratings, reads, tags
from bot.store.store import Store
from bot.store.tables import conversations, handoff_transitions, handoffs, metadata
from bot.store.tail import Tail
from bot.types import Envelope, MissedQuestion
from bot.vocabulary import Author, Kind, Missed, Priority, Reason, Role
from tests.store.samples import NOW, OFFER, accept, take

PHONE = "+44 20 7946 0000"
NOTE = "Afraid of needles (notes)."


def tables_of_conversations() -> set[str]:
    """Every table with a row for a conversation, or for a row of such a table."""
    found = {table.name for table in metadata.tables.values() if "conversation_id" in table.c}
    return found | {table.name for table in metadata.tables.values() if _parents(table) & found}


def _parents(table: Table) -> set[str]:
    return {key.column.table.name for key in table.foreign_keys} - {"conversations"}


def nurse(store: Store, login: str = "anna") -> Staff:
    return store.add_staff(login=login, name=login.capitalize(), role=Role.AGENT, password_hash=None, now=NOW)


def fill(engine: Engine, store: Store, key: str, conversation_id: str, staff: Staff) -> None:
    """One row, or a few, in each of `tables_of_conversations()`."""
    accept(store, conversation_id, "a", "Pain", payload="/ask_pain")
    take(store, conversation_id)
    finished = Envelope(Kind.QUESTIONNAIRE, "Thank you.", assessment={"protocol_hash": "h", "answers": "assessments"})
    store.answer(conversation_id, 1, [OFFER, finished], owner="one", now=NOW)
    store.save_tracker(conversation_id, '{"slots": "trackers"}', now=NOW)
    store.keep_missed(conversation_id, 2, MissedQuestion(Missed.UNANSWERED, "missed"), now=NOW)
    store.open_handoff(conversation_id, Reason.ASKED, Priority.NORMAL, by=staff.id, why="handoff_transitions", now=NOW)
    cipher = Cipher(key)
    with engine.begin() as connection:
        contact = cipher.seal_json({"way": "phone", "value": PHONE})
        connection.execute(handoffs.update().values(contact=contact).where(_mine(handoffs, conversation_id)))
        row = connection.execute(select(conversations).where(conversations.c.id == conversation_id)).one()
        tail = Tail(connection, cipher, row)
        tail.add(Author.STAFF, {"text": "Hello, I am here.", "by": staff.id}, at=NOW)
        for table, row in _desk_rows(cipher, staff).items():
            connection.execute(insert(table).values(conversation_id=conversation_id, **row))
        theirs = connection.execute(select(outbox.c.id).where(_mine(outbox, conversation_id)).limit(1)).scalar_one()
        connection.execute(insert(sent_parts).values(remote="r", outbox_id=theirs))


def _desk_rows(cipher: Cipher, staff: Staff) -> dict[Table, dict[str, Any]]:
    return {
        notes: {"at": NOW, "staff_id": staff.id, "staff_name": staff.name, "body": cipher.seal(NOTE)},
        ratings: {"seq": 2, "at": NOW, "is_helpful": False},
        tags: {"tag": "tags"},
        reads: {"staff_id": staff.id, "seq": 3},
        presences: {"who": staff.id, "name": "Anna of presences", "looking_until": NOW},
        outbox: delivery(cipher, "key") | {"parts": 7},
        chats: {
            "id": "c",
            "channel": "telegram",
            "fingerprint": "f",
            "address": cipher.seal("chats"),
            "status": "active",
            "heard_at": NOW,
        },
    }


def delivery(cipher: Cipher, key: str, at: datetime = NOW) -> dict[str, Any]:
    """What waits to be sent to a member of staff."""
    body = cipher.seal_json({"to": "staff@example.org"})
    when = {"created_at": at, "due_at": at}
    return {"key": key, "lane": "email", "kind": "outbox", "body": body, "status": "queued", "attempts": 0} | when


def _mine(table: Table, conversation_id: str) -> Any:
    return table.c.conversation_id == conversation_id


SHOWN: dict[str, Callable[[dict[str, Any]], object]] = {
    "messages": lambda export: [one for one in export["messages"] if one.get("text") == "Pain"],
    "buttons": lambda export: [one for one in export["buttons"] if one["payload"] == "/ask_pain"],
    "handoffs": lambda export: export["handoffs"][0]["contact"]["value"] == PHONE,
    "handoff_transitions": lambda export: export["handoffs"][0]["history"][0]["why"] == "handoff_transitions",
    "missed": lambda export: export["missed"][0]["question"] == "missed",
    "trackers": lambda export: "trackers" in export["tracker"],
    "assessments": lambda export: export["assessments"][0]["answers"] == "assessments",
    "notes": lambda export: export["notes"] == [{"at": NOW.isoformat(), "name": "Anna", "text": NOTE}],
    "ratings": lambda export: export["ratings"] == [{"seq": 2, "at": NOW.isoformat(), "is_helpful": False}],
    "tags": lambda export: export["tags"] == ["tags"],
    "reads": lambda export: export["reads"] == [{"name": "Anna", "seq": 3}],
    "presences": lambda export: export["presences"][0]["name"] == "Anna of presences",
    "chats": lambda export: [one["address"] for one in export["app"]] == ["chats"],
    "sent_parts": lambda export: 7 in [one["parts"] for one in export["deliveries"]],
    "outbox": lambda export: "outbox" in [one["kind"] for one in export["deliveries"]],
}
"""Where in an export the row of each table is seen."""


def rows_left(connection: Connection, conversation_id: str) -> dict[str, int]:
    """How many rows of that conversation each table still has; only those that have some."""
    counts = {}
    for name in tables_of_conversations() | {"conversations"}:
        table = metadata.tables[name]
        column = "conversation_id" if "conversation_id" in table.c else "id"
        query = select(table)
        if name == sent_parts.name:
            theirs = select(outbox.c.id).where(_mine(outbox, conversation_id))
            query = query.where(table.c.outbox_id.in_(theirs))
        elif name == handoff_transitions.name:
            mine = select(handoffs.c.id).where(_mine(handoffs, conversation_id))
            query = query.where(table.c.handoff_id.in_(mine))
        else:
            query = query.where(table.c[column] == conversation_id)
        counts[name] = len(connection.execute(query).all())
    return {name: count for name, count in counts.items() if count}
