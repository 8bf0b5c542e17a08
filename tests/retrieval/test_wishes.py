"""A wish is read word for word: everything that might be something else is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import DocumentError
from bot.retrieval.wishes import Wish, load_wish
from bot.settings import ROOT
from tests.retrieval.samples import write


@pytest.fixture(scope="module")
def back() -> Wish:
    return load_wish(ROOT / "knowledge", "back_to_bot")


@pytest.mark.parametrize(
    "text",
    [
        "back to the bot",
        "Back to the assistant, please!",
        "I'd like to talk to the assistant again.",
        "i’d like to go back to the bot",
        "Can I talk to the bot instead?",
        "OK  give me the bot back\nplease",
        "  I want the assistant back.  ",
    ],
)
def test_plain_wishes_are_read(back: Wish, text: str) -> None:
    assert back.is_said(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bot",
        "back",
        "again",
        "I don't want to go back to the bot",
        "not back to the bot",
        "is this the bot?",
        "please don't send me back to the bot",
        "the bot told me to ask you",
        "back to the bot or wait for the doctor?",
        "I want to talk to the assistant of Dr Doe",
        "can I go back to the gym?",
        "back to the bot I can't breathe",
        "back to the bot " * 20,
    ],
)
def test_all_else_is_left_to_staff(back: Wish, text: str) -> None:
    assert not back.is_said(text)


def test_a_wish_without_words_is_refused_with_its_file(tmp_path: Path) -> None:
    write(tmp_path / "wishes" / "back_to_bot.yml", {"core": []})
    with pytest.raises(DocumentError, match=r"back_to_bot\.yml: field `core`"):
        load_wish(tmp_path, "back_to_bot")
