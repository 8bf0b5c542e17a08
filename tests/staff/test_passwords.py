from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from bot.errors import StaffError
from bot.staff import passwords
from tests.staff.samples import PASSWORD, WRONG

POOR = (
    "short",
    "elevensigns",
    "password1234",
    "P4ssw0rd2024!",
    "passwordpassword",
    "Password!Password!",
    "qwertyuiop123",
    "1234567890123",
    "829374650129",
    "abcdefghijklm",
    "aaaaaaaaaaaaaaa",
    "abababababab",
    "welcome2026!!",
    "adminadmin2026",
    "iloveyousunshine",
    "Mesotherapy2026",
    "nora.b likes tea",
    "my Example-Clinic pass",
    "x" * 513,
)
GOOD = (
    PASSWORD,
    "7x9!k2#m4$p8",
    "correct horse battery cloud",
    "пароль из трёх слов",
    "日本語のパスワードはとても長い",
    "x7Qd-93kf-PwLz",
)


@pytest.mark.parametrize("password", POOR)
def test_what_others_would_guess_is_refused(password: str) -> None:
    with pytest.raises(StaffError) as caught:
        passwords.check_new_password(password, login="nora.b", clinic_name="Example Clinic")
    assert caught.value.code == "password_poor"
    assert password not in str(caught.value)


@pytest.mark.parametrize("password", GOOD)
def test_what_nobody_would_guess_is_taken(password: str) -> None:
    passwords.check_new_password(password, login="nora.b", clinic_name="Example Clinic")
    assert passwords.is_password(passwords.hash_password(password), password)


def test_only_the_right_password_is_right() -> None:
    stored = passwords.hash_password(PASSWORD)
    assert PASSWORD not in stored
    assert passwords.is_password(stored, PASSWORD)
    assert not passwords.is_password(stored, WRONG)
    assert not passwords.is_password(stored, "")
    assert not passwords.is_password(None, PASSWORD)
    assert not passwords.is_password("not a hash", PASSWORD)


def test_the_same_password_has_another_hash_each_time() -> None:
    assert passwords.hash_password(PASSWORD) != passwords.hash_password(PASSWORD)


def test_an_accent_typed_in_one_sign_or_two_is_the_same() -> None:
    stored = passwords.hash_password("caf\u00e9 velvet otter")
    assert passwords.is_password(stored, "cafe\u0301 velvet otter")


def test_broken_signs_do_not_fail() -> None:
    assert not passwords.is_password(passwords.hash_password(PASSWORD), "\ud800 half a pair")


def test_a_hash_of_weaker_parameters_is_outdated() -> None:
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD))
    assert not passwords.is_outdated(passwords.hash_password(PASSWORD))
