from __future__ import annotations

import re
from urllib.parse import unquote

import pytest

from bot.staff import codes
from tests.staff.samples import NOW, SECRET, code_at, later

HERE = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(("seconds", "step"), [(-30, HERE - 1), (0, HERE), (30, HERE + 1)])
def test_a_code_is_good_now_and_one_step_to_either_side(seconds: float, step: int) -> None:
    assert codes.matching_step(SECRET, code_at(later(seconds=seconds)), NOW) == step


@pytest.mark.parametrize("seconds", [-60, 60, 3600])
def test_an_older_or_later_code_is_not(seconds: float) -> None:
    assert codes.matching_step(SECRET, code_at(later(seconds=seconds)), NOW) is None


def test_spaces_in_a_code_do_not_matter() -> None:
    code = code_at(NOW)
    assert codes.matching_step(SECRET, f" {code[:3]} {code[3:]} ", NOW) == HERE


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345\u00b2"])
def test_what_is_no_code_is_refused(code: str) -> None:
    assert codes.matching_step(SECRET, code, NOW) is None


def test_secrets_are_long_and_never_the_same() -> None:
    made = {codes.new_secret() for _ in range(20)}
    assert len(made) == 20
    assert all(codes.is_secret(one) for one in made)
    assert not codes.is_secret("JBSWY3DP")


def test_the_picture_is_an_image_that_needs_no_script_and_no_other_site() -> None:
    image = codes.qr_image(SECRET, login="nora@clinic.example", clinic_name="Example Clinic")
    assert image.startswith("data:image/svg+xml")
    assert "<path" in unquote(image)
    assert "<script" not in unquote(image)


def test_recovery_codes_are_long_different_and_read_however_they_are_typed() -> None:
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){3}", code) for code in made)
    typed = made[0].upper().replace("-", " ")
    assert codes.hash_recovery_code(typed) == codes.hash_recovery_code(made[0])
    assert made[0] not in codes.hash_recovery_code(made[0])
