from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from bot.privacy.cipher import Cipher
from bot.store.desk_tables import notes, presences
from bot.store.retention import OPEN_REQUEST, SPENT
from bot.store.staff_tables import audit, counts, invitations, staff_sessions
from bot.store.store import Store
from bot.store.tables import erasures
from bot.types import Conversation, Envelope, Move
from bot.vocabulary import Act, Kind, Priority, Reason, State, Status
from tests.store.filled import nurse
from tests.store.samples import ANSWER, NOW, OFFER, accept, later, take, together

MONTH = timedelta(days=30)
DAY = timedelta(days=1)


def _fill(store: Store, conversation_id: str, *, at: datetime = NOW) -> None:
    accept(store, conversation_id, "a", now=at)
    take(store, conversation_id, now=at)
    store.answer(conversation_id, 1, [ANSWER, OFFER], owner="one", now=at)
    store.save_tracker(conversation_id, "{}", now=at)


def _opened(store: Store, *at: datetime) -> list[str]:
    ids = []
    for one in at:
        opened = store.open_conversation(channel="web", locale="en", token_hash=None, now=one)
        _fill(store, opened.id, at=one)
        ids.append(opened.id)
    return ids


def _expire(store: Store, before: datetime, limit: int = 100) -> int:
    """Erase what was last touched before that time, by a rule of 30 days."""
    return store.expire(now=before + MONTH, retention=MONTH, limit=limit)


def _count(engine: Engine, table: object) -> int:
    with engine.connect() as connection:
        found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return found


def _tallied(engine: Engine) -> dict[str, int]:
    """What every anonymous counter has come to."""
    with engine.connect() as connection:
        found = connection.execute(select(counts.c.name, func.sum(counts.c.n)).group_by(counts.c.name)).all()
    return {row[0]: int(row[1]) for row in found}


def _request(store: Store, conversation_id: str) -> str:
    return store.open_handoff(conversation_id, Reason.ASKED, Priority.NORMAL, by="patient", why="", now=NOW)


def test_it_erases_what_was_touched_before_and_nothing_else(store: Store) -> None:
    opened = _opened(store, *(later(n) for n in range(4)))
    assert _expire(store, later(2)) == 2
    assert [store.find_conversation(one) is None for one in opened] == [True, True, False, False]
    assert store.load_tracker(opened[0]) is None
    assert store.load_tracker(opened[2]) is not None


def test_it_works_in_portions_oldest_first_and_goes_on_where_it_stopped(store: Store) -> None:
    opened = _opened(store, *(later(-n) for n in range(3)))
    assert _expire(store, later(1), limit=2) == 2
    assert store.find_conversation(opened[0]) is not None
    assert _expire(store, later(1), limit=2) == 1
    assert _expire(store, later(1), limit=2) == 0


def test_several_at_once_erase_each_conversation_once(engine: Engine, store: Store, key: str) -> None:
    _opened(store, *(later(n) for n in range(12)))
    erased = together([lambda: _expire(Store(engine, Cipher(key)), later(60))] * 3)
    assert sum(erased) == 12
    assert _count(engine, erasures) == 12


def test_a_message_of_staff_keeps_the_talk_as_one_of_the_patient_does(store: Store) -> None:
    (talk,) = _opened(store, NOW)
    handoff = _request(store, talk)
    move = Move(Act.CLAIM, Status.WAITING, Status.CLAIMED, State.HUMAN, "anna", "anna", "")
    assert store.move_handoff(handoff, move, now=NOW)
    assert store.staff_reply(handoff, "Hello", by="anna", name="Anna", now=NOW + 20 * DAY)
    back = Move(Act.HAND_BACK, Status.CLAIMED, Status.HANDED_BACK, State.BOT, None, "anna", "")
    assert store.move_handoff(handoff, back, now=NOW + 20 * DAY)
    assert store.expire(now=NOW + 49 * DAY, retention=MONTH, limit=9) == 0
    assert store.expire(now=NOW + 51 * DAY, retention=MONTH, limit=9) == 1


def test_a_note_of_yesterday_keeps_the_talk(engine: Engine, store: Store, key: str) -> None:
    (talk,) = _opened(store, NOW)
    note = {"at": NOW + 29 * DAY, "staff_id": "anna", "staff_name": "Anna", "body": Cipher(key).seal("call back")}
    with engine.begin() as connection:
        connection.execute(notes.insert().values(conversation_id=talk, **note))
    assert store.expire(now=NOW + 31 * DAY, retention=MONTH, limit=9) == 0
    assert store.expire(now=NOW + 60 * DAY, retention=MONTH, limit=9) == 1


def test_a_request_that_waits_outlives_a_short_rule_but_not_for_ever(store: Store) -> None:
    waiting, plain = _opened(store, NOW, NOW)
    _request(store, waiting)
    assert store.expire(now=NOW + 2 * DAY, retention=DAY, limit=9) == 1
    assert store.find_conversation(plain) is None
    assert store.find_conversation(waiting) is not None
    assert store.expire(now=NOW + OPEN_REQUEST - DAY, retention=DAY, limit=9) == 0
    assert store.expire(now=NOW + OPEN_REQUEST + DAY, retention=DAY, limit=9) == 1


def test_nothing_is_erased_while_somebody_looks_at_it(engine: Engine, store: Store) -> None:
    (talk,) = _opened(store, NOW)
    now = NOW + 31 * DAY
    looking = {"who": "anna", "name": "Anna", "looking_until": now + timedelta(seconds=30)}
    with engine.begin() as connection:
        connection.execute(presences.insert().values(conversation_id=talk, **looking))
    assert store.expire(now=now, retention=MONTH, limit=9) == 0
    assert store.expire(now=now + timedelta(minutes=1), retention=MONTH, limit=9) == 1


@pytest.mark.parametrize("waits", [True, False])
def test_the_day_that_patients_are_told_is_the_day_of_erasing(waits: bool, store: Store) -> None:
    (talk,) = _opened(store, NOW)
    if waits:
        _request(store, talk)
    held = store.held(talk, retention=DAY)
    assert held is not None
    assert held.until == NOW + (OPEN_REQUEST if waits else DAY)
    assert store.expire(now=held.until - timedelta(minutes=1), retention=DAY, limit=9) == 0
    assert store.expire(now=held.until + timedelta(minutes=1), retention=DAY, limit=9) == 1


def test_a_receipt_carries_the_time_of_erasing(store: Store, conversation: Conversation) -> None:
    _expire(store, later(1))
    age = datetime.now(timezone.utc) - store.erase(conversation.id, now=NOW).erased_at
    assert timedelta(0) <= age < timedelta(minutes=1)


def test_old_trackers_without_a_conversation_go(store: Store, conversation: Conversation) -> None:
    for name, at in (("old", NOW), ("new", later(5)), (conversation.id, later(-1000))):
        store.save_tracker(name, "{}", now=at)
    store.tidy(now=later(5) + MONTH, retention=MONTH)
    kept = [name for name in ("old", "new", conversation.id) if store.load_tracker(name)]
    assert kept == ["new", conversation.id]


@pytest.mark.parametrize("age", [SPENT - DAY, SPENT + DAY])
def test_signs_in_and_links_that_open_nothing_any_more_go(age: timedelta, engine: Engine, store: Store) -> None:
    anna = nurse(store)
    store.open_staff_session(anna.id, "session", csrf="c", is_verified=True, now=NOW - age)
    links = [
        {"token_hash": "used", "expires_at": NOW + DAY, "used_at": NOW - age},
        {"token_hash": "expired", "expires_at": NOW - age, "used_at": None},
        {"token_hash": "fresh", "expires_at": NOW + DAY, "used_at": None},
    ]
    with engine.begin() as connection:
        for link in links:
            connection.execute(
                invitations.insert().values(staff_id=anna.id, created_at=NOW - age, resets_totp=False, **link)
            )
    store.tidy(now=NOW, retention=MONTH)
    is_old = age > SPENT
    assert _count(engine, staff_sessions) == (0 if is_old else 1)
    assert _count(engine, invitations) == (1 if is_old else 3)
    assert store.find_staff(anna.id) is not None


def test_presences_go_in_time(engine: Engine, store: Store, conversation: Conversation) -> None:
    with engine.begin() as connection:
        for who, until in (("anna", later(-1)), ("bob", later(1))):
            row = {"who": who, "name": who, "looking_until": until}
            connection.execute(presences.insert().values(conversation_id=conversation.id, **row))
    store.tidy(now=NOW, retention=MONTH)
    assert _count(engine, presences) == 1


def test_audit_and_counts_stay(engine: Engine, store: Store) -> None:
    (talk,) = _opened(store, NOW)
    with engine.begin() as connection:
        line = {"at": NOW, "staff_name": "Anna", "act": "view", "detail": ""}
        connection.execute(audit.insert().values(**line))
    before = _tallied(engine)
    assert before
    store.expire(now=NOW + 400 * DAY, retention=MONTH, limit=9)
    store.tidy(now=NOW + 400 * DAY, retention=MONTH)
    assert store.find_conversation(talk) is None
    assert _count(engine, audit) == 1
    assert {one: n for one, n in _tallied(engine).items() if one != "erased"} == before


def test_what_is_held_is_counted_and_never_quoted(store: Store, conversation: Conversation) -> None:
    accept(store, conversation.id, "a", "a secret")
    take(store, conversation.id)
    sent = Envelope(Kind.QUESTIONNAIRE, "Thanks.", assessment={"protocol_hash": "h"})
    store.answer(conversation.id, 1, [sent], owner="one", now=NOW)
    held = store.held(conversation.id, retention=MONTH)
    assert held is not None
    assert (held.messages, held.questionnaires, held.handoffs, held.contacts, held.notes) == (2, 1, 0, 0, 0)
    assert (held.since, held.until) == (NOW, NOW + MONTH)
    assert "secret" not in repr(held)
    assert store.held("nobody", retention=MONTH) is None
