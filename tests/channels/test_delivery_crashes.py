"""The courier with real servers, on both databases: stopped, killed in the middle, and beside another."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.delivery import LEASE_S, Courier, Transport
from bot.privacy.cipher import Cipher
from bot.settings import ROOT
from bot.store.engine import create_store_engine
from bot.store.outbox import Leased
from bot.store.store import Store
from bot.vocabulary import Sending
from tests.channels.delivering import Clock, state, until
from tests.channels.mail_server import HANG, MailServer
from tests.channels.receiver import Receiver
from tests.channels.samples import email, mailer, post, poster
from tests.store.samples import NOW

pytestmark = pytest.mark.anyio


async def test_stopping_gives_back_what_is_under_way(store: Store, mail: MailServer, clock: Clock) -> None:
    mail.refusals = [HANG]
    store.enqueue_all([email()], now=NOW)
    courier = Courier(store, {"email": mailer(mail.port)}, clock=clock)
    running = asyncio.create_task(courier.deliver_forever())
    await until(lambda: not mail.refusals)  # the server has the message and keeps its answer back
    assert state(store).attempts == 1
    running.cancel()
    started = time.monotonic()
    await asyncio.gather(running, return_exceptions=True)
    await courier.finish(0.2)
    assert time.monotonic() - started < 10
    assert state(store).attempts == 0
    await Courier(store, {"email": mailer(mail.port)}, clock=clock).deliver_due()
    assert len(mail.messages) == 1


async def test_stopping_in_the_moment_of_leasing_gives_back_too(
    store: Store, hook: Receiver, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, leases = store.lease_due, threading.Event()

    def slow(*arguments: object, **others: object) -> list[Leased]:
        leases.set()
        time.sleep(0.3)
        return real(*arguments, **others)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(store, "lease_due", slow)
    store.enqueue_all([post()], now=NOW)
    courier = Courier(store, {"webhook": poster(hook.url)}, clock=clock)
    running = asyncio.create_task(courier.deliver_forever())
    await until(leases.is_set)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await courier.finish(5)
    assert hook.posts == []
    assert [one.attempts for one in real("another", now=NOW, seconds=60, limit=9)] == [1]


async def test_stopping_lets_a_quick_one_end(store: Store, hook: Receiver, clock: Clock) -> None:
    hook.answers = [(0, {})]
    store.enqueue_all([post()], now=NOW)
    courier = Courier(store, {"webhook": poster(hook.url)}, clock=clock)
    running = asyncio.create_task(courier.deliver_forever())
    await until(lambda: bool(hook.posts))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await courier.finish(5)
    assert state(store).status is Sending.SENT


async def test_a_database_that_fails_stops_no_worker(
    store: Store, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.worker.PAUSE_S", 0.02)
    real, failures = store.lease_due, iter([True, True])

    def fails_at_first(*arguments: object, **others: object) -> list[Leased]:
        if next(failures, False):
            raise OperationalError("down", None, Exception())
        return real(*arguments, **others)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(store, "lease_due", fails_at_first)
    store.enqueue_all([post()], now=NOW)
    running = asyncio.create_task(Courier(store, {"webhook": poster(hook.url)}).deliver_forever())
    await until(lambda: bool(hook.posts))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def _child(database_url: str, key: str, hook: Receiver, moment: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.channels.delivering_child", database_url, key, hook.url, moment]
    return subprocess.Popen(command, cwd=ROOT)


async def _delivered_after_the_crash(store: Store, transport: Transport) -> None:
    clock = Clock()
    courier = Courier(store, {"webhook": transport}, clock=clock)
    clock.forward(seconds=LEASE_S - 1)
    await courier.deliver_due()
    assert state(store).status is Sending.WAITING, "taken while the dead one's lease holds"
    clock.forward(seconds=2)
    await courier.deliver_due()
    assert state(store).status is Sending.SENT


@pytest.mark.parametrize("moment", ["the receiver has it", "UPDATE outbox SET status"])
async def test_a_worker_killed_in_the_middle_is_followed_by_one_that_delivers_with_the_same_id(
    moment: str, database_url: str, key: str, store: Store, hook: Receiver
) -> None:
    hook.answers = [(0, {})]
    store.enqueue_all([post()], now=NOW)
    with _child(database_url, key, hook, moment) as child:
        await until(lambda: bool(hook.posts))
        if moment == "the receiver has it":
            child.kill()
        assert await asyncio.to_thread(child.wait, 30) == -signal.SIGKILL
    assert len(hook.posts) == 1
    await _delivered_after_the_crash(store, poster(hook.url))
    first, second = hook.posts
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


async def test_a_worker_killed_before_it_sent_is_followed_by_one_that_delivers_once(
    database_url: str, key: str, store: Store, hook: Receiver
) -> None:
    store.enqueue_all([post()], now=NOW)
    with _child(database_url, key, hook, "UPDATE outbox SET attempts") as child:
        assert await asyncio.to_thread(child.wait, 60) == -signal.SIGKILL
    assert hook.posts == []
    await Courier(store, {"webhook": poster(hook.url)}, clock=Clock()).deliver_due()
    assert len(hook.posts) == 1


@pytest.fixture
def other_store(database_url: str, key: str, store: Store) -> Iterator[Store]:
    engine = create_store_engine(database_url)
    yield Store(engine, Cipher(key))
    engine.dispose()


async def test_two_workers_at_once_send_each_once(
    store: Store, other_store: Store, hook: Receiver, clock: Clock
) -> None:
    store.enqueue_all([post(str(n)) for n in range(30)], now=NOW)
    couriers = [Courier(one, {"webhook": poster(hook.url)}, clock=clock) for one in (store, other_store)]
    await asyncio.gather(*(courier.deliver_due() for courier in couriers))
    sent = [found.headers["Idempotency-Key"] for found in hook.posts]
    assert (len(sent), len(set(sent))) == (30, 30)
