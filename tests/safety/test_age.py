"""Which numbers are the age of somebody under 18, by the plain rules."""

from __future__ import annotations

import pytest

from bot.safety.check import SafetyCheck
from bot.vocabulary import Level

UNDER_AGE = [
    "im 16 can i get it",
    "my daughter is 15 and wants her cellulite gone, do you do that",
    "i am 17",
    "i'm 16 years old",
    "i have 16 years of age",
    "sixteen here",
    "im 16 but i look like im 20",
    "i'm 17, i told them i'm 21",
    "im 15, do i have to wait till im 18",
    "im 17 and weigh 9 stone",
    "my son is 16, can he have his acne scars done",
    "i'm 42 and my daughter is 15 and wants her chin done",
    "my daughter is 15 and wants it, i want my chin done too",
    "i want my daughter to have it, she is 15",
    "my 16 year old wants it, im 42",
]
OTHER_NUMBERS = [
    "I have 17 years experience as a nurse",
    "i have 16 years of experience",
    "i'm 17 years into my career",
    "my son is 16, can i bring him to wait with me",
    "my daughter is 16 can i bring her along while i have mine",
    "my daughter is 16 and i want my chin done",
    "my son is 16, how much is it for me",
    "mum to a 15 year old, want my tummy done",
    "im 42 with a 16 year old son",
    "I had my daughter at 17, now 40",
    "i had acne at 15, im 30 now",
    "I'm 16 stone",
    "I'm 16 st",
    "i'm 16 weeks pregnant",
    "my appointment is at 16",
    "i am there at 16 o'clock",
]


@pytest.mark.parametrize("message", UNDER_AGE)
def test_somebody_under_age_is_seen(check: SafetyCheck, message: str) -> None:
    flag = check.plain.assess(message)
    assert flag is not None
    assert flag.level is Level.MINOR


@pytest.mark.parametrize("message", OTHER_NUMBERS)
def test_another_number_is_no_age_of_a_patient(check: SafetyCheck, message: str) -> None:
    assert check.plain.assess(message) is None
