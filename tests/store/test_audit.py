from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from bot.people import Staff
from bot.privacy.tokens import receipt_id
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.types import Conversation
from bot.vocabulary import Role
from tests.store.samples import NOW, later

ALL = AuditFilter()


@pytest.fixture
def nora(store: Store) -> Staff:
    return store.add_staff(login="nora@clinic.example", name="Nora", role=Role.AGENT, password_hash=None, now=NOW)


@pytest.mark.parametrize("statement", ["UPDATE audit SET detail = 'other'", "DELETE FROM audit"])
def test_the_database_refuses_to_change_or_remove_a_line(statement: str, engine: Engine, store: Store) -> None:
    store.audit("looked", by=None, detail="first", now=NOW)
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.execute(text(statement))
    assert [line.detail for line in store.audit_lines(ALL, limit=10)] == ["first"]


def test_the_table_can_not_be_emptied_at_once_either(engine: Engine, store: Store) -> None:
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE.")
    store.audit("looked", by=None, now=NOW)
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.execute(text("TRUNCATE audit"))


def test_a_line_names_the_conversation_by_its_receipt_only(
    store: Store, engine: Engine, nora: Staff, conversation: Conversation
) -> None:
    store.audit("viewed", by=nora, subject=conversation.id, now=NOW)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT * FROM audit")).all()
    assert conversation.id not in str(rows)
    line = store.audit_lines(AuditFilter(conversation_id=conversation.id), limit=10)[0]
    assert (line.subject, line.staff_id, line.staff_name, line.act) == (
        receipt_id(conversation.id),
        nora.id,
        "Nora",
        "viewed",
    )


def test_a_line_outlives_the_conversation(store: Store, nora: Staff, conversation: Conversation) -> None:
    store.audit("viewed", by=nora, subject=conversation.id, now=NOW)
    store.erase(conversation.id, now=NOW)
    assert store.audit_lines(AuditFilter(conversation_id=conversation.id), limit=10)


def test_lines_are_found_by_person_act_and_time(store: Store, nora: Staff) -> None:
    store.audit("viewed", by=nora, detail="a", now=later(1))
    store.audit("viewed", by=None, detail="b", now=later(2))
    store.audit("exported", by=nora, detail="c", now=later(3))

    def found(**wanted: object) -> list[str]:
        lines = store.audit_lines(AuditFilter(**wanted), limit=10)  # type: ignore[arg-type]  # each test names its own
        return [line.detail for line in lines]

    assert found(staff_id=nora.id) == ["c", "a"]
    assert found(act="viewed") == ["b", "a"]
    assert found(start=later(2), end=later(3)) == ["b"]
    assert found(staff_id=nora.id, act="viewed") == ["a"]
    assert store.audit_acts() == ["account_added", "exported", "viewed"]


def test_pages_follow_one_another_without_gap_or_repetition(store: Store) -> None:
    for number in range(5):
        # All in one moment: the order is the one in which they were written.
        store.audit("looked", by=None, detail=str(number), now=NOW)
    seen, before = [], None
    while lines := store.audit_lines(ALL, limit=2, before_id=before):
        seen += [line.detail for line in lines]
        before = lines[-1].id
    assert seen == ["4", "3", "2", "1", "0"]
