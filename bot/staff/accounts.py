"""Signing in, in the order that the pages ask: password, code, and the password again after a pause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import StaffError
from bot.people import Staff
from bot.privacy.tokens import hash_token, new_token
from bot.staff import codes, passwords
from bot.store.staff import Account
from bot.store.staff_secrets import Attempt
from bot.store.store import Store
from bot.vocabulary import Role

FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(days=1)
MUST_HAVE_TOTP = frozenset({Role.LEAD, Role.ADMIN})


@dataclass(frozen=True)
class SignedIn:
    """A sign-in. `token` goes into the cookie; only its hash is stored."""

    staff: Staff
    token: str
    is_verified: bool


class Accounts:
    """Blocking and thread-safe, like the store that it is handed. Hashing a password takes a tenth of a second."""

    def __init__(self, store: Store, *, clinic_name: str, require_totp: bool = False) -> None:
        self._store = store
        self._clinic_name = clinic_name
        self._require_totp = require_totp

    def sign_in(self, login: str, password: str, *, about: str, now: datetime) -> SignedIn | None:
        """A session after the right password, verified unless a second factor is due. None says nothing of why."""
        account = self._store.find_login(login)
        attempt = self._begin(account, now)
        if not self._is_password(account if attempt else None, password):
            self._write_failure(account, attempt, "password", now)
            return None
        assert account is not None
        return self._open(account, about=about, now=now)

    def enter(self, staff: Staff, *, about: str, now: datetime) -> SignedIn:
        """A session for somebody who has just set their password by a one-time link."""
        account = self._store.find_account(staff.id)
        if account is None:
            raise StaffError("gone", "There is no such account.")
        return self._open(account, about=about, now=now)

    def check_code(self, staff: Staff, code: str, *, now: datetime) -> bool:
        """Whether it is a fresh code of theirs, or an unused recovery code. Either is used up by this."""
        account = self._store.find_account(staff.id)
        attempt = self._begin(account, now)
        if attempt is None or not self._take_code(staff, code, now):
            self._write_failure(account, attempt, "code", now)
            return False
        self._store.end_attempt(staff.id, is_signed_in=True)
        return True

    def check_again(self, staff: Staff, answer: str, *, now: datetime) -> bool:
        """Whether `answer` is their password, or a fresh code: for a locked session and before changing a secret."""
        account = self._store.find_account(staff.id)
        attempt = self._begin(account, now)
        is_right = attempt is not None and (self._take_totp(staff, answer, now) or self._is_password(account, answer))
        if not is_right:
            self._write_failure(account, attempt, "password or code", now)
            return False
        self._store.end_attempt(staff.id, is_signed_in=True)
        return True

    def verify(self, staff: Staff, old_token_hash: str, *, now: datetime) -> SignedIn | None:
        """The session again under a new token, now with everything. None when it had ended meanwhile."""
        renewed = self.renew(staff, old_token_hash, now=now)
        if renewed is not None:
            self._store.audit("signed_in", by=staff, now=now)
        return renewed

    def renew(self, staff: Staff, old_token_hash: str, *, now: datetime) -> SignedIn | None:
        """As `verify`, for somebody who is signed in already."""
        token = new_token()
        if not self._store.verify_staff_session(old_token_hash, hash_token(token), csrf=new_token(), now=now):
            return None
        return SignedIn(staff, token, True)

    def needs_totp(self, role: Role) -> bool:
        """Whether nobody with that role gets in without a second factor."""
        return self._require_totp or role in MUST_HAVE_TOTP

    def set_password(self, staff: Staff, password: str, *, token_hash: str, now: datetime) -> None:
        """Change it and end all sessions but this one. Raises StaffError `password_poor`."""
        self._store.set_password_hash(staff.id, self.checked_hash(password, login=staff.login))
        self._store.end_other_sessions(staff.id, but=token_hash)
        self._store.audit("password_changed", by=staff, now=now)

    def checked_hash(self, password: str, *, login: str) -> str:
        """The hash of a new password. Raises StaffError `password_poor`."""
        passwords.check_new_password(password, login=login, clinic_name=self._clinic_name)
        return passwords.hash_password(password)

    def set_totp(self, staff: Staff, secret: str, code: str, *, now: datetime) -> list[str] | None:
        """Begin to use a second factor, once a code of it was typed. Its recovery codes, or None for a wrong code."""
        step = codes.matching_step(secret, code, now) if codes.is_secret(secret) else None
        if step is None:
            return None
        made = codes.new_recovery_codes()
        hashes = [codes.hash_recovery_code(one) for one in made]
        self._store.set_totp(staff.id, secret, step=step, recovery_hashes=hashes, now=now)
        return made

    def _begin(self, account: Account | None, now: datetime) -> Attempt | None:
        return None if account is None else self._store.begin_attempt(account.staff.id, lock_for=lock_for, now=now)

    def _is_password(self, account: Account | None, password: str) -> bool:
        stored = None if account is None else self._store.password_hash(account.staff.id)
        if not passwords.is_password(stored, password):
            return False
        assert account is not None
        assert stored is not None
        if passwords.is_outdated(stored):
            self._store.set_password_hash(account.staff.id, passwords.hash_password(password), old=stored)
        return True

    def _open(self, account: Account, *, about: str, now: datetime) -> SignedIn:
        staff, token = account.staff, new_token()
        is_verified = not (account.has_totp or self.needs_totp(staff.role))
        self._store.open_staff_session(
            staff.id, hash_token(token), csrf=new_token(), is_verified=is_verified, about=about, now=now
        )
        # Until the code was right too, wrong codes go on counting: the password alone must not set them back.
        self._store.end_attempt(staff.id, is_signed_in=is_verified)
        if is_verified:
            self._store.audit("signed_in", by=staff, now=now)
        return SignedIn(staff, token, is_verified)

    def _take_code(self, staff: Staff, code: str, now: datetime) -> bool:
        if self._take_totp(staff, code, now):
            return True
        if not self._store.take_recovery_code(staff.id, codes.hash_recovery_code(code), now=now):
            return False
        left = self._store.recovery_codes_left(staff.id)
        self._store.audit("recovery_code_used", by=staff, detail=f"{left} left", now=now)
        return True

    def _take_totp(self, staff: Staff, code: str, now: datetime) -> bool:
        if re.fullmatch(r"[\d\s]{6,12}", code) is None or (secret := self._store.totp_secret(staff.id)) is None:
            return False
        step = codes.matching_step(secret, code, now)
        return step is not None and self._store.take_totp_step(staff.id, step)

    def _write_failure(self, account: Account | None, attempt: Attempt | None, what: str, now: datetime) -> None:
        # Never what was typed: people type their password into the wrong field.
        by = None if account is None else account.staff
        self._store.audit("sign_in_failed", by=by, detail=what if account else "unknown login", now=now)
        if attempt is not None and attempt.locked_until is not None:
            detail = f"until {attempt.locked_until:%Y-%m-%d %H:%M} UTC"
            self._store.audit("locked_out", by=by, detail=detail, now=now)


def lock_for(failures: int) -> timedelta:
    """How long an account is locked after so many wrong tries in a row: a quarter of an hour, doubling up to a day."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doublings: int = min(failures - FREE_TRIES, 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
