"""Encryption of everything that a patient says, before it touches a disk."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import MesoGuideError, SettingsError


class DataKeyError(MesoGuideError):
    """Stored data can't be read with the keys that are set."""


class Cipher:
    """Seals text with the first of the keys in `MESOGUIDE_DATA_KEY` and opens what any of them sealed.

    To change keys, put the new one first and keep the old one behind it until the retention time has passed.
    """

    def __init__(self, keys: str) -> None:
        """`keys`: Fernet keys, comma separated. Raises SettingsError for a missing or malformed one."""
        parts = [part.strip() for part in keys.split(",") if part.strip()]
        if not parts:
            raise SettingsError("MESOGUIDE_DATA_KEY holds no key; set at least one Fernet key.")
        self._lookup_keys = [hashlib.sha256(b"lookup:" + part.encode()).digest() for part in parts]
        self._fernet = MultiFernet([_fernet(key, position) for position, key in enumerate(parts, start=1)])

    def seal(self, text: str) -> bytes:
        """Encrypt and sign any text."""
        # JSON may smuggle in half a surrogate pair, which plain UTF-8 refuses; such a message must not be lost.
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass"))

    def open(self, blob: bytes) -> str:
        """The text that `seal` was given. Raises DataKeyError when no key fits or the bytes were changed."""
        try:
            return self._fernet.decrypt(bytes(blob)).decode("utf-8", "surrogatepass")
        except InvalidToken:
            raise DataKeyError(
                "Stored data can't be read with MESOGUIDE_DATA_KEY; add the key that it was written with "
                "behind the first one, separated by a comma."
            ) from None

    def fingerprints(self, *parts: str) -> list[str]:
        """Keyed hashes by which the same `parts` are found again, one for each key; new rows get the first one.

        Whoever has the database and no key can't try out all phone numbers.
        """
        said = json.dumps(parts).encode("utf-8", "surrogatepass")
        return [hmac.new(key, said, hashlib.sha256).hexdigest() for key in self._lookup_keys]

    def seal_json(self, value: Any) -> bytes:
        """Encrypt a value that JSON can hold."""
        return self.seal(json.dumps(value, separators=(",", ":")))

    def open_json(self, blob: bytes) -> Any:
        """The value that `seal_json` was given. Raises DataKeyError like `open`."""
        return json.loads(self.open(blob))


def new_key() -> str:
    """A fresh random key for `MESOGUIDE_DATA_KEY`."""
    return Fernet.generate_key().decode("ascii")


def _fernet(key: str, position: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        # The key itself stays out of the sentence: it may be a good one with a single typing error.
        raise SettingsError(
            f"MESOGUIDE_DATA_KEY: key number {position} is not a Fernet key "
            "(32 bytes as URL-safe base64, 44 characters); "
            "paste it again, or let `make run` create one in var/secrets.env."
        ) from None
