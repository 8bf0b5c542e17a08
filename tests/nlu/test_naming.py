"""The treatment's name says nothing of what is asked."""

from __future__ import annotations

import pytest

from bot.nlu.naming import unnamed


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("is mesotherapy safe", "is it safe"),
        ("Mesotherapy cost?", "it cost?"),
        ("does the meso treatment hurt", "does it hurt"),
        ("what is meso therapy", "what is it"),
        ("is mezotherapie permanent", "is it permanent"),
        ("prp or meso for hair", "prp or it for hair"),
    ],
)
def test_the_name_is_read_as_it(written: str, read: str) -> None:
    assert unnamed(written) == read


@pytest.mark.parametrize(
    "written",
    ["mesotherapy", "MESO?", "", "mesobotox for pores", "mesothelioma", "is it safe", "what is meso-botox"],
)
def test_a_name_alone_and_other_words_stay(written: str) -> None:
    assert unnamed(written) == written
