"""Changed facts of the clinic and canned replies, as the database keeps them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.people import CannedReply, Staff
from bot.store.office import ChangedMeanwhile
from bot.store.staff_tables import audit
from bot.store.store import Store
from bot.vocabulary import Role
from tests.store.samples import NOW, later, together


@pytest.fixture
def admin(store: Store) -> Staff:
    return store.add_staff(login="ada@example.org", name="Ada", role=Role.ADMIN, password_hash=None, now=NOW)


def acts(store: Store) -> list[tuple[str, str]]:
    with store._read() as connection:
        rows = connection.execute(select(audit).where(audit.c.act.not_like("account%")).order_by(audit.c.id)).all()
    return [(row.act, row.detail) for row in rows]


def test_nothing_is_changed_at_first(store: Store) -> None:
    assert store.clinic_changes() == {}
    assert store.clinic_stamp() == (0, None)


def test_a_change_is_kept_with_when_and_by_whom(store: Store, admin: Staff) -> None:
    hours = {"mon": ["09:00-12:00"], "tue": []}
    store.change_clinic({"opening_hours": hours}, seen={}, by=admin, now=NOW)
    found = store.clinic_changes()["opening_hours"]
    assert (found.value, found.at, found.by) == (hours, NOW, admin.id)
    assert acts(store) == [("setting_changed", "opening_hours")]


def test_a_second_change_needs_to_know_of_the_first(store: Store, admin: Staff) -> None:
    store.change_clinic({"retention_days": 7}, seen={}, by=admin, now=NOW)
    with pytest.raises(ChangedMeanwhile) as caught:
        store.change_clinic({"retention_days": 9, "who_treats": "Lee"}, seen={}, by=admin, now=later(5))
    assert caught.value.names == ("retention_days",)
    assert {name: one.value for name, one in store.clinic_changes().items()} == {"retention_days": 7}
    store.change_clinic({"retention_days": 9}, seen={"retention_days": NOW}, by=admin, now=later(5))
    assert store.clinic_changes()["retention_days"].value == 9


def test_back_to_the_file_is_a_change_like_any_other(store: Store, admin: Staff) -> None:
    store.change_clinic({"retention_days": 7, "who_treats": None}, seen={}, by=admin, now=NOW)
    before = store.clinic_stamp()
    store.change_clinic({}, reset=["retention_days"], seen={"retention_days": NOW}, by=admin, now=later(1))
    assert {name: one.value for name, one in store.clinic_changes().items()} == {"who_treats": None}
    assert store.clinic_stamp() != before
    with pytest.raises(ChangedMeanwhile):
        store.change_clinic({}, reset=["retention_days"], seen={"retention_days": NOW}, by=admin, now=later(2))
    assert acts(store)[-1] == ("setting_reset", "retention_days")


@pytest.mark.parametrize("is_first", [True, False], ids=["never changed", "changed before"])
def test_of_two_who_save_in_the_same_moment_one_is_told(is_first: bool, store: Store, admin: Staff) -> None:
    seen = {} if is_first else {"retention_days": NOW}
    if not is_first:
        store.change_clinic({"retention_days": 5}, seen={}, by=admin, now=NOW)

    def save(days: int) -> str:
        try:
            store.change_clinic({"retention_days": days}, seen=seen, by=admin, now=later(days))
        except ChangedMeanwhile:
            return "told"
        return "saved"

    assert sorted(together([lambda: save(7), lambda: save(8)])) == ["saved", "told"]


def test_canned_replies_are_added_changed_and_sorted_by_title(store: Store, admin: Staff) -> None:
    second = store.add_canned_reply("prices", "Ask us.", by=admin, now=NOW)
    first = store.add_canned_reply("Hello", "Hi, {staff_name} here.", by=admin, now=NOW)
    assert store.canned_replies() == [
        CannedReply(first, "Hello", "Hi, {staff_name} here."),
        CannedReply(second, "prices", "Ask us."),
    ]
    assert store.change_canned_reply(first, "Zum Schluss", "Bye.", by=admin, now=later(1))
    assert [one.title for one in store.canned_replies()] == ["prices", "Zum Schluss"]
    assert not store.change_canned_reply("nothing", "A title", "Text", by=admin, now=later(1))


def test_a_deleted_reply_can_be_brought_back_for_a_few_minutes(store: Store, admin: Staff) -> None:
    reply_id = store.add_canned_reply("Hello", "Hi.", by=admin, now=NOW)
    assert store.delete_canned_reply(reply_id, by=admin, now=NOW)
    assert store.canned_replies() == []
    assert not store.delete_canned_reply(reply_id, by=admin, now=NOW)
    assert not store.change_canned_reply(reply_id, "Hello", "Hi!", by=admin, now=NOW)
    assert store.restore_canned_reply(reply_id, by=admin, now=later(60))
    assert [one.text for one in store.canned_replies()] == ["Hi."]
    store.delete_canned_reply(reply_id, by=admin, now=later(61))
    assert not store.restore_canned_reply(reply_id, by=admin, now=later(3600))
    assert [act for act, _ in acts(store)] == [
        "canned_reply_added",
        "canned_reply_deleted",
        "canned_reply_restored",
        "canned_reply_deleted",
    ]


def test_the_first_replies_come_once(store: Store, admin: Staff) -> None:
    store.ship_canned_replies([("Hello", "Hi.")], now=NOW)
    store.ship_canned_replies([("Hello", "Hi."), ("Bye", "Bye.")], now=NOW)
    (only,) = store.canned_replies()
    assert only.title == "Hello"
    store.delete_canned_reply(only.id, by=admin, now=NOW)
    store.ship_canned_replies([("Hello", "Hi.")], now=NOW)
    assert store.canned_replies() == []
