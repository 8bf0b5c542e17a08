from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError
from bot.privacy.cipher import Cipher, DataKeyError, new_key

KEY = new_key()
# Half a surrogate pair is no valid text, but JSON can carry one, so a patient's message can.
ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_any_text_comes_back_as_it_was(text: str) -> None:
    cipher = Cipher(KEY)
    assert cipher.open(cipher.seal(text)) == text


@given(st.recursive(st.none() | st.booleans() | st.integers() | ANY_TEXT, lambda inner: st.lists(inner), max_leaves=5))
def test_any_json_comes_back_as_it_was(value: object) -> None:
    cipher = Cipher(KEY)
    assert cipher.open_json(cipher.seal_json(value)) == value


def test_sealed_text_does_not_show_the_words_and_never_looks_the_same_twice() -> None:
    cipher = Cipher(KEY)
    first, second = cipher.seal("bruises"), cipher.seal("bruises")
    assert b"bruises" not in first
    assert first != second


def test_a_new_first_key_still_opens_what_the_old_one_sealed() -> None:
    old, new = new_key(), new_key()
    blob = Cipher(old).seal("numbing cream")
    assert Cipher(f"{new}, {old}").open(blob) == "numbing cream"


def test_the_first_key_is_the_one_that_seals() -> None:
    old, new = new_key(), new_key()
    assert Cipher(new).open(Cipher(f"{new},{old}").seal("numbing cream")) == "numbing cream"


def test_a_foreign_key_raises_data_key_error_that_says_what_to_do() -> None:
    with pytest.raises(DataKeyError, match="add the key that it was written with"):
        Cipher(new_key()).open(Cipher(new_key()).seal("numbing cream"))


def test_changed_bytes_are_refused() -> None:
    blob = bytearray(Cipher(KEY).seal("numbing cream"))
    blob[30] ^= 1
    with pytest.raises(DataKeyError):
        Cipher(KEY).open(bytes(blob))


@pytest.mark.parametrize("keys", ["", " , ,"])
def test_no_key_at_all_stops_the_program(keys: str) -> None:
    with pytest.raises(SettingsError, match="MESOGUIDE_DATA_KEY holds no key"):
        Cipher(keys)


@pytest.mark.parametrize(
    "bad", ["short", KEY[:-2], "ä" * 44, "!" * 44], ids=["short", "cut", "not ASCII", "not base64"]
)
def test_a_bad_key_is_named_by_its_place_and_never_quoted(bad: str) -> None:
    with pytest.raises(SettingsError, match="key number 2") as caught:
        Cipher(f"{KEY},{bad}")
    assert bad not in str(caught.value)
    assert KEY not in str(caught.value)
