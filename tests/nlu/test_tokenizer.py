"""Words as the pipeline sees them."""

from __future__ import annotations

import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from tests.nlu.pipeline import tokenizer


def words(text: str, **config: str) -> list[str]:
    message = Message({TEXT: text})
    tokenizer(**config).process([message])
    return [token.text for token in message.get("text_tokens")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("does it hurt 😭😭", ["does", "it", "hurt", "😭", "😭"]),
        ("🙂", ["🙂"]),
        ("???", ["?", "?", "?"]),
        ("How much?!", ["How", "much", "?", "!"]),
        ("هل هذا مؤلم؟", ["هل", "هذا", "مؤلم", "؟"]),
        ("האם זה כואב?", ["האם", "זה", "כואב", "?"]),
    ],
)
def test_emoji_signs_and_scripts_from_right_to_left_are_kept(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_each_word_knows_its_place_in_the_text() -> None:
    text = "  hurt?\n😀  هل it "
    message = Message({TEXT: text})
    tokenizer().process([message])
    tokens = message.get("text_tokens")
    assert [text[token.start : token.end] for token in tokens] == [token.text for token in tokens]
    assert [token.text for token in tokens] == ["hurt", "?", "😀", "هل", "it"]


def test_text_without_a_word_has_no_words() -> None:
    assert words("  \n ") == []


def test_the_language_can_be_chosen() -> None:
    assert words("l'acqua", language="it") == ["l'", "acqua"]
