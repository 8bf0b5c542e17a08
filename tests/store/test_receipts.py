"""An app says of a message that it didn't arrive: after it has told us the message's id, or before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from bot.store.app_tables import sent_parts
from bot.store.migrate import downgrade, upgrade
from bot.store.outbox import Outgoing
from bot.store.store import Store
from bot.vocabulary import Sending
from tests.store.samples import NOW, later, together
from tests.store.test_chats import agreed

APP = "whatsapp"


@pytest.fixture
def conversation_id(store: Store) -> str:
    return agreed(store, APP)


def leased(store: Store, conversation_id: str, key: str = "a") -> int:
    """The id of one that is being sent."""
    store.enqueue_all([Outgoing(key, key, APP, {"seq": 1}, conversation_id)], now=NOW)
    (found,) = store.lease_due("one", now=NOW, seconds=60, limit=1)
    return found.id


def note(store: Store, row_id: int, remote: str = "wamid.1", parts: int = 1) -> str | None:
    return store.note_part(row_id, parts, channel=APP, remote=remote)


def fail(store: Store, remote: str = "wamid.1", channel: str = APP) -> str | None:
    return store.fail_remote(channel, remote, "no_such_chat", now=later(1))


def kept(engine: Engine) -> list[tuple[int | None, str | None]]:
    with engine.connect() as connection:
        return [(row.outbox_id, row.error) for row in connection.execute(select(sent_parts))]


def test_what_comes_after_the_id_fails_the_message(store: Store, conversation_id: str) -> None:
    row_id = leased(store, conversation_id)
    assert note(store, row_id) is None
    assert fail(store) == conversation_id
    (delivery,) = store.deliveries(limit=9)
    assert (delivery.status, delivery.error) == (Sending.FAILED, "no_such_chat")


def test_what_comes_before_the_id_waits_for_it(store: Store, engine: Engine, conversation_id: str) -> None:
    row_id = leased(store, conversation_id)
    assert note(store, row_id, "wamid.0") is None
    assert fail(store) is None
    assert fail(store) is None
    assert note(store, row_id, parts=2) == "no_such_chat"
    assert sorted(kept(engine)) == [(row_id, None), (row_id, None)]
    store.mark_failed(row_id, "one", "no_such_chat", now=NOW)
    assert store.send_again(row_id, now=NOW)
    (again,) = store.lease_due("one", now=NOW, seconds=60, limit=1)
    assert again.parts == 0, "none of it may be left out when it is sent again"


def test_the_same_id_in_another_app_is_another_message(store: Store, conversation_id: str) -> None:
    fail(store, channel="messenger")
    assert note(store, leased(store, conversation_id)) is None


def test_whichever_is_first_nothing_is_lost(store: Store, conversation_id: str) -> None:
    for number in range(12):
        remote = f"wamid.{number}"
        row_id = leased(store, conversation_id, remote)
        found = together(
            [lambda r=row_id, m=remote: note(store, r, m), lambda m=remote: fail(store, m)]  # type: ignore[misc]
        )
        assert found in (["no_such_chat", None], [None, conversation_id])


def test_one_about_a_message_that_was_not_ours_goes_after_a_week(store: Store, engine: Engine) -> None:
    fail(store)
    store.tidy(now=NOW + timedelta(days=6), retention=timedelta(days=30))
    assert len(kept(engine)) == 1
    store.tidy(now=NOW + timedelta(days=9), retention=timedelta(days=30))
    assert kept(engine) == []


def test_the_tables_of_before_keep_their_rows(engine: Engine, store: Store, conversation_id: str) -> None:
    row_id = leased(store, conversation_id)
    note(store, row_id)
    fail(store, "early")
    downgrade(engine, "0009")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT outbox_id FROM sent_parts")).scalars().all() == [row_id]
    upgrade(engine)
    assert kept(engine) == [(row_id, None)]
    store.erase(conversation_id, now=NOW)
    assert kept(engine) == [], "the rows still go with their message"
