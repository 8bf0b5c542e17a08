"""The second factor: codes that an app makes from a shared secret every 30 seconds, and recovery codes on paper."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno

from bot.privacy.tokens import hash_token

STEP_S = 30
NEIGHBOURS = (0, -1, 1)
"""Clocks differ: the code of one step before or after is as good."""

ISSUER = "MesoGuide"
SECRET = re.compile(r"[A-Z2-7]{32}")
CODE = re.compile(r"\d{6}")
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
"""80 random bits, more than anybody can list: a fast hash is enough."""


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps read them."""
    return pyotp.random_base32(32)


def is_secret(text: str) -> bool:
    """Whether `text` can have come from `new_secret`."""
    return SECRET.fullmatch(text) is not None


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """The number of the 30 seconds that `code` belongs to, if that is now or next to it; None otherwise."""
    typed = re.sub(r"\s", "", code)
    if CODE.fullmatch(typed) is None or not typed.isascii():
        return None
    here = int(now.timestamp()) // STEP_S
    maker = pyotp.TOTP(secret)
    for step in (here + by for by in NEIGHBOURS):
        if hmac.compare_digest(maker.generate_otp(step), typed):
            return step
    return None


def qr_image(secret: str, *, login: str, clinic_name: str) -> str:
    """What an authenticator app photographs, as a `data:` address of an SVG image."""
    issuer = f"{ISSUER} {clinic_name}"
    address = pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=issuer)
    # On white whatever the page's colours are: cameras want dark on light.
    return str(segno.make(address, error="m").svg_data_uri(scale=5, border=4, light="#fff", encode_minimal=True))


def new_recovery_codes() -> list[str]:
    """Ten codes in four groups of letters and digits; shown once."""
    made = [base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES)]
    return ["-".join(re.findall("....", code)) for code in made]


def hash_recovery_code(code: str) -> str:
    """The same for a code however it is typed."""
    return hash_token(re.sub(r"[\W_]", "", code.casefold()))
