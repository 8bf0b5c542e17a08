from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher

from bot.privacy.tokens import hash_token
from bot.staff import passwords
from bot.staff.accounts import Accounts, SignedIn, lock_for
from bot.store.audit import AuditFilter
from bot.store.store import Store
from bot.vocabulary import Role
from tests.handoff.samples import desk_at
from tests.staff.samples import NOW, PASSWORD, SECRET, WRONG, acts, add, code_at, later, with_phone


def sign_in(accounts: Accounts, password: str = PASSWORD, now: datetime = NOW) -> SignedIn | None:
    return accounts.sign_in("nora", password, about="Firefox on Linux", now=now)


def test_the_right_password_opens_a_session_whose_token_is_stored_only_hashed(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    found = sign_in(accounts)
    assert found is not None
    assert found.is_verified
    session = store.find_staff_session(hash_token(found.token))
    assert session is not None
    assert session.staff == nora
    assert store.find_staff_session(found.token) is None
    assert acts(store) == ["account_added", "signed_in"]


@pytest.mark.parametrize(("login", "password"), [("nora", WRONG), ("nora", ""), ("nobody", PASSWORD), ("", "")])
def test_anything_else_opens_none_and_is_written_down(
    store: Store, accounts: Accounts, login: str, password: str
) -> None:
    add(store, accounts)
    assert accounts.sign_in(login, password, about="", now=NOW) is None
    line = store.audit_lines(AuditFilter(), limit=1)[0]
    assert line.act == "sign_in_failed"
    assert PASSWORD not in line.detail
    assert WRONG not in line.detail


def test_an_unknown_login_costs_the_time_of_a_known_one(
    accounts: Accounts, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, accounts)
    checked: list[str | None] = []
    real = passwords.is_password
    monkeypatch.setattr(passwords, "is_password", lambda stored, typed: checked.append(stored) or real(stored, typed))
    verified: list[str] = []
    real_verify = PasswordHasher.verify

    def verify(self: PasswordHasher, stored: str, typed: str) -> bool:
        verified.append(stored)
        return real_verify(self, stored, typed)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    accounts.sign_in("nobody", WRONG, about="", now=NOW)
    accounts.sign_in("nora", WRONG, about="", now=NOW)
    assert checked[0] is None
    assert len(verified) == 2, "argon2 runs in both cases"


def test_five_wrong_passwords_lock_for_a_quarter_of_an_hour(store: Store, accounts: Accounts) -> None:
    add(store, accounts)
    for _ in range(5):
        assert sign_in(accounts, WRONG) is None
    assert sign_in(accounts, PASSWORD, later(minutes=14, seconds=59)) is None
    assert sign_in(accounts, PASSWORD, later(minutes=15)) is not None
    assert acts(store).count("locked_out") == 1
    assert sign_in(accounts, WRONG, later(minutes=16)) is None
    assert sign_in(accounts, PASSWORD, later(minutes=16)) is not None, "whoever came in starts from none"


def test_the_lock_doubles_up_to_a_day() -> None:
    minutes = [lock_for(failures) / timedelta(minutes=1) for failures in range(14)]
    assert minutes == [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_trying_while_locked_does_not_lock_for_longer(store: Store, accounts: Accounts) -> None:
    add(store, accounts)
    for minute in range(20):
        sign_in(accounts, WRONG, later(minutes=min(minute, 14)))
    assert sign_in(accounts, PASSWORD, later(minutes=19)) is not None


def test_an_outdated_hash_is_renewed_at_the_next_sign_in(store: Store, accounts: Accounts) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    nora = store.add_staff(login="nora", name="Nora", role=Role.AGENT, password_hash=old, now=NOW)
    assert sign_in(accounts) is not None
    renewed = store.password_hash(nora.id)
    assert renewed is not None
    assert not passwords.is_outdated(renewed)
    assert sign_in(accounts) is not None


@pytest.mark.parametrize("role", [Role.LEAD, Role.ADMIN])
def test_a_lead_or_admin_without_second_factor_is_only_half_in(store: Store, accounts: Accounts, role: Role) -> None:
    add(store, accounts, role=role)
    found = sign_in(accounts)
    assert found is not None
    assert not found.is_verified


def test_the_setting_asks_everybody_for_a_second_factor(store: Store, accounts: Accounts) -> None:
    add(store, accounts)
    strict = Accounts(store, clinic_name="Example Clinic", require_totp=True)
    found = sign_in(strict)
    assert found is not None
    assert not found.is_verified


def test_a_code_works_once(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    with_phone(store, nora)
    found = sign_in(accounts)
    assert found is not None
    assert not found.is_verified
    assert accounts.check_code(nora, code_at(NOW), now=NOW)
    assert not accounts.check_code(nora, code_at(NOW), now=NOW)
    assert not accounts.check_code(nora, code_at(later(seconds=-30)), now=NOW), "nor does the one before"
    assert accounts.check_code(nora, code_at(later(seconds=30)), now=later(seconds=30))


def test_a_recovery_code_works_once_and_says_how_many_are_left(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    made = with_phone(store, nora)
    assert accounts.check_code(nora, made[3].upper(), now=NOW)
    assert not accounts.check_code(nora, made[3], now=NOW)
    used = store.audit_lines(AuditFilter(act="recovery_code_used"), limit=5)
    assert [line.detail for line in used] == ["9 left"]


def test_knowing_the_password_does_not_buy_more_than_five_wrong_codes(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    with_phone(store, nora)
    for _ in range(5):
        # The password again before each code: it must not set the count back.
        assert sign_in(accounts) is not None
        assert not accounts.check_code(nora, "000000", now=NOW)
    assert sign_in(accounts) is None
    assert not accounts.check_code(nora, code_at(NOW), now=NOW)


def test_verifying_changes_the_token(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    with_phone(store, nora)
    half = sign_in(accounts)
    assert half is not None
    whole = accounts.verify(nora, hash_token(half.token), now=NOW)
    assert whole is not None
    assert whole.token != half.token
    assert store.find_staff_session(hash_token(half.token)) is None


def test_a_locked_session_takes_password_or_code_and_counts_wrong_ones(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    with_phone(store, nora)
    assert accounts.check_again(nora, PASSWORD, now=NOW)
    assert accounts.check_again(nora, code_at(NOW), now=NOW)
    assert not accounts.check_again(nora, code_at(NOW), now=NOW)
    for _ in range(4):
        assert not accounts.check_again(nora, WRONG, now=NOW)
    assert not accounts.check_again(nora, PASSWORD, now=NOW)


def test_a_new_password_ends_the_other_sessions(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    here, there = sign_in(accounts), sign_in(accounts)
    assert here is not None
    assert there is not None
    accounts.set_password(nora, "another quiet lamp post", token_hash=hash_token(here.token), now=NOW)
    assert store.find_staff_session(hash_token(here.token)) is not None
    assert store.find_staff_session(hash_token(there.token)) is None
    assert sign_in(accounts) is None
    assert sign_in(accounts, "another quiet lamp post") is not None


def test_the_code_that_proved_a_new_phone_is_used_up_by_that(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    assert accounts.set_totp(nora, SECRET, "000000", now=NOW) is None
    assert accounts.set_totp(nora, "not a secret", code_at(NOW), now=NOW) is None
    made = accounts.set_totp(nora, SECRET, code_at(NOW), now=NOW)
    assert made is not None
    assert len(made) == 10
    assert not accounts.check_code(nora, code_at(NOW), now=NOW)


def test_a_deactivated_account_gets_no_session_from_the_right_password(store: Store, accounts: Accounts) -> None:
    nora = add(store, accounts)
    desk_at(store).let_go(nora, by=None, now=NOW)
    assert sign_in(accounts) is None
