"""The courier with real servers, on both databases."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest

from bot.channels.delivery import AT_ONCE, MOST_ATTEMPTS, PAUSES_S, Courier, pause_s
from bot.errors import DeliveryError, NotNeeded
from bot.store.outbox import Leased
from bot.store.store import Store
from bot.vocabulary import Sending
from tests.channels.delivering import Clock, Refusing, state
from tests.channels.mail_server import HANG, MailServer, free_port, mail_server
from tests.channels.receiver import Receiver
from tests.channels.samples import NURSE, email, mailer, post, poster
from tests.store.samples import NOW

pytestmark = pytest.mark.anyio


async def test_each_kind_goes_its_way(store: Store, mail: MailServer, hook: Receiver, clock: Clock) -> None:
    store.enqueue_all([email(), post("b")], now=NOW)
    courier = Courier(store, {"email": mailer(mail.port), "webhook": poster(hook.url)}, clock=clock)
    await courier.deliver_due()
    assert (mail.receivers, len(hook.posts)) == ([NURSE], 1)
    assert {one.status for one in store.deliveries(limit=9)} == {Sending.SENT}
    await courier.deliver_due()
    assert (len(mail.messages), len(hook.posts)) == (1, 1)


async def test_a_mail_server_that_is_down_for_a_day_loses_nothing(store: Store, clock: Clock) -> None:
    port = free_port()
    store.enqueue_all([email()], now=NOW)
    courier = Courier(store, {"email": mailer(port)}, clock=clock)
    for _ in range(24 * 6):
        await courier.deliver_due()
        clock.forward(minutes=10)
    assert (state(store).status, state(store).error) == (Sending.WAITING, "no_connection")
    assert 20 <= state(store).attempts <= 40, "hourly, after the first few"
    assert store.failing_deliveries() == 1
    with mail_server(port=port) as server:
        for _ in range(12):
            await courier.deliver_due()
            clock.forward(minutes=10)
        assert len(server.messages) == 1
    assert (state(store).status, state(store).error) == (Sending.SENT, None)


async def test_after_three_days_it_is_given_up_until_somebody_sends_it_again(store: Store, clock: Clock) -> None:
    port = free_port()
    store.enqueue_all([email()], now=NOW)
    courier = Courier(store, {"email": mailer(port)}, clock=clock)
    for _ in range(3 * 60):
        await courier.deliver_due()
        clock.forward(minutes=20)
    assert state(store).status is Sending.WAITING
    for _ in range(3 * 50):
        await courier.deliver_due()
        clock.forward(minutes=20)
    assert (state(store).status, state(store).attempts) == (Sending.FAILED, MOST_ATTEMPTS)
    with mail_server(port=port) as server:
        await courier.deliver_due()
        assert server.messages == []
        assert store.send_again(state(store).id, now=clock.now)
        await courier.deliver_due()
        assert len(server.messages) == 1


async def test_a_busy_server_is_asked_again_soon(store: Store, mail: MailServer, clock: Clock) -> None:
    mail.refusals = ["451 Busy", "421 Later"]
    store.enqueue_all([email()], now=NOW)
    courier = Courier(store, {"email": mailer(mail.port)}, clock=clock)
    await courier.deliver_due()
    assert (state(store).error, state(store).status) == ("smtp_451", Sending.WAITING)
    assert 4 <= (state(store).due_at - NOW).total_seconds() <= 6
    for seconds in (6, 36):
        clock.forward(seconds=seconds)
        await courier.deliver_due()
    assert (len(mail.messages), state(store).status, state(store).attempts) == (1, Sending.SENT, 3)


async def test_a_refusal_for_good_is_not_repeated(store: Store, mail: MailServer, clock: Clock) -> None:
    mail.refusals = ["550 Spam"]
    store.enqueue_all([email()], now=NOW)
    courier = Courier(store, {"email": mailer(mail.port)}, clock=clock)
    await courier.deliver_due()
    clock.forward(days=1)
    await courier.deliver_due()
    assert (state(store).status, state(store).error, mail.messages) == (Sending.FAILED, "smtp_550", [])


async def test_a_server_that_hangs_holds_up_nobody_else(store: Store, mail: MailServer, hook: Receiver) -> None:
    clock = Clock()
    mail.refusals = [HANG]
    store.enqueue_all([email("hangs"), *(post(f"post {n}") for n in range(6))], now=NOW)
    courier = Courier(store, {"email": mailer(mail.port), "webhook": poster(hook.url)}, limit_s=2.0, clock=clock)
    delivering = asyncio.create_task(courier.deliver_due())
    await asyncio.sleep(1.5)
    assert len(hook.posts) == 6
    assert not delivering.done()
    await delivering
    (hung,) = [one for one in store.deliveries(limit=9) if one.kind == "email"]
    assert (hung.status, hung.error) == (Sending.WAITING, "timeout")


async def test_only_a_few_are_under_way_at_once(store: Store, clock: Clock) -> None:
    under_way: list[int] = [0]

    class Slow:
        async def send(self, _leased: Leased) -> None:
            under_way.append(under_way[-1] + 1)
            await asyncio.sleep(0.02)
            under_way.append(under_way[-1] - 1)

    store.enqueue_all([post(str(n)) for n in range(3 * AT_ONCE)], now=NOW)
    await Courier(store, {"webhook": Slow()}, clock=clock).deliver_due()
    assert max(under_way) == AT_ONCE
    assert {one.status for one in store.deliveries(limit=99)} == {Sending.SENT}


async def test_a_lane_keeps_its_order_while_the_first_fails(store: Store, mail: MailServer, clock: Clock) -> None:
    mail.refusals = ["451 Busy"]
    store.enqueue_all([email("1", lane="talk"), email("2", lane="talk"), email("3", lane="talk")], now=NOW)
    courier = Courier(store, {"email": mailer(mail.port)}, clock=clock)
    await courier.deliver_due()
    assert mail.messages == []
    clock.forward(seconds=6)
    await courier.deliver_due()
    assert [message["Subject"] for message in mail.messages] == ["Subject 1", "Subject 2", "Subject 3"]


async def test_a_retry_waits_as_long_as_the_receiver_asks(store: Store, hook: Receiver, clock: Clock) -> None:
    hook.answers = [(429, {"Retry-After": "600"})]
    store.enqueue_all([post()], now=NOW)
    await Courier(store, {"webhook": poster(hook.url)}, clock=clock).deliver_due()
    assert state(store).due_at == NOW + timedelta(seconds=600)


async def test_what_nobody_set_up_waits_and_says_so(store: Store, clock: Clock) -> None:
    store.enqueue_all([email()], now=NOW)
    await Courier(store, {}, clock=clock).deliver_due()
    assert (state(store).status, state(store).error) == (Sending.WAITING, "not_set_up")


async def test_an_unexpected_error_is_logged_without_its_words_and_tried_again(
    store: Store, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    store.enqueue_all([post()], now=NOW)
    await Courier(store, {"webhook": Refusing(KeyError("boom"))}, clock=clock).deliver_due()
    assert (state(store).status, state(store).error) == (Sending.WAITING, "crashed")
    assert "boom" not in "".join(record.getMessage() for record in caplog.records)


async def test_one_that_ended_every_process_that_tried_is_given_up(store: Store, clock: Clock) -> None:
    store.enqueue_all([post()], now=NOW)
    for _ in range(MOST_ATTEMPTS):
        assert store.lease_due("dies", now=clock.now, seconds=1, limit=1)
        clock.forward(seconds=2)
    transport = Refusing(DeliveryError("never called"))
    await Courier(store, {"webhook": transport}, clock=clock).deliver_due()
    assert (state(store).status, transport.calls) == (Sending.FAILED, 0)


async def test_what_nobody_needs_is_dropped(store: Store, clock: Clock) -> None:
    store.enqueue_all([post()], now=NOW)
    await Courier(store, {"webhook": Refusing(NotNeeded())}, clock=clock).deliver_due()
    assert (state(store).status, state(store).error, store.failing_deliveries()) == (Sending.DROPPED, None, 0)


async def test_logs_name_no_address(
    store: Store, mail: MailServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    mail.refusals = ["451 Busy"]
    mail.refused_receivers = {"gone@clinic.example": "550 gone@clinic.example is unknown"}
    store.enqueue_all([email("a"), email("b", to="gone@clinic.example")], now=NOW)
    await Courier(store, {"email": mailer(mail.port)}, clock=clock).deliver_due()
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("bot")]
    assert len(lines) == 2
    assert "@" not in "".join(lines)


async def test_what_was_sent_is_cleared_after_thirty_days(store: Store, hook: Receiver, clock: Clock) -> None:
    store.enqueue_all([post()], now=NOW)
    courier = Courier(store, {"webhook": poster(hook.url)}, clock=clock)
    await courier.deliver_due()
    for days, left in ((29, 1), (2, 0)):
        clock.forward(days=days)
        running = asyncio.create_task(courier.deliver_forever())
        await asyncio.sleep(0.3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert len(store.deliveries(limit=9)) == left


def test_pauses_grow_to_an_hour_and_are_spread() -> None:
    for attempt, usual in enumerate([*PAUSES_S, 3600.0, 3600.0], start=1):
        found = {pause_s(attempt) for _ in range(50)}
        assert len(found) > 40
        assert all(0.8 * usual <= one <= 1.2 * usual for one in found)
    assert sum(PAUSES_S) + (MOST_ATTEMPTS - len(PAUSES_S)) * 3600 >= 3 * 24 * 3600
    assert pause_s(1, 10**9) == 24 * 3600
