from __future__ import annotations

import base64
import hashlib

from bot.privacy.tokens import hash_token, new_button_id, new_id, new_token, receipt_id


def _bits(text: str) -> int:
    return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) * 8


def test_a_token_holds_256_random_bits() -> None:
    assert _bits(new_token()) == 256
    assert len({new_token() for _ in range(1000)}) == 1000


def test_a_conversation_id_holds_128_random_bits() -> None:
    assert _bits(new_id()) == 128
    assert len({new_id() for _ in range(1000)}) == 1000


def test_a_button_id_fits_a_messaging_app_and_is_not_to_be_guessed() -> None:
    assert _bits(new_button_id()) == 72
    assert len(new_button_id()) <= 64


def test_a_token_is_hashed_with_sha_256() -> None:
    assert hash_token("abc") == hashlib.sha256(b"abc").hexdigest()


def test_a_header_that_is_no_proper_text_can_be_hashed_too() -> None:
    assert len(hash_token("\ud800")) == 64


def test_a_receipt_is_the_same_each_time_and_does_not_hold_the_conversation_id() -> None:
    conversation_id = new_id()
    assert receipt_id(conversation_id) == receipt_id(conversation_id)
    assert receipt_id(conversation_id) != receipt_id(new_id())
    assert conversation_id not in receipt_id(conversation_id)
