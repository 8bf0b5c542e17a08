"""While many knock, letting them in comes first, and nobody waits long for being heard."""

from __future__ import annotations

from bot.conversation.rush import LONGEST_S, MOMENT_S, RUSH, RUSH_S, Rush

MOST = 4


class Watch:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_nobody_who_writes_alone_waits_longer_than_a_moment() -> None:
    watch = Watch()
    rush = Rush(watch)
    assert rush.room(MOST) == MOST
    rush.note()
    assert rush.room(MOST) == 0
    watch.at += MOMENT_S
    assert rush.room(MOST) == MOST


def test_nothing_is_begun_in_a_rush_though_it_halts_for_a_moment() -> None:
    watch = Watch()
    rush = Rush(watch)
    for _ in range(RUSH):
        rush.note()
        assert rush.room(MOST) == 0
    watch.at += RUSH_S - 0.01
    assert rush.room(MOST) == 0
    watch.at += 0.01
    assert rush.room(MOST) == MOST


def test_in_a_rush_without_end_one_at_a_time_is_dealt_with_after_two_seconds() -> None:
    watch = Watch()
    rush = Rush(watch)
    rooms = []
    for _ in range(300):
        rush.note()
        rooms.append((watch.at, rush.room(MOST)))
        watch.at += 0.01
    assert {room for since, room in rooms if since < LONGEST_S - 0.001} == {0}
    assert {room for since, room in rooms if since > LONGEST_S + 0.001} == {1}
    watch.at += RUSH_S
    assert rush.room(MOST) == MOST
    rush.note()
    assert rush.room(MOST) == 0, "the next rush begins anew"
