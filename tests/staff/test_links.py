from __future__ import annotations

import pytest

from bot.errors import StaffError
from bot.staff.accounts import Accounts
from bot.staff.links import clean_login, clean_name, first_link, invite, new_link, use_link
from bot.store.store import Store
from bot.vocabulary import Role
from tests.handoff.samples import desk_at
from tests.staff.samples import NOW, PASSWORD, add, later


def token_of(path: str | None) -> str:
    assert path is not None
    start, _, token = path.rpartition("/")
    assert start == "/console/welcome"
    return token


def test_a_link_sets_password_and_name_once(store: Store, accounts: Accounts) -> None:
    nora, path = invite(store, login="Nora@Clinic.example", name="Nora", role=Role.AGENT, by=None, now=NOW)
    token = token_of(path)
    used_by = use_link(store, accounts, token, password=PASSWORD, name="Nora, nurse", now=NOW)
    assert (used_by.id, used_by.name, used_by.login) == (nora.id, "Nora, nurse", "nora@clinic.example")
    assert accounts.sign_in("nora@clinic.example", PASSWORD, about="", now=NOW) is not None
    with pytest.raises(StaffError) as caught:
        use_link(store, accounts, token, password=PASSWORD, name="Nora", now=NOW)
    assert caught.value.code == "link_used"


def test_a_link_is_good_for_a_day(store: Store, accounts: Accounts) -> None:
    _, path = invite(store, login="nora", name="Nora", role=Role.AGENT, by=None, now=NOW)
    with pytest.raises(StaffError, match="older than a day"):
        use_link(store, accounts, token_of(path), password=PASSWORD, name="Nora", now=later(hours=24))
    assert use_link(store, accounts, token_of(path), password=PASSWORD, name="Nora", now=later(hours=23.9))


def test_a_poor_password_does_not_use_the_link_up(store: Store, accounts: Accounts) -> None:
    _, path = invite(store, login="nora", name="Nora", role=Role.AGENT, by=None, now=NOW)
    with pytest.raises(StaffError) as caught:
        use_link(store, accounts, token_of(path), password="password1234", name="Nora", now=NOW)
    assert caught.value.code == "password_poor"
    assert use_link(store, accounts, token_of(path), password=PASSWORD, name="Nora", now=NOW)


def test_each_start_has_a_link_until_somebody_can_administer(store: Store, accounts: Accounts) -> None:
    first, second = first_link(store, now=NOW), first_link(store, now=NOW)
    assert first != second
    assert [one.login for one in store.all_staff()] == ["admin"]
    with pytest.raises(StaffError):
        use_link(store, accounts, token_of(first), password=PASSWORD, name="Ann", now=NOW)
    use_link(store, accounts, token_of(second), password=PASSWORD, name="Ann", now=NOW)
    assert first_link(store, now=NOW) is None


def test_the_first_admin_finds_a_login_that_is_free(store: Store, accounts: Accounts) -> None:
    add(store, accounts, "admin", Role.AGENT)
    assert first_link(store, now=NOW) is not None
    assert {one.login: one.role for one in store.all_staff()} == {"admin": Role.AGENT, "admin-2": Role.ADMIN}


def test_no_link_lets_a_deactivated_account_in(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    token = token_of(new_link(store, nora, by=None, now=NOW))
    desk_at(store).let_go(nora, by=None, now=NOW)
    with pytest.raises(StaffError):
        use_link(store, accounts, token, password=PASSWORD, name="Nora", now=NOW)


@pytest.mark.parametrize("login", ["", " ", "no space", "-dash", "a@b@c", "<script>", "x" * 101])
def test_a_login_looks_like_one(login: str) -> None:
    with pytest.raises(StaffError, match="login"):
        clean_login(login)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "zero\u200bwidth", "turned \u202e round"])
def test_a_name_can_be_shown_to_patients(name: str) -> None:
    with pytest.raises(StaffError, match="name"):
        clean_name(name)


def test_a_name_is_on_one_line() -> None:
    assert clean_name("  Anna\n Ek,\tnurse ") == "Anna Ek, nurse"
