from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.gateway import retention
from bot.gateway.careful_clock import CarefulClock
from bot.gateway.retention import erase_expired
from bot.wiring import open_store
from tests.conversation.samples import talk_settings

START = datetime(2025, 3, 29, 12, tzinfo=timezone.utc)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Clocks:
    """A wall clock that can be put forward and back, and one that only runs."""

    def __init__(self) -> None:
        self.wall, self.elapsed_s = START, 0.0
        self.careful = CarefulClock(lambda: self.wall, lambda: self.elapsed_s)

    def run(self, time: timedelta) -> datetime:
        self.wall += time
        self.elapsed_s += time.total_seconds()
        return self.careful.now()


def test_time_that_passes_is_the_time() -> None:
    clocks = Clocks()
    assert [clocks.run(HOUR) - START for _ in range(3)] == [HOUR, 2 * HOUR, 3 * HOUR]


def test_a_clock_that_jumps_a_day_ahead_erases_nothing_early() -> None:
    clocks = Clocks()
    clocks.run(HOUR)
    clocks.wall += DAY
    assert clocks.run(HOUR) == START + 2 * HOUR
    assert clocks.run(HOUR) == START + 3 * HOUR


def test_a_clock_that_stays_ahead_is_believed_after_a_day() -> None:
    clocks = Clocks()
    clocks.wall += 10 * DAY
    clocks.run(HOUR)
    assert clocks.run(23 * HOUR) == START + DAY
    assert clocks.run(2 * HOUR) == START + 11 * DAY + 2 * HOUR


def test_a_clock_that_jumps_back_is_believed_at_once() -> None:
    clocks = Clocks()
    clocks.wall -= DAY
    assert clocks.run(HOUR) == START - DAY + HOUR


def test_a_clock_that_comes_right_again_is_believed() -> None:
    clocks = Clocks()
    clocks.wall += DAY
    clocks.run(HOUR)
    clocks.wall -= DAY
    assert clocks.run(HOUR) == START + 2 * HOUR
    clocks.wall += DAY
    assert clocks.run(HOUR) == START + 3 * HOUR


def test_everything_that_is_over_goes_in_one_round_of_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    store = open_store(talk_settings(tmp_path))
    for _ in range(5):
        store.open_conversation(channel="web", locale="en", token_hash=None, now=START)
    store.save_tracker("shell", "{}", now=START)
    kept = store.open_conversation(channel="web", locale="en", token_hash=None, now=START + 2 * DAY)
    assert erase_expired(store, DAY, START + 2 * DAY) == 5
    assert store.find_conversation(kept.id) is not None
    assert store.load_tracker("shell") is None
