"""The queue of what has to reach somebody outside."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher, new_key
from bot.store.desk_tables import outbox
from bot.store.engine import create_store_engine
from bot.store.outbox import UNREADABLE, Leased, Outgoing, enqueue
from bot.store.store import Store
from bot.types import Conversation
from bot.vocabulary import Sending
from tests.store.samples import NOW, later, together

WORDS = "very-private-words"


def letter(key: str, lane: str | None = None, conversation_id: str | None = None) -> Outgoing:
    return Outgoing(key, lane or key, "email", {"text": WORDS}, conversation_id)


def lease(store: Store, owner: str = "one", *, seconds: float = 0, limit: int = 9) -> list[Leased]:
    """What `owner` gets at that many seconds after the start, for a minute."""
    return store.lease_due(owner, now=later(seconds), seconds=60, limit=limit)


def keys(leased: list[Leased]) -> list[str]:
    return [one.outgoing.key for one in leased]


def test_what_is_queued_comes_back_as_it_was(store: Store, conversation: Conversation) -> None:
    assert store.enqueue_all([letter("a", "lane", conversation.id)], now=NOW) == 1
    (leased,) = lease(store)
    assert leased.outgoing == letter("a", "lane", conversation.id)
    assert (leased.attempts, leased.created_at) == (1, NOW)


def test_the_same_key_is_queued_once_even_after_it_was_sent(store: Store) -> None:
    assert store.enqueue_all([letter("a"), letter("a")], now=NOW) == 1
    (leased,) = lease(store)
    assert store.mark_sent(leased.id, "one", now=NOW)
    assert store.enqueue_all([letter("a")], now=later(9)) == 0
    assert lease(store, seconds=99) == []


def test_it_is_queued_with_the_transaction_or_not_at_all(engine: Engine, store: Store, key: str) -> None:
    with engine.connect() as connection:
        assert enqueue(connection, Cipher(key), letter("a"), now=NOW)
        connection.rollback()
    assert store.deliveries(limit=9) == []


def test_nothing_readable_is_stored(engine: Engine, store: Store) -> None:
    store.enqueue_all([letter("a")], now=NOW)
    with engine.connect() as connection:
        (row,) = connection.execute(select(outbox)).all()
    assert WORDS not in str([bytes(value) if isinstance(value, memoryview) else value for value in row])


def test_the_stable_id_stays_and_is_of_one_thing_only(store: Store) -> None:
    store.enqueue_all([letter("a"), letter("b")], now=NOW)
    first = {one.outgoing.key: one.stable_id for one in lease(store)}
    again = {one.outgoing.key: one.stable_id for one in lease(store, "two", seconds=61)}
    assert first == again
    assert len(set(first.values())) == 2


def test_a_leased_one_is_nobody_elses_until_the_lease_runs_out(store: Store) -> None:
    store.enqueue_all([letter("a")], now=NOW)
    (mine,) = lease(store)
    assert lease(store, "two", seconds=59) == []
    (taken_over,) = lease(store, "two", seconds=61)
    assert taken_over.attempts == 2
    assert not store.mark_sent(mine.id, "one", now=later(62))
    assert not store.retry_at(mine.id, "one", "timeout", due_at=later(99))
    assert not store.mark_failed(mine.id, "one", "timeout", now=later(62))
    assert not store.mark_dropped(mine.id, "one", now=later(62))
    assert not store.give_back(mine.id, "one")
    assert store.mark_sent(mine.id, "two", now=later(62))


def test_what_is_to_be_tried_again_waits_for_its_time(store: Store) -> None:
    store.enqueue_all([letter("a")], now=NOW)
    (mine,) = lease(store)
    assert store.retry_at(mine.id, "one", "timeout", due_at=later(30))
    assert lease(store, seconds=29) == []
    assert [one.attempts for one in lease(store, seconds=30)] == [2]


def test_what_is_given_back_costs_no_attempt(store: Store) -> None:
    store.enqueue_all([letter("a")], now=NOW)
    (mine,) = lease(store)
    assert store.give_back(mine.id, "one")
    assert [one.attempts for one in lease(store, "two")] == [1]


def test_a_lane_goes_in_order(store: Store) -> None:
    store.enqueue_all([letter("a1", "a"), letter("a2", "a"), letter("b1", "b"), letter("a3", "a")], now=NOW)
    first, other = lease(store)
    assert keys([first, other]) == ["a1", "b1"]
    assert lease(store) == []
    store.retry_at(first.id, "one", "timeout", due_at=later(30))
    assert keys(lease(store, seconds=29)) == [], "the second overtook the first, which waits for its next attempt"
    (first,) = lease(store, seconds=30)
    store.mark_sent(first.id, "one", now=later(30))
    assert keys(lease(store, seconds=31)) == ["a2"]


@pytest.mark.parametrize("end", ["mark_failed", "mark_dropped"])
def test_one_that_is_given_up_lets_its_lane_go_on(store: Store, end: str) -> None:
    store.enqueue_all([letter("a1", "a"), letter("a2", "a")], now=NOW)
    (first,) = lease(store)
    if end == "mark_failed":
        store.mark_failed(first.id, "one", "gone", now=NOW)
    else:
        store.mark_dropped(first.id, "one", now=NOW)
    assert keys(lease(store)) == ["a2"]


def test_a_row_that_no_key_opens_fails_alone(engine: Engine, store: Store) -> None:
    Store(engine, Cipher(new_key())).enqueue_all([letter("lost")], now=NOW)
    store.enqueue_all([letter("a")], now=NOW)
    assert keys(lease(store)) == ["a"]
    (failed,) = [one for one in store.deliveries(limit=9) if one.status is Sending.FAILED]
    assert failed.error == UNREADABLE


def test_it_goes_with_its_conversation_and_never_comes_after_it(store: Store, conversation: Conversation) -> None:
    store.enqueue_all([letter("a", conversation_id=conversation.id)], now=NOW)
    (mine,) = lease(store)
    store.erase(conversation.id, now=NOW)
    assert not store.mark_sent(mine.id, "one", now=NOW)
    assert store.enqueue_all([letter("b", conversation_id=conversation.id), letter("c")], now=NOW) == 1
    assert keys(lease(store)) == ["c"]


def test_what_failed_is_sent_again_from_the_start(store: Store) -> None:
    store.enqueue_all([letter("a")], now=NOW)
    (mine,) = lease(store)
    assert not store.send_again(mine.id, now=later(1)), "it is being sent just now"
    store.mark_failed(mine.id, "one", "gone", now=NOW)
    assert store.send_again(mine.id, now=later(5))
    assert [one.attempts for one in lease(store, seconds=5)] == [1]
    store.mark_sent(mine.id, "one", now=later(6))
    assert not store.send_again(mine.id, now=later(7))
    assert not store.send_again(999, now=NOW)


def test_the_list_has_the_failed_first_and_the_count_has_those_that_fail_again_and_again(store: Store) -> None:
    store.enqueue_all([letter(name) for name in ("sent", "failed", "waits", "troubled")], now=NOW)
    rows = {one.outgoing.key: one.id for one in lease(store)}
    store.mark_sent(rows["sent"], "one", now=later(1))
    store.mark_failed(rows["failed"], "one", "http_410", now=later(1))
    store.retry_at(rows["waits"], "one", "timeout", due_at=later(5000))
    for seconds in (100, 200, 300):
        store.retry_at(rows["troubled"], "one", "timeout", due_at=later(seconds))
        assert keys(lease(store, seconds=seconds)) == ["troubled"]
    listed = store.deliveries(limit=9)
    assert [one.id for one in listed] == [rows[name] for name in ("failed", "troubled", "waits", "sent")]
    assert (listed[0].error, listed[0].status, listed[3].sent_at) == ("http_410", Sending.FAILED, later(1))
    assert store.failing_deliveries() == 2


def test_what_is_settled_is_cleared_in_time_and_what_waits_stays(store: Store) -> None:
    store.enqueue_all([letter("old"), letter("new"), letter("waits")], now=NOW)
    rows = {one.outgoing.key: one.id for one in lease(store)}
    store.mark_sent(rows["old"], "one", now=later(1))
    store.mark_sent(rows["new"], "one", now=later(100))
    assert store.clear_outbox(before=later(50)) == 1
    assert {one.id for one in store.deliveries(limit=9)} == {rows["new"], rows["waits"]}


@pytest.fixture
def stores(store: Store, database_url: str, key: str) -> Iterator[list[Store]]:
    other = create_store_engine(database_url)
    yield [store, Store(other, Cipher(key))] * 4
    other.dispose()


def test_many_workers_at_once_get_each_row_once(stores: list[Store]) -> None:
    stores[0].enqueue_all([letter(f"row {n}") for n in range(40)], now=NOW)
    got = together([partial(lease, one, str(n), limit=40) for n, one in enumerate(stores)])
    got += [lease(stores[0], "last", limit=40)]
    assert sorted(key for some in got for key in keys(some)) == sorted(f"row {n}" for n in range(40))


def test_many_workers_at_once_keep_the_order_of_a_lane(stores: list[Store]) -> None:
    stores[0].enqueue_all([letter(f"{n:02}", "lane") for n in range(24)], now=NOW)
    sent: list[str] = []

    def work(name: str, store: Store) -> bool:
        for _ in range(200):
            for one in lease(store, name):
                sent.append(one.outgoing.key)
                store.mark_sent(one.id, name, now=NOW)
            if len(sent) == 24:
                return True
        return False

    assert any(together([partial(work, str(n), one) for n, one in enumerate(stores[:4])]))
    assert sent == [f"{n:02}" for n in range(24)]


def test_an_idle_look_takes_no_lock_that_writers_wait_for(store: Store, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE conversations SET locale = 'en'"))
        assert lease(store) == []
