"""How often somebody is told where help is, and for how long that is remembered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.conversation import echo
from bot.conversation.echo import HOUR, MINUTE, MOST_REPEATS, Echo, Form
from bot.types import Flag
from bot.vocabulary import Level
from tests.channels.delivering import Clock

BREATH = Flag(Level.EMERGENCY, ("E1",), (), "")
SKIN = Flag(Level.EMERGENCY, ("E2",), (), "")
BOTH = Flag(Level.EMERGENCY, ("E1", "E2"), (), "")


def told(found: Echo, flag: Flag, times: int = 1, chat: str = "a") -> list[Form]:
    forms = []
    for _ in range(times):
        forms.append(found.form(chat, flag))
        if forms[-1] is not Form.NOTHING:
            found.note(chat, flag)
    return forms


def test_the_same_again_gets_less_and_a_new_sign_everything() -> None:
    found = Echo(Clock())
    assert told(found, BREATH, 3 + MOST_REPEATS) == [Form.FULL, *[Form.SHORT] * MOST_REPEATS, *[Form.NOTHING] * 2]
    assert told(found, SKIN) == [Form.FULL]
    assert told(found, BOTH) == [Form.NOTHING]
    assert told(found, Flag(Level.URGENT, ("E1",), (), "")) == [Form.FULL]
    assert told(found, Flag(Level.CRISIS, (), (), "")) == [Form.FULL]


def test_however_often_the_same_comes_nobody_is_met_with_silence_for_longer_than_a_minute() -> None:
    clock = Clock()
    found = Echo(clock)
    told(found, BREATH, 1 + MOST_REPEATS)
    for _ in range(9):
        clock.now += MINUTE - timedelta(seconds=1)
        assert told(found, BREATH) == [Form.NOTHING]
        clock.now += timedelta(seconds=1)
        assert told(found, BREATH, 2) == [Form.SHORT, Form.NOTHING]


def test_one_chat_is_not_another_and_what_was_not_sent_counts_as_nothing() -> None:
    found = Echo(Clock())
    assert found.form("a", BREATH) is found.form("a", BREATH) is Form.FULL
    told(found, BREATH)
    assert told(found, BREATH, chat="b") == [Form.FULL]


def test_after_an_hour_nothing_is_remembered() -> None:
    clock = Clock()
    found = Echo(clock)
    told(found, BREATH, 9)
    clock.now += HOUR - timedelta(seconds=1)
    assert told(found, BREATH) == [Form.SHORT]
    clock.now += timedelta(seconds=1)
    told(found, SKIN, chat="b")
    assert list(found._told) == ["b"]
    assert told(found, BREATH) == [Form.FULL]


def test_only_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "MOST_CHATS", 3)
    found = Echo(Clock())
    for chat in ("a", "b", "c", "a", "d"):
        told(found, BREATH, chat=chat)
    assert list(found._told) == ["c", "a", "d"]
