"""Live pages: what changed in the log is told, to everybody who listens, by whichever process."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import datetime, timezone
from typing import Any

import pytest

from bot.console.heart import MOST_UNREAD, Heart
from bot.console.live import events
from bot.settings import Settings
from bot.store.outbox import Outgoing
from bot.store.store import Store
from bot.vocabulary import Role
from bot.wiring import open_store
from tests.console.colleague import Colleague
from tests.console.conftest import ClientAs
from tests.console.patients import flagged, new_talk, say

pytestmark = pytest.mark.anyio
FAST_S = 0.02


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def now() -> datetime:
    return datetime.now(timezone.utc)


async def always() -> bool:
    return True


def failed_delivery(store: Store) -> int:
    """The number of a delivery that nobody took."""
    store.enqueue_all([Outgoing("key", "lane", "email", {"to": "nora@clinic.example"})], now=now())
    (leased,) = store.lease_due("test", now=now(), seconds=600, limit=1)
    store.mark_failed(leased.id, "test", "smtp_554", now=now())
    return leased.id


def stream(heart: Heart, **others: Any) -> AsyncIterator[bytes]:
    return events(heart, others.pop("check", always), **others)


async def heard(stream: AsyncIterator[bytes], name: str) -> dict[str, Any]:
    """The data of the next event of that name."""

    async def read() -> dict[str, Any]:
        async for block in stream:
            if block.startswith(f"event: {name}\n".encode()):
                found: dict[str, Any] = json.loads(block.decode().split("data: ")[1])
                return found
        raise AssertionError(f"The stream ended without {name}.")

    return await asyncio.wait_for(read(), 10)


async def test_who_listens_learns_at_once_how_things_stand(store: Store) -> None:
    danger = new_talk(store, now())
    flagged(store, danger, "I can't breathe", now())
    (handoff,) = store.open_handoffs(limit=9)
    listening = stream(Heart(store, every_s=FAST_S))
    assert await heard(listening, "queue") == {"waiting": 1, "urgent": [handoff.id]}
    assert await heard(listening, "changed") == {"conversation": None}
    await listening.aclose()


async def test_a_message_that_another_process_stored_is_told(store: Store, settings: Settings) -> None:
    conversation_id = new_talk(store, now())
    listening = stream(Heart(store, every_s=FAST_S))
    await heard(listening, "changed")
    elsewhere = open_store(settings)
    say(elsewhere, conversation_id, "Does it hurt?", now())
    assert await heard(listening, "changed") == {"conversation": conversation_id}
    await listening.aclose()


async def test_a_red_flag_changes_the_counts_for_everybody(store: Store) -> None:
    heart = Heart(store, every_s=FAST_S)
    first, second = stream(heart), stream(heart)
    for listening in (first, second):
        await heard(listening, "changed")
    flagged(store, new_talk(store, now()), "I can't breathe", now())
    for listening in (first, second):
        counts = await heard(listening, "queue")
        assert (counts["waiting"], len(counts["urgent"])) == (1, 1)
        await listening.aclose()


async def test_a_delivery_that_fails_and_is_sent_again_is_told_to_who_may_see_it(store: Store) -> None:
    heart = Heart(store, every_s=FAST_S)
    admin = stream(heart, sees_deliveries=True)
    assert await heard(admin, "deliveries") == {"failing": 0}
    row_id = failed_delivery(store)
    assert await heard(admin, "deliveries") == {"failing": 1}
    store.send_again(row_id, now=now())
    assert await heard(admin, "deliveries") == {"failing": 0}
    await admin.aclose()


async def test_others_are_told_nothing_of_deliveries(store: Store) -> None:
    failed_delivery(store)
    told = b"".join([block async for block in stream(Heart(store, every_s=FAST_S), longest_s=2.0)])
    assert b"event: queue" in told
    assert b"deliveries" not in told


@pytest.mark.parametrize("role", Role)
async def test_the_place_for_their_number_is_beside_the_link_of_who_may_open_the_page(
    client_as: ClientAs, role: Role
) -> None:
    client = client_as(role)
    may_open = client.get("/console/deliveries").status_code == 200
    page = client.get("/console/").text
    assert (('href="/console/deliveries"' in page), ('id="failing" hidden' in page)) == (may_open, may_open)


async def test_nothing_of_what_a_patient_says_is_in_the_stream(store: Store) -> None:
    conversation_id = new_talk(store, now())
    listening = stream(Heart(store, every_s=FAST_S), longest_s=1.0)
    told = b""
    say(store, conversation_id, "zanzibarword", now())
    async for block in listening:
        told += block
        if told.count(b"event") == 2:
            say(store, conversation_id, "zanzibarword again", now())
    assert b"zanzibar" not in told
    assert conversation_id.encode() in told


async def test_all_streams_share_one_look_at_the_database_and_without_any_there_is_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    really = Store.pulse

    def counting(self: Store, at: datetime) -> Any:
        nonlocal looks
        looks += 1
        return really(self, at)

    monkeypatch.setattr(Store, "pulse", counting)
    heart = Heart(store, every_s=0.2)
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(20):
            await stack.enter_async_context(heart.listen())
        looks = 0
        await asyncio.sleep(1.1)
        assert 3 <= looks <= 6
    looks = 0
    await asyncio.sleep(0.5)
    assert looks == 0


async def test_who_reads_slowly_is_told_to_look_at_everything(store: Store) -> None:
    heart = Heart(store, every_s=FAST_S)
    async with heart.listen() as beats:
        for number in range(MOST_UNREAD + 20):
            say(store, new_talk(store, now()), str(number), now(), None)
            await asyncio.sleep(FAST_S)
            if beats.full():
                break
        waited = 0
        while beats.full() and waited < 100:
            say(store, new_talk(store, now()), "more", now(), None)
            await asyncio.sleep(FAST_S)
            waited += 1
        assert not beats.full()
        assert (await beats.get()).changed == {None}


async def test_a_database_that_is_away_for_a_moment_ends_no_stream(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    heart = Heart(store, every_s=FAST_S)
    listening = stream(heart)
    await heard(listening, "changed")
    conversation_id = new_talk(store, now())

    def broken(self: Store, at: datetime) -> Any:
        raise OSError("no database")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "pulse", broken)
        await asyncio.sleep(5 * FAST_S)
    say(store, conversation_id, "Does it hurt?", now())
    assert await heard(listening, "changed") == {"conversation": conversation_id}
    await listening.aclose()


async def test_a_stream_says_that_it_lives_and_ends_after_a_while(store: Store) -> None:
    blocks = [block async for block in stream(Heart(store), heartbeat_s=0.1, longest_s=0.5)]
    assert b": still here\n\n" in blocks
    assert blocks[-1].startswith(b"event: end\n")


async def test_who_signs_out_hears_no_more(store: Store) -> None:
    async def never() -> bool:
        return False

    blocks = [block async for block in stream(Heart(store), check=never, heartbeat_s=0.1, longest_s=30)]
    assert not any(b"event: end" in block for block in blocks)


def test_a_probe_tells_who_is_signed_in(client_as: ClientAs, anonymous: Colleague) -> None:
    script = {"X-Requested-With": "fetch"}
    assert client_as(Role.VIEWER).get("/console/events?probe=1", headers=script).status_code == 204
    assert anonymous.get("/console/events?probe=1", headers=script).status_code == 401
    assert anonymous.get("/console/events", headers={"Accept": "text/event-stream"}).status_code == 401
