"""A worker looks again when there is room, when it is woken, and soon when it was held up."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels.worker import Worker

pytestmark = pytest.mark.anyio


class Queue:
    """Ten things; each is done when `go` is set."""

    def __init__(self, go: bool = True) -> None:
        self.waiting = list(range(10))
        self.done: list[int] = []
        self.busiest = self.busy = 0
        self.go = asyncio.Event()
        if go:
            self.go.set()

    async def take(self, most: int) -> list[int]:
        taken, self.waiting = self.waiting[:most], self.waiting[most:]
        return taken

    async def do(self, thing: int) -> None:
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            await self.go.wait()
            await asyncio.sleep(0)
            self.done.append(thing)
        finally:
            self.busy -= 1


async def until(queue: Queue, count: int) -> None:
    for _ in range(1000):
        if len(queue.done) >= count:
            return
        await asyncio.sleep(0.005)
    pytest.fail(f"only {len(queue.done)} of {count} were done")


async def test_all_that_is_due_is_done_and_never_too_many_at_once() -> None:
    queue = Queue()
    await Worker("queue", queue.take, queue.do, most=3).work_due()
    assert sorted(queue.done) == list(range(10))
    assert queue.busiest == 3


async def test_a_wake_is_followed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.worker.PAUSE_S", 60.0)
    queue = Queue()
    worker = Worker("queue", queue.take, queue.do, most=20)
    working = asyncio.create_task(worker.work_forever())
    await until(queue, 10)
    queue.waiting = [11]
    worker.wake()
    await until(queue, 11)
    await worker.finish(1)
    worker.wake()
    await asyncio.wait_for(working, 5)


async def test_what_was_held_up_begins_soon_after_without_any_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.worker.PAUSE_S", 60.0)
    queue, held = Queue(), [0, 0, 0]
    worker = Worker("queue", queue.take, queue.do, most=2, room=lambda most: held.pop() if held else most)
    working = asyncio.create_task(worker.work_forever())
    await until(queue, 10)
    assert held == []
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def test_whoever_waits_for_all_that_is_due_is_not_held_up() -> None:
    queue = Queue()
    await Worker("queue", queue.take, queue.do, most=2, room=lambda _most: 0).work_due()
    assert len(queue.done) == 10


async def test_at_the_end_nothing_begins_and_what_takes_too_long_is_cut_off() -> None:
    queue = Queue(go=False)
    worker = Worker("queue", queue.take, queue.do, most=2)
    working = asyncio.create_task(worker.work_due())
    await asyncio.sleep(0.02)
    assert queue.busy == 2
    await worker.finish(0.05)
    await asyncio.wait_for(working, 5)
    assert (queue.busy, queue.done, len(queue.waiting)) == (0, [], 8)
