"""Passwords: hashed with argon2id, checked in the same time whether or not there is one, and refused when poor."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import StaffError

SHORTEST, LONGEST = 12, 512

LEET = str.maketrans("0134578@$!", "oieastbasi")
ROWS = (
    "01234567890123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
)
FEWEST_SIGNS, FEWEST_LETTERS = 5, 3

# What the most common passwords are made of. Long ones are these, with a number behind, written twice or in leet.
COMMON_WORDS = Path(__file__).with_name("common_words.txt")


def hash_password(password: str) -> str:
    """A salted argon2id hash with its parameters in it."""
    return _hasher().hash(_normal(password))


def is_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind the hash. Takes as long when there is none."""
    try:
        _hasher().verify(_nobodys_hash() if stored is None else stored, _normal(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(stored)


def check_new_password(password: str, *, login: str, clinic_name: str) -> None:
    """Raises StaffError `password_poor`, with what to do, for one that others would guess."""
    whole = _normal(password)
    if len(whole) < SHORTEST:
        raise _poor(f"Use at least {SHORTEST} characters. Three or four words that don't belong together are good.")
    if len(whole) > LONGEST:
        raise _poor(f"Use at most {LONGEST} characters.")
    letters = _squashed(whole)
    for known, said in ((_squashed(login), "your login"), (_squashed(clinic_name), "the clinic's name")):
        if len(known) > 2 and known in letters:
            raise _poor(f"Leave out {said}: it is the first thing that others try.")
    if _is_common(whole):
        raise _poor("This password is too easy to guess. Three or four words that don't belong together are good.")


def _is_common(whole: str) -> bool:
    folded = whole.casefold()
    if len(set(folded)) < FEWEST_SIGNS or any(folded in row or folded in row[::-1] for row in ROWS):
        return True
    if sum(sign.isdigit() for sign in folded) > len(folded) - FEWEST_LETTERS:
        return True
    # What is left of each reading without numbers and signs: "P4ssw0rd2024!" is "password" either way.
    for reading in (folded, re.sub(r"[\W\d_]+$", "", folded).translate(LEET)):
        kept = re.sub(r"[\W\d_]", "", reading)
        if _unit(kept) in _common_words() or _is_two_common_words(kept):
            return True
    return False


def _unit(text: str) -> str:
    """What `text` repeats: "abcabc" is "abc" twice."""
    return text[: (text + text).find(text, 1)]


def _is_two_common_words(text: str) -> bool:
    return any({text[:cut], text[cut:]} <= _common_words() for cut in range(3, len(text) - 2))


@lru_cache(maxsize=1)
def _common_words() -> frozenset[str]:
    return frozenset(COMMON_WORDS.read_text(encoding="utf-8").split())


def _normal(password: str) -> str:
    # Keyboards differ in how they put an accent on a letter; both must give the same password.
    return unicodedata.normalize("NFKC", password.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _squashed(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _poor(message: str) -> StaffError:
    return StaffError("password_poor", message)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")
