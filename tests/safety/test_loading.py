"""A broken or missing safety file stops the start with a sentence that says what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import DocumentError
from bot.safety.check import load_safety
from bot.safety.guards import GROUPS
from bot.safety.reading import IDIOM, NOT_IDIOM, load_reader
from bot.safety.shape import NEEDED
from bot.safety.signs import load_signs
from bot.safety.texts import load_safety_texts
from bot.safety.times import GROUPS as TIME_GROUPS
from bot.settings import ROOT


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A copy of the real safety knowledge, to break in one place."""
    shutil.copytree(ROOT / "knowledge" / "safety", tmp_path / "safety")
    return tmp_path


def test_no_sign_files_stop_the_start(knowledge: Path) -> None:
    shutil.rmtree(knowledge / "safety" / "signs")
    with pytest.raises(DocumentError, match="no sign files"):
        load_safety(knowledge)


@pytest.mark.parametrize(
    "path", sorted((ROOT / "knowledge" / "safety" / "signs").glob("*.yml")), ids=lambda path: path.stem
)
def test_a_missing_sign_file_stops_the_start(knowledge: Path, path: Path) -> None:
    code = {"crisis": "4D", "minor": "4E"}.get(path.stem, path.stem)
    (knowledge / "safety" / "signs" / path.name).unlink()
    with pytest.raises(DocumentError, match=f"no signs for {code};"):
        load_signs(knowledge / "safety" / "signs", ())


@pytest.mark.parametrize(("name", "right", "wrong"), [("E5", "emergency", "urgent"), ("crisis", "crisis", "minor")])
def test_a_wrong_level_stops_the_start(knowledge: Path, name: str, right: str, wrong: str) -> None:
    path = knowledge / "safety" / "signs" / f"{name}.yml"
    path.write_text(path.read_text().replace(f"level: {right}", f"level: {wrong}", 1))
    with pytest.raises(DocumentError, match=f"{right}, not {wrong}"):
        load_signs(knowledge / "safety" / "signs", ())


def test_a_code_that_the_page_does_not_have_stops_the_start(knowledge: Path) -> None:
    path = knowledge / "safety" / "signs" / "E5.yml"
    path.write_text(path.read_text().replace("code: E5", "code: E15", 1))
    with pytest.raises(DocumentError, match="there is no E15"):
        load_signs(knowledge / "safety" / "signs", ())


def test_an_unknown_group_is_named(knowledge: Path) -> None:
    path = knowledge / "safety" / "signs" / "E1.yml"
    path.write_text(path.read_text().replace("- when: thick_tongue", "- when: thick_tonge"))
    with pytest.raises(DocumentError, match=r"E1\.yml.*thick_tonge"):
        load_safety(knowledge)


def test_a_window_that_is_no_number_is_named(knowledge: Path) -> None:
    path = knowledge / "safety" / "signs" / "E1.yml"
    path.write_text(path.read_text().replace("@14", "@far", 1))
    with pytest.raises(DocumentError, match="window"):
        load_safety(knowledge)


@pytest.mark.parametrize("name", ["guards.yml", "idioms.yml", "time.yml", "spellings.yml", "known.txt"])
def test_a_missing_word_file_stops_the_start(knowledge: Path, name: str) -> None:
    (knowledge / "safety" / "words" / name).unlink()
    with pytest.raises(DocumentError, match=r"missing|doesn't exist|can't be read"):
        load_safety(knowledge)


@pytest.mark.parametrize("name", ["emergency", "urgent", "crisis", "minor"])
def test_a_missing_text_stops_the_start(knowledge: Path, name: str) -> None:
    (knowledge / "safety" / "texts" / f"{name}.yml").unlink()
    with pytest.raises(DocumentError, match=name):
        load_safety_texts(knowledge)


@pytest.mark.parametrize("bad", ["{price_list}", "{phon}", "{phone"])
def test_a_placeholder_that_is_not_allowed_is_named(knowledge: Path, bad: str) -> None:
    path = knowledge / "safety" / "texts" / "urgent.yml"
    path.write_text(path.read_text().replace("{urgent_phone}", bad, 1))
    with pytest.raises(DocumentError, match=r"urgent\.yml"):
        load_safety_texts(knowledge)


def test_two_texts_for_one_level_stop_the_start(knowledge: Path) -> None:
    folder = knowledge / "safety" / "texts"
    shutil.copy(folder / "urgent.yml", folder / "urgent_again.yml")
    with pytest.raises(DocumentError, match="two cards"):
        load_safety_texts(knowledge)


def test_another_language_is_only_data(knowledge: Path) -> None:
    (knowledge / "safety" / "words" / "body.es.yml").write_text(
        "groups:\n  throat: [garganta]\n  closing_firm: [cierra]\n"
    )
    assert load_safety(knowledge).assess("se me cierra la garganta") is not None
    assert load_safety(ROOT / "knowledge").assess("se me cierra la garganta") is None


def test_every_group_of_words_is_used_by_a_sign_or_a_guard() -> None:
    folder = ROOT / "knowledge" / "safety"
    _, groups = load_reader(folder / "words", GROUPS)
    signs = load_signs(folder / "signs", groups | TIME_GROUPS)
    used = {
        name
        for sign in signs
        for names in (*sign.terms, *sign.beside, sign.unless, sign.never, sign.without, [sign.within or IDIOM])
        for name in names
    }
    assert sorted(groups - used - GROUPS - NEEDED - {IDIOM, NOT_IDIOM}) == []
