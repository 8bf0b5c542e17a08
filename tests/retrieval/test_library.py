from pathlib import Path

import pytest

from bot.retrieval.library import load_library
from tests.retrieval.samples import card, knowledge, loaded


def test_the_card_of_the_area_comes_before_the_general_one(tmp_path: Path) -> None:
    library = loaded(tmp_path, card(), card("pain.face", areas=["face", "neck"]))
    assert library.find("pain", "face") is library.get("pain.face")
    assert library.find("pain", "neck") is library.get("pain.face")


def test_an_area_without_a_card_of_its_own_gets_the_general_one(tmp_path: Path) -> None:
    library = loaded(tmp_path, card(), card("pain.face", areas=["face"]))
    assert library.find("pain", "hair") is library.get("pain.general")
    assert library.find("pain", "an area that nobody knows") is library.get("pain.general")
    assert library.find("pain") is library.get("pain.general")


def test_a_topic_without_a_card_is_not_found(tmp_path: Path) -> None:
    assert loaded(tmp_path).find("cost") is None


def test_an_id_that_is_gone_raises(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        loaded(tmp_path).get("pain.knee")


def test_topics_are_those_with_a_card_in_the_order_of_the_vocabulary(tmp_path: Path) -> None:
    library = loaded(tmp_path, card("cost.general"), card("pain.general"), card("pain.face", areas=["face"]))
    assert library.topics() == ("pain", "cost")


def test_a_folder_without_cards_is_an_empty_library(tmp_path: Path) -> None:
    (knowledge(tmp_path) / "cards" / "pain" / "general.yml").unlink()
    assert load_library(tmp_path, ()).topics() == ()
