"""What changed lately: seen from any process, for every kind of change, and only once."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.engine import Engine

from bot.store.desk_tables import notes, presences, tags
from bot.store.outbox import Outgoing
from bot.store.pulse import WINDOW
from bot.store.store import Store
from bot.types import Conversation, Envelope
from bot.vocabulary import Kind, Priority, Reason
from tests.store.samples import NOW, accept, later


def test_nothing_changed_is_nothing(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a")
    assert store.pulse(NOW).changed_since(store.pulse(NOW)) == set()


def test_a_message_changes_its_conversation_and_no_other(store: Store, conversation: Conversation) -> None:
    other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    accept(store, other.id, "a")
    before = store.pulse(NOW)
    accept(store, conversation.id, "a")
    after = store.pulse(NOW)
    assert after.changed_since(before) == {conversation.id}
    assert after.changed_since(after) == set()


def test_the_first_message_of_all_is_seen(store: Store, conversation: Conversation) -> None:
    before = store.pulse(NOW)
    accept(store, conversation.id, "a")
    assert store.pulse(NOW).changed_since(before) == {conversation.id}


def test_a_handoff_and_a_red_flag_are_counted(store: Store, conversation: Conversation) -> None:
    before = store.pulse(NOW)
    handoff_id = store.open_handoff(conversation.id, Reason.ASKED, Priority.NORMAL, by="patient", why="", now=NOW)
    asked = store.pulse(NOW)
    assert (asked.waiting, asked.urgent) == (1, ())
    assert asked.changed_since(before) == {conversation.id}
    accept(store, conversation.id, "f", replies=[Envelope(Kind.EMERGENCY, "Get help.")])
    raised = store.pulse(NOW)
    assert (raised.waiting, raised.urgent) == (1, (handoff_id,))
    assert raised.changed_since(asked) == {conversation.id}


def test_deliveries_that_fail_are_counted(store: Store) -> None:
    store.enqueue_all([Outgoing(key, key, "email", {"to": "nora@clinic.example"}) for key in "ab"], now=NOW)
    queued = store.pulse(NOW)
    (leased,) = store.lease_due("test", now=NOW, seconds=60, limit=1)
    store.mark_failed(leased.id, "test", "smtp_554", now=NOW)
    failed = store.pulse(NOW)
    assert (queued.failing, failed.failing) == (0, 1)
    assert failed.changed_since(queued) == set(), "which is nothing in any conversation"
    store.send_again(leased.id, now=NOW)
    assert store.pulse(NOW).failing == 0


def test_erasing_a_conversation_changes_it_and_wakes_no_other(store: Store, conversation: Conversation) -> None:
    for number in range(3):
        other = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
        accept(store, other.id, str(number))
    store.open_handoff(conversation.id, Reason.ASKED, Priority.NORMAL, by="patient", why="", now=NOW)
    before = store.pulse(NOW)
    store.erase(conversation.id, now=NOW)
    assert store.pulse(NOW).changed_since(before) == {conversation.id}


def test_notes_tags_and_onlookers_are_changes(store: Store, engine: Engine, conversation: Conversation) -> None:
    before = store.pulse(NOW)
    with engine.begin() as connection:
        note = {"staff_id": "nora", "staff_name": "Nora", "body": b"", "at": NOW}
        connection.execute(insert(notes).values(conversation_id=conversation.id, **note))
    noted = store.pulse(NOW)
    assert noted.changed_since(before) == {conversation.id}
    with engine.begin() as connection:
        connection.execute(insert(tags).values(conversation_id=conversation.id, tag="price"))
    tagged = store.pulse(NOW)
    assert tagged.changed_since(noted) == {None}
    with engine.begin() as connection:
        seen = {"who": "nora", "name": "Nora", "looking_until": later(30), "typing_until": later(6)}
        connection.execute(insert(presences).values(conversation_id=conversation.id, **seen))
    typing = store.pulse(NOW)
    assert typing.changed_since(tagged) == {conversation.id}
    looking = store.pulse(NOW + timedelta(seconds=10))
    assert looking.changed_since(typing) == {conversation.id}
    gone = store.pulse(NOW + timedelta(seconds=40))
    assert gone.changed_since(looking) == {conversation.id}


def test_more_at_once_than_fits_means_that_anything_may_have_changed(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "first")
    before = store.pulse(NOW)
    for number in range(WINDOW):
        accept(store, conversation.id, str(number))
    assert store.pulse(NOW).changed_since(before) == {conversation.id, None}
