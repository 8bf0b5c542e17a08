from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from bot.errors import StaffError
from bot.people import Staff
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.types import Conversation, Move
from bot.vocabulary import Act, Priority, Reason, Role, State, Status
from tests.store.samples import NOW, later, together

RELEASE = Move(Act.RELEASE, Status.CLAIMED, Status.WAITING, State.WAITING, owner=None, by="ann", why="")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def add(store: Store, login: str, role: Role = Role.AGENT, password_hash: str | None = "hash") -> Staff:
    return store.add_staff(login=login, name=login.title(), role=role, password_hash=password_hash, now=NOW)


def lock_at_three(failures: int) -> timedelta:
    return timedelta(minutes=15) if failures >= 3 else timedelta(0)


def begin(store: Store, staff: Staff, seconds: float = 0) -> bool:
    return store.begin_attempt(staff.id, lock_for=lock_at_three, now=later(seconds)) is not None


def open_session(store: Store, staff: Staff, token_hash: str, **others: object) -> None:
    values: dict[str, object] = {"csrf": "csrf", "is_verified": True, "now": NOW} | others
    store.open_staff_session(staff.id, token_hash, **values)  # type: ignore[arg-type]  # each test names its own


def test_a_login_is_taken_however_it_is_written(store: Store) -> None:
    nora = add(store, "nora")
    with pytest.raises(StaffError) as caught:
        add(store, " NORA ")
    assert caught.value.code == "login_taken"
    found = store.find_login("Nora ")
    assert found is not None
    assert found.staff == nora


def test_of_many_tries_at_once_no_more_are_checked_than_one_after_another(store: Store) -> None:
    nora = add(store, "nora")
    assert sum(together([lambda: begin(store, nora)] * 8)) == 3
    account = store.find_account(nora.id)
    assert account is not None
    assert account.failures == 3


def test_a_locked_account_is_not_checked_until_its_time_is_over(store: Store) -> None:
    nora = add(store, "nora")
    for _ in range(3):
        assert begin(store, nora)
    assert not begin(store, nora, 15 * 60 - 1)
    assert begin(store, nora, 15 * 60)


def test_a_right_password_takes_back_its_own_try_and_a_whole_sign_in_all_of_them(store: Store) -> None:
    nora = add(store, "nora")
    failures = []
    for is_signed_in in (None, None, False, True):
        begin(store, nora)
        if is_signed_in is not None:
            store.end_attempt(nora.id, is_signed_in=is_signed_in)
        account = store.find_account(nora.id)
        assert account is not None
        failures.append(account.failures)
    assert failures == [1, 2, 2, 0]


def test_unlocking_forgets_the_wrong_tries(store: Store) -> None:
    nora = add(store, "nora")
    for _ in range(3):
        begin(store, nora)
    store.unlock_account(nora.id, by=None, now=NOW)
    assert begin(store, nora)


def test_a_rehash_does_not_undo_a_change_of_the_password(store: Store) -> None:
    nora = add(store, "nora", password_hash="old")
    store.set_password_hash(nora.id, "changed")
    store.set_password_hash(nora.id, "old, rehashed", old="old")
    assert store.password_hash(nora.id) == "changed"


def test_a_code_works_once_even_when_it_comes_twice_at_once(store: Store) -> None:
    nora = add(store, "nora")
    store.set_totp(nora.id, SECRET, step=100, recovery_hashes=["r"], now=NOW)
    assert sorted(together([lambda: store.take_totp_step(nora.id, 101)] * 4)) == [False, False, False, True]
    assert not store.take_totp_step(nora.id, 100), "nor does an earlier one"


def test_the_secret_of_the_second_factor_is_unreadable_in_the_database(store: Store, engine: Engine) -> None:
    nora = add(store, "nora")
    store.set_totp(nora.id, SECRET, step=100, recovery_hashes=["r"], now=NOW)
    with engine.connect() as connection:
        stored = bytes(connection.execute(text("SELECT totp_secret FROM staff")).scalar_one())
    assert SECRET.encode() not in stored
    assert store.totp_secret(nora.id) == SECRET


def test_a_recovery_code_works_once_and_for_its_owner_only(store: Store) -> None:
    nora, ben = add(store, "nora"), add(store, "ben")
    store.set_totp(nora.id, SECRET, step=1, recovery_hashes=["one", "two"], now=NOW)
    assert not store.take_recovery_code(ben.id, "one", now=NOW)
    assert sorted(together([lambda: store.take_recovery_code(nora.id, "one", now=NOW)] * 3)) == [False, False, True]
    assert store.recovery_codes_left(nora.id) == 1
    store.set_totp(nora.id, SECRET, step=2, recovery_hashes=["three"], now=NOW)
    assert not store.take_recovery_code(nora.id, "two", now=NOW), "new codes take the place of the old ones"


def test_a_verified_session_has_a_new_token_and_the_old_one_is_worth_nothing(store: Store) -> None:
    nora = add(store, "nora")
    open_session(store, nora, "old", is_verified=False)
    assert store.verify_staff_session("old", "new", csrf="fresh", now=later(9))
    found = store.find_staff_session("new")
    assert found is not None
    assert (found.is_verified, found.csrf, found.created_at) == (True, "fresh", later(9))
    assert store.find_staff_session("old") is None
    assert not store.verify_staff_session("old", "newer", csrf="fresh", now=later(9))


def test_being_there_never_turns_the_clock_back(store: Store) -> None:
    nora = add(store, "nora")
    open_session(store, nora, "token")
    for seconds in (50, 20):
        store.touch_staff_session("token", now=later(seconds))
    found = store.find_staff_session("token")
    assert found is not None
    assert found.seen_at == later(50)


def test_nobody_ends_the_session_of_somebody_else(store: Store) -> None:
    nora, ben = add(store, "nora"), add(store, "ben")
    open_session(store, nora, "noras")
    assert not store.end_staff_session(ben.id, "noras")
    assert store.end_staff_session(nora.id, "noras")


def test_sessions_that_are_long_over_are_swept_at_the_next_sign_in(store: Store, engine: Engine) -> None:
    nora = add(store, "nora")
    open_session(store, nora, "old")
    open_session(store, nora, "new", now=NOW + timedelta(days=2))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT token_hash FROM staff_sessions")).scalars().all() == ["new"]


def test_deactivating_ends_sessions_and_links_at_once_and_gives_back_what_they_hold(
    store: Store, conversation: Conversation, engine: Engine
) -> None:
    add(store, "ann", Role.ADMIN)
    nora = add(store, "nora")
    open_session(store, nora, "token")
    add_link(store, nora, "link")
    handoff_id = store.open_handoff(conversation.id, Reason.ASKED, Priority.NORMAL, by="patient", why="", now=NOW)
    with engine.begin() as connection:
        change = text("UPDATE handoffs SET status = 'claimed', owner = :owner WHERE id = :id")
        connection.execute(change, {"owner": nora.id, "id": handoff_id})
    release = replace(RELEASE, expected_owner=nora.id)
    assert store.deactivate(nora.id, by=None, release=release, now=NOW) == [conversation.id]
    assert store.find_staff_session("token") is None
    assert store.find_link("link", now=NOW) is None
    assert store.conversations_held() == {}
    assert not begin(store, nora), "nor is a password checked"


@pytest.mark.parametrize("act", ["demote", "deactivate"])
def test_the_last_admin_who_can_sign_in_stays_admin(store: Store, act: str) -> None:
    ann = add(store, "ann", Role.ADMIN)
    add(store, "invited", Role.ADMIN, password_hash=None)
    gone = add(store, "gone", Role.ADMIN)
    store.deactivate(gone.id, by=ann, release=RELEASE, now=NOW)
    with pytest.raises(StaffError) as caught:
        _let_go(store, ann, act)
    assert caught.value.code == "last_admin"
    assert store.find_staff(ann.id) == ann


@pytest.mark.parametrize("act", ["demote", "deactivate"])
def test_two_admins_who_let_go_of_one_another_at_once_leave_one(store: Store, act: str) -> None:
    admins = [add(store, "ann", Role.ADMIN), add(store, "bea", Role.ADMIN)]

    def let_go(who: Staff) -> bool:
        try:
            _let_go(store, who, act)
        except StaffError:
            return False
        return True

    assert sorted(together([lambda who=who: let_go(who) for who in admins])) == [False, True]  # type: ignore[misc]
    assert len([one for one in store.all_staff() if one.role is Role.ADMIN and one.is_active]) == 1


def test_a_new_role_ends_the_sessions_of_the_old_one(store: Store) -> None:
    nora = add(store, "nora")
    open_session(store, nora, "token")
    store.change_role(nora.id, Role.LEAD, by=None, release=RELEASE, now=NOW)
    assert store.find_staff_session("token") is None


def test_a_link_used_twice_at_once_lets_one_in(store: Store) -> None:
    nora = add(store, "nora", password_hash=None)
    add_link(store, nora, "link")
    jobs = [lambda n=n: store.use_link("link", password_hash=f"hash {n}", name="Nora", now=NOW) for n in range(4)]
    assert len([found for found in together(jobs) if found is not None]) == 1
    assert store.find_link("link", now=NOW) is None


def test_a_link_works_until_it_expires(store: Store) -> None:
    nora = add(store, "nora", password_hash=None)
    add_link(store, nora, "link")
    assert store.find_link("link", now=later(59)) is not None
    assert store.find_link("link", now=later(60)) is None
    assert store.use_link("link", password_hash="hash", name="Nora", now=later(60)) is None
    assert store.password_hash(nora.id) is None


def test_a_new_link_makes_the_earlier_one_worthless(store: Store) -> None:
    nora = add(store, "nora", password_hash=None)
    add_link(store, nora, "first")
    add_link(store, nora, "second")
    assert store.find_link("first", now=NOW) is None
    assert store.find_link("second", now=NOW) == nora


@pytest.mark.parametrize("resets_totp", [False, True])
def test_a_link_ends_sessions_and_takes_the_second_factor_only_when_it_says_so(store: Store, resets_totp: bool) -> None:
    nora = add(store, "nora")
    store.set_totp(nora.id, SECRET, step=1, recovery_hashes=["one"], now=NOW)
    open_session(store, nora, "token")
    add_link(store, nora, "link", resets_totp=resets_totp)
    assert store.totp_secret(nora.id) == SECRET, "making it changes nothing yet"
    store.use_link("link", password_hash="new", name="Nora", now=NOW)
    assert store.find_staff_session("token") is None
    assert (store.totp_secret(nora.id) is None) == resets_totp
    assert (store.recovery_codes_left(nora.id) == 0) == resets_totp


def test_every_change_of_an_account_is_in_the_audit(store: Store) -> None:
    ann, nora = add(store, "ann", Role.ADMIN), add(store, "nora")
    store.change_role(nora.id, Role.LEAD, by=ann, release=RELEASE, now=NOW)
    store.rename_staff(nora.id, "Nora B", by=ann, now=NOW)
    add_link(store, nora, "link", by=ann)
    store.deactivate(nora.id, by=ann, release=RELEASE, now=NOW)
    store.reactivate(nora.id, by=ann, now=NOW)
    store.unlock_account(nora.id, by=ann, now=NOW)
    lines = store.audit_lines(AuditFilter(staff_id=ann.id), limit=10)
    acts = ["unlocked", "reactivated", "deactivated", "link_made", "name_changed", "role_changed"]
    assert [line.act for line in lines] == acts
    assert lines[-1].detail == "nora: agent to lead"


def add_link(
    store: Store, staff: Staff, token_hash: str, *, resets_totp: bool = False, by: Staff | None = None
) -> None:
    store.add_link(staff.id, token_hash, resets_totp=resets_totp, expires_at=later(60), by=by, now=NOW)


def _let_go(store: Store, who: Staff, act: str) -> None:
    if act == "demote":
        store.change_role(who.id, Role.AGENT, by=None, release=RELEASE, now=NOW)
    else:
        store.deactivate(who.id, by=None, release=RELEASE, now=NOW)
