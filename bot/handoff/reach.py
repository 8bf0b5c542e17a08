"""Reads a phone number or an e-mail address out of what somebody typed, or says what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, ValidationResult

Way = Literal["phone", "email"]
Problem = Literal[
    "phone_none", "phone_country", "phone_short", "phone_long", "phone_unknown", "email_none", "email_wrong"
]

LONGEST_READ = 400
"""Characters: whoever leaves a number writes it near the beginning, and a long text costs the reader time."""
DIGITS = re.compile(r"[+＋]?[\d(][\d\s().\-/]*")
ABROAD = re.compile(r"(?<![\d+])00(?=[1-9])")
AROUND = "<>()[]{}\"',;:!?. "
PHONE_PROBLEMS: dict[int, Problem] = {
    ValidationResult.INVALID_COUNTRY_CODE: "phone_country",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "phone_short",
    ValidationResult.TOO_SHORT: "phone_short",
    ValidationResult.TOO_LONG: "phone_long",
}
PARSE_PROBLEMS: dict[int, Problem] = {
    NumberParseException.INVALID_COUNTRY_CODE: "phone_country",
    NumberParseException.TOO_SHORT_AFTER_IDD: "phone_short",
    NumberParseException.TOO_SHORT_NSN: "phone_short",
    NumberParseException.TOO_LONG: "phone_long",
}


@dataclass(frozen=True)
class Reached:
    """A phone number as one dials it from abroad, or an e-mail address in its normal form."""

    way: Way
    value: str


def find_reached(text: str, country: str | None) -> Reached | None:
    """The first whole number or address in `text`; None when there is none that holds.

    `country` is where numbers without a plus belong, as two letters.
    """
    found = read_email(text) if "@" in text else read_phone(text, country)
    return found if isinstance(found, Reached) else None


def read_phone(text: str, country: str | None) -> Reached | Problem:
    """The phone number in `text`, or what is wrong with it."""
    shortened = text[:LONGEST_READ]
    found = _read_phone(shortened, country)
    if isinstance(found, Reached) or ABROAD.search(shortened) is None:
        return found
    # Most of the world dials 00 where the clinic's country may dial something else.
    again = _read_phone(ABROAD.sub("+", shortened), country)
    return again if isinstance(again, Reached) else found


def _read_phone(shortened: str, country: str | None) -> Reached | Problem:
    for match in phonenumbers.PhoneNumberMatcher(shortened, country):
        return Reached("phone", _shown(match.number))
    # Not found among other words: what stands there instead?
    runs = DIGITS.findall(shortened)
    digits = max(runs, key=len, default="")
    if not any(sign.isdigit() for sign in digits):
        return "phone_none"
    try:
        number = phonenumbers.parse(digits, country)
    except NumberParseException as error:
        return PARSE_PROBLEMS.get(error.error_type, "phone_none")
    if phonenumbers.is_valid_number(number):
        return Reached("phone", _shown(number))
    return PHONE_PROBLEMS.get(phonenumbers.is_possible_number_with_reason(number), "phone_unknown")


def read_email(text: str) -> Reached | Problem:
    """The e-mail address in `text`, or what is wrong with it. Asks no name server."""
    words = [word.strip(AROUND) for word in text[:LONGEST_READ].split() if "@" in word]
    if not words:
        return "email_none"
    for word in words:
        try:
            address = validate_email(word.removeprefix("mailto:"), check_deliverability=False).normalized
        except EmailNotValidError:
            continue
        return Reached("email", address)
    return "email_wrong"


def _shown(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
