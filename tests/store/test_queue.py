"""The queue: red flags on top, then whoever waits longest; what is shown of each; and what is left out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, update
from sqlalchemy.engine import Engine

from bot.people import Staff
from bot.store.desk_tables import reads, tags
from bot.store.queue import QueuePage, Row
from bot.store.store import Store
from bot.store.tables import handoffs
from bot.store.wanted import NOBODY, Sort, View, Wanted
from bot.types import Envelope, Flag
from bot.vocabulary import Kind, Level, Priority, Reason, Role, Status
from tests.store.samples import NOW, accept, later

ME = "me"
BREATH = Flag(Level.EMERGENCY, ("E1", "E4"), ("can't breathe",), "breathing")
LUMPS = Flag(Level.URGENT, ("U6",), ("lumps",), "late lumps")


def always(_: datetime) -> bool:
    return True


def queue(store: Store, view: View = View.OPEN, **wanted: Any) -> QueuePage:
    return store.queue(Wanted(view, **wanted), me=ME, is_open_at=always, now=NOW)


def shown(page: QueuePage) -> list[str]:
    return [row.conversation_id for row in (*page.pinned, *page.rows)]


def waiting(store: Store, minutes: float, text: str = "Hello?", channel: str = "web") -> str:
    """A conversation that has waited for so long."""
    at = NOW - timedelta(minutes=minutes)
    opened = store.open_conversation(channel=channel, locale="en", token_hash=None, now=at)
    accept(store, opened.id, "first", text, now=at)
    store.open_handoff(opened.id, Reason.ASKED, Priority.NORMAL, by="patient", why="message 1", now=at)
    return opened.id


def flagged(store: Store, minutes: float, flag: Flag = BREATH) -> str:
    at = NOW - timedelta(minutes=minutes)
    opened = store.open_conversation(channel="web", locale="en", token_hash=None, now=at)
    kind = Kind(flag.level.value)
    accept(store, opened.id, "flag", "I can't breathe", flag=flag, replies=[Envelope(kind, "Get help.")], now=at)
    return opened.id


def change_handoff(engine: Engine, conversation_id: str, **values: Any) -> None:
    """Stands in for what staff do: the moves themselves are tested where they are."""
    with engine.begin() as connection:
        change = update(handoffs).where(handoffs.c.conversation_id == conversation_id)
        connection.execute(change.values(**values))


def claim(engine: Engine, conversation_id: str, owner: str = ME) -> None:
    change_handoff(engine, conversation_id, status=Status.CLAIMED.value, owner=owner)


def colleague(store: Store, name: str) -> Staff:
    return store.add_staff(login=name, name=name, role=Role.AGENT, password_hash=None, now=NOW)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(*arguments: Any) -> None:
        sent.append(arguments[2])

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_red_flags_are_pinned_above_every_order(store: Store, engine: Engine) -> None:
    old, new = waiting(store, 60), waiting(store, 1)
    danger, earlier = flagged(store, 2), flagged(store, 9, LUMPS)
    for sort in Sort:
        page = queue(store, sort=sort)
        assert [row.conversation_id for row in page.pinned] == [danger, earlier]
        assert {row.conversation_id for row in page.rows} == {old, new}


def test_among_red_flags_an_emergency_comes_first_then_the_longest_wait_and_claimed_ones_last(
    store: Store, engine: Engine
) -> None:
    lumps, late, soon, mine = flagged(store, 90, LUMPS), flagged(store, 30), flagged(store, 1), flagged(store, 99)
    claim(engine, mine)
    assert [row.conversation_id for row in queue(store).pinned] == [late, soon, lumps, mine]


def test_whoever_waits_longest_comes_first_and_claimed_ones_last(store: Store, engine: Engine) -> None:
    short, long, middle = waiting(store, 1), waiting(store, 60), waiting(store, 5)
    mine = waiting(store, 90)
    claim(engine, mine)
    assert shown(queue(store)) == [long, middle, short, mine]


def test_who_was_given_back_waits_from_then_on(store: Store, engine: Engine) -> None:
    long, back = waiting(store, 30), waiting(store, 60)
    change_handoff(engine, back, waiting_since=later(-60))
    assert shown(queue(store)) == [long, back]


def test_other_orders(store: Store, engine: Engine) -> None:
    zoe, abe = colleague(store, "Zoe"), colleague(store, "Abe")
    first, second, third = waiting(store, 30), waiting(store, 20), waiting(store, 10)
    accept(store, first, "later", "Anybody?", now=later(-30))
    claim(engine, first, zoe.id)
    claim(engine, third, abe.id)
    assert shown(queue(store, sort=Sort.NEWEST)) == [third, second, first]
    assert shown(queue(store, sort=Sort.MESSAGE)) == [first, third, second]
    assert shown(queue(store, sort=Sort.OWNER)) == [third, first, second]


def test_a_row_tells_what_staff_need(store: Store, engine: Engine) -> None:
    nora = colleague(store, "Nora")
    conversation_id = waiting(store, 14, channel="whatsapp")
    accept(store, conversation_id, "second", "price\n for   both arms", now=later(-60))
    claim(engine, conversation_id, nora.id)
    with engine.begin() as connection:
        connection.execute(insert(reads).values(conversation_id=conversation_id, staff_id=ME, seq=1))
        connection.execute(insert(tags).values(conversation_id=conversation_id, tag="price"))
    (row,) = queue(store).rows
    assert (row.conversation_id, row.channel, row.status, row.reason) == (
        conversation_id,
        "whatsapp",
        Status.CLAIMED,
        Reason.ASKED,
    )
    assert (row.owner, row.owner_name, row.last_at) == (nora.id, "Nora", later(-60))
    assert row.waiting_since == NOW - timedelta(minutes=14)
    assert (row.glance.words, row.glance.unread, row.glance.tags) == ("price for both arms", 1, ("price",))


def test_a_red_flag_shows_its_signs_and_the_most_urgent_level(store: Store) -> None:
    conversation_id = flagged(store, 5, LUMPS)
    again = [Envelope(Kind.EMERGENCY, "Get help.")]
    accept(store, conversation_id, "worse", "and I can't breathe", flag=BREATH, replies=again, now=later(-60))
    (row,) = queue(store).pinned
    assert (row.priority, row.glance.level, row.glance.codes) == (Priority.URGENT, Level.EMERGENCY, ("U6", "E1", "E4"))
    assert row.glance.words == "and I can't breathe"


def test_long_words_are_shortened(store: Store) -> None:
    waiting(store, 1, "word " * 800)
    (row,) = queue(store).rows
    assert len(row.glance.words) <= 160
    assert row.glance.words.endswith("word…")


def test_each_view_has_its_own(store: Store, engine: Engine) -> None:
    waits, mine, theirs, closed = (waiting(store, minutes) for minutes in (1, 2, 3, 4))
    claim(engine, mine)
    claim(engine, theirs, "somebody")
    change_handoff(engine, closed, status=Status.CLOSED.value)
    talk = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id
    accept(store, talk, "asks", now=later(-60))
    silent = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW).id
    accept(store, silent, "asks", now=later(-7200))
    found = {view: set(shown(queue(store, view))) for view in View}
    assert found[View.OPEN] == {waits, mine, theirs}
    assert found[View.MINE] == {mine}
    assert found[View.WAITING] == {waits}
    assert found[View.CLAIMED] == {mine, theirs}
    assert found[View.CLOSED] == {closed}
    assert found[View.BOT] == {talk}
    assert queue(store).counts == {
        View.OPEN: 3,
        View.MINE: 1,
        View.WAITING: 1,
        View.CLAIMED: 2,
        View.OUT_OF_HOURS: 0,
    }


def test_what_came_in_while_the_clinic_was_closed(store: Store) -> None:
    night, day = waiting(store, 60 * 9), waiting(store, 10)
    page = store.queue(Wanted(View.OUT_OF_HOURS), me=ME, is_open_at=lambda at: at > NOW - timedelta(hours=1), now=NOW)
    assert shown(page) == [night]
    assert page.counts[View.OUT_OF_HOURS] == 1
    assert day not in shown(page)


@pytest.mark.parametrize("view", list(View))
def test_no_view_and_no_filter_hides_a_red_flag_that_waits(store: Store, view: View) -> None:
    danger = flagged(store, 2)
    page = queue(store, view, reason=Reason.ASKED, channel="telegram", tag="none", owner="nora")
    assert [row.conversation_id for row in page.pinned] == [danger]


def test_a_red_flag_that_a_colleague_has_is_not_mine(store: Store, engine: Engine) -> None:
    danger = flagged(store, 2)
    claim(engine, danger, "somebody")
    assert shown(queue(store, View.MINE)) == []
    assert shown(queue(store, View.CLAIMED)) == [danger]


def test_filters_leave_out_the_others(store: Store, engine: Engine) -> None:
    web, phone, tagged = waiting(store, 1), waiting(store, 2, channel="whatsapp"), waiting(store, 3)
    change_handoff(engine, web, reason=Reason.QUESTIONNAIRE.value)
    claim(engine, phone, "nora")
    with engine.begin() as connection:
        connection.execute(insert(tags).values(conversation_id=tagged, tag="price"))
    assert shown(queue(store, reason=Reason.QUESTIONNAIRE)) == [web]
    assert shown(queue(store, channel="whatsapp")) == [phone]
    assert shown(queue(store, tag="price")) == [tagged]
    assert shown(queue(store, owner="nora")) == [phone]
    assert shown(queue(store, owner=NOBODY)) == [tagged, web]
    assert store.queue_choices() == (["web", "whatsapp"], ["price"])


def test_pages_hold_fifty_and_miss_nobody(store: Store) -> None:
    danger = flagged(store, 500)
    everybody = {waiting(store, minutes) for minutes in range(60)}
    first, second = queue(store), queue(store, page=1)
    assert (len(first.rows), first.has_more, len(second.rows), second.has_more) == (50, True, 10, False)
    assert set(shown(first)) | set(shown(second)) == everybody | {danger}
    assert danger not in shown(second)


def test_three_hundred_rows_take_no_more_statements_than_one(store: Store, engine: Engine) -> None:
    waiting(store, 1)
    with counted(engine) as few:
        queue(store)
    for minutes in range(60):
        waiting(store, minutes)
    with counted(engine) as many:
        assert len(queue(store).rows) == 50
    assert len(many) == len(few)


def test_an_erased_conversation_leaves_the_queue(store: Store) -> None:
    conversation_id = waiting(store, 5)
    store.erase(conversation_id, now=NOW)
    assert shown(queue(store)) == []


def test_a_view_that_somebody_saved_is_theirs_alone(store: Store) -> None:
    nora, dan = colleague(store, "Nora"), colleague(store, "Dan")
    assert store.save_view(nora.id, "Phones", "channel=whatsapp")
    assert store.save_view(nora.id, "Phones", "channel=telegram")
    (view,) = store.saved_views(nora.id)
    assert (view.name, view.query) == ("Phones", "channel=telegram")
    assert store.saved_views(dan.id) == []
    store.delete_view(dan.id, view.id)
    assert len(store.saved_views(nora.id)) == 1
    store.delete_view(nora.id, view.id)
    assert store.saved_views(nora.id) == []


def test_nobody_saves_more_than_twenty_views(store: Store) -> None:
    nora = colleague(store, "Nora")
    assert [store.save_view(nora.id, str(number), "") for number in range(21)] == [True] * 20 + [False]
    assert len(store.saved_views(nora.id)) == 20


def test_rows_are_made_of_known_words(store: Store) -> None:
    waiting(store, 1)
    (row,) = queue(store).rows
    assert isinstance(row, Row)
    assert row.status is Status.WAITING
