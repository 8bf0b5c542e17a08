"""Words that may not be stored stay in memory for a while only, and not too many of them."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.channels.events import Inbound, What
from bot.conversation.unsaid import LONGEST, Unsaid

NOW = dt.datetime(2026, 3, 1, 9, tzinfo=dt.timezone.utc)
SECOND = dt.timedelta(seconds=1)


def event(text: str) -> Inbound:
    return Inbound(text, "patient-1", What.TEXT, text)


def test_words_are_there_until_they_are_forgotten() -> None:
    unsaid = Unsaid()
    unsaid.hear("a", event("first"), at=NOW)
    assert unsaid.event("a") == event("first")
    unsaid.forget("a")
    assert "a" not in unsaid
    assert unsaid.event("a") is None


def test_old_words_go_by_themselves_and_newer_ones_stay() -> None:
    unsaid = Unsaid()
    unsaid.hear("a", event("first"), at=NOW)
    unsaid.hear("b", event("second"), at=NOW + SECOND)
    unsaid.forget_old(NOW + LONGEST - SECOND)
    assert list(unsaid) == ["a", "b"]
    unsaid.forget_old(NOW + LONGEST)
    assert list(unsaid) == ["b"]


def test_of_too_many_the_newest_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.unsaid.MOST", 2)
    unsaid = Unsaid()
    for key in ("a", "b", "c"):
        unsaid.hear(key, event(key), at=NOW)
    assert list(unsaid) == ["b", "c"]


def test_what_waits_for_another_attempt_is_named_by_its_row_until_that_begins() -> None:
    unsaid = Unsaid()
    unsaid.hear("a", event("first"), at=NOW)
    unsaid.put_off("a", 7)
    unsaid.put_off("stored by everybody", 8)
    assert unsaid.put_off_here() == (7,)
    unsaid.put_off("a", None)
    assert unsaid.put_off_here() == ()
