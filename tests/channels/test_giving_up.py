"""A message to a patient's app that fails again and again: given up before it silences the whole talk."""

from __future__ import annotations

import pytest

from bot.channels.delivery import MOST_ATTEMPTS, Courier
from bot.errors import DeliveryError
from bot.store.outbox import Leased, Outgoing
from bot.store.store import Store
from bot.vocabulary import Sending
from tests.channels.delivering import Clock, Refusing
from tests.store.samples import NOW

pytestmark = pytest.mark.anyio

BUSY = DeliveryError("app_busy")


class Picky:
    """Takes all messages but those with these keys; `sent` are those that arrived."""

    def __init__(self, *refused: str) -> None:
        self.refused = set(refused)
        self.sent: list[str] = []

    async def send(self, leased: Leased) -> None:
        if leased.outgoing.key in self.refused:
            raise BUSY
        self.sent.append(leased.outgoing.key)


def message(key: str, lane: str = "chat:a", kind: str = "telegram") -> Outgoing:
    return Outgoing(key, lane, kind, {"seq": 1})


async def minutes(courier: Courier, clock: Clock, count: int) -> None:
    for _ in range(count):
        await courier.deliver_due()
        clock.forward(minutes=1)


async def test_one_that_the_app_cannot_take_is_given_up_and_the_rest_follows_in_order(
    store: Store, clock: Clock
) -> None:
    store.enqueue_all([message(key) for key in ("1", "2", "3", "4")], now=NOW)
    picky = Picky("1", "3")
    courier = Courier(store, {"telegram": picky}, clock=clock)
    await minutes(courier, clock, 30)
    assert picky.sent == []
    await minutes(courier, clock, 30)
    assert picky.sent == ["2"]
    await minutes(courier, clock, 60)
    assert picky.sent == ["2", "4"]
    failed = [one.error for one in store.deliveries(limit=9) if one.status is Sending.FAILED]
    assert failed == ["app_busy", "app_busy"]


async def test_one_that_nothing_waits_behind_is_given_up_after_some_hours(store: Store, clock: Clock) -> None:
    store.enqueue_all([message("1"), message("other", "chat:b")], now=NOW)
    courier = Courier(store, {"telegram": Picky("1")}, clock=clock)
    await minutes(courier, clock, 4 * 60)
    assert [one.status for one in store.deliveries(limit=9) if one.status is not Sending.SENT] == [Sending.WAITING]
    await minutes(courier, clock, 4 * 60)
    assert store.failing_deliveries() == 1
    assert [one.status for one in store.deliveries(limit=9) if one.status is not Sending.SENT] == [Sending.FAILED]


@pytest.mark.parametrize("code", ["no_connection", "not_set_up", "bad_token"])
async def test_while_the_app_cannot_be_reached_at_all_nothing_is_given_up(
    store: Store, clock: Clock, code: str
) -> None:
    store.enqueue_all([message("1"), message("2")], now=NOW)
    broken = Refusing(DeliveryError(code))
    await minutes(Courier(store, {"telegram": broken}, clock=clock), clock, 24 * 60)
    assert {one.status for one in store.deliveries(limit=9)} == {Sending.WAITING}
    busy = Refusing(BUSY)
    while not busy.calls:
        await minutes(Courier(store, {"telegram": busy}, clock=clock), clock, 1)
    assert {one.status for one in store.deliveries(limit=9)} == {Sending.WAITING}, "its first words are no end"
    mended = Picky()
    await minutes(Courier(store, {"telegram": mended}, clock=clock), clock, 90)
    assert mended.sent == ["1", "2"]


async def test_a_mail_to_staff_is_tried_for_days_as_before(store: Store, clock: Clock) -> None:
    store.enqueue_all([message("1", kind="email"), message("2", kind="email")], now=NOW)
    courier = Courier(store, {"email": Picky("1")}, clock=clock)
    for _ in range(24 * 2):
        await courier.deliver_due()
        clock.forward(hours=1)
    (first,) = [one for one in store.deliveries(limit=9) if one.attempts]
    assert first.status is Sending.WAITING
    assert first.attempts < MOST_ATTEMPTS
