from pathlib import Path
from typing import Any

import pytest

from tests.retrieval.samples import SOURCES, card, complaint, knowledge, write, write_card


@pytest.mark.parametrize(
    ("changes", "field", "mend"),
    [
        ({"answer": None}, "answer", "add it"),
        ({"colour": "red"}, "colour", "remove it, or correct its spelling"),
        ({"areas": ["knee"]}, "areas[0]", "use one of face, neck"),
        ({"areas": "face"}, "areas", "write it as a list"),
        ({"next": ["prices"]}, "next[0]", "use one of what_is"),
        ({"next": ["cost", "pain", "downtime", "numbing"]}, "next", "at most 3 items"),
        ({"facts": ["fact 70"]}, "facts[0]", "write it like F070"),
        ({"facts": []}, "facts", "at least 1 item"),
        ({"sources": []}, "sources", "at least 1 item"),
        ({"sources": ["s009"]}, "sources", "add it there or correct its spelling"),
        ({"title": "word " * 9}, "title", "at most 40 characters"),
        ({"title": "Call {phone}"}, "title", "write it without curly brackets"),
        ({"answer": "word " * 61}, "answer", "keep 60 and move the rest to `more`"),
        ({"answer": "Call {fone}."}, "answer", "use one of phone, price_list"),
        ({"answer": "Call {phone.__class__}."}, "answer", "use one of phone, price_list"),
        ({"answer": "Call {phone!r:>99}."}, "answer", "use one of phone, price_list"),
        ({"own": "Ours."}, "own_note", "write all three or none"),
        ({"own_more": "Ours.", "own_note": "Sure."}, "own_note", "write all three or none"),
        ({"more": "Call {}."}, "more", "use one of phone, price_list"),
        ({"more": "A lost { bracket."}, "more", "write placeholders like {phone}"),
        ({"evidence": "good"}, "evidence", "write it as `name: value` lines"),
        ({"evidence": {"strength": "strong", "note": "Sure."}}, "evidence.strength", "good"),
        ({"evidence": {"strength": "good", "note": "See {fone}."}}, "evidence.note", "use one of phone, price_list"),
        ({"review": {"status": "signed", "signed_by": "A doctor"}}, "review.text_hash", "add them or write unreviewed"),
        ({"review": {"status": "unreviewed", "signed_by": "A doctor"}}, "review.text_hash", "remove them"),
    ],
)
def test_a_wrong_field_is_named_with_its_file_and_mend(
    tmp_path: Path, changes: dict[str, Any], field: str, mend: str
) -> None:
    knowledge(tmp_path, card(**changes))
    said = complaint(tmp_path)
    assert f"pain/general.yml: field `{field}`: " in said
    assert mend in said


def test_an_unknown_topic_is_named_with_its_mend(tmp_path: Path) -> None:
    knowledge(tmp_path, card("paint.general"))
    assert "paint/general.yml: field `topic`: 'paint' is not a topic; use one of what_is" in complaint(tmp_path)


def test_bad_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    write(knowledge(tmp_path) / "cards" / "pain" / "general.yml", "id: pain.general\ntitle: [\n")
    said = complaint(tmp_path)
    assert "pain/general.yml: line 3: " in said
    assert "check the indentation" in said


def test_a_file_that_is_not_utf_8_is_named_with_its_mend(tmp_path: Path) -> None:
    (knowledge(tmp_path) / "cards" / "pain" / "general.yml").write_bytes(b"title: caf\xe9\n")
    assert "pain/general.yml: the file isn't UTF-8 text; save it as UTF-8." in complaint(tmp_path)


def test_an_empty_file_is_named_with_its_mend(tmp_path: Path) -> None:
    write(knowledge(tmp_path) / "cards" / "pain" / "general.yml", "")
    assert "pain/general.yml: the file must hold `name: value` lines" in complaint(tmp_path)


def test_a_file_that_would_be_overlooked_is_named(tmp_path: Path) -> None:
    write(knowledge(tmp_path) / "cards" / "cost" / "general.yaml", card("cost.general"))
    assert "cost/general.yaml: the file's name must end in .yml; rename it." in complaint(tmp_path)


def test_a_card_in_the_wrong_folder_is_named_with_its_mend(tmp_path: Path) -> None:
    write(knowledge(tmp_path) / "cards" / "downtime" / "general.yml", card("cost.general"))
    said = complaint(tmp_path)
    assert "downtime/general.yml: field `id`: 'cost.general'" in said
    assert "must agree" in said


def test_an_id_given_twice_names_both_files(tmp_path: Path) -> None:
    folder = knowledge(tmp_path)
    write(folder / "cards" / "old" / "pain" / "general.yml", card(areas=["face"]))
    said = complaint(folder)
    assert "'pain.general' is also the id of" in said
    assert str(folder / "cards" / "pain" / "general.yml") in said
    assert str(folder / "cards" / "old" / "pain" / "general.yml") in said


def test_two_cards_for_one_place_are_refused(tmp_path: Path) -> None:
    knowledge(tmp_path, card(), card("pain.face", areas=["face"]), card("pain.skin", areas=["neck", "face"]))
    said = complaint(tmp_path)
    assert "pain/skin.yml: field `areas`: " in said
    assert "answers pain in face too; keep one of them." in said


def test_a_topic_with_cards_for_areas_only_is_refused(tmp_path: Path) -> None:
    knowledge(tmp_path, card("pain.face", areas=["face"]))
    assert "face.yml: field `areas`: 'pain' has cards for areas only; add a general card" in complaint(tmp_path)


def test_a_broken_general_card_is_not_blamed_on_its_neighbours(tmp_path: Path) -> None:
    knowledge(tmp_path, card(title=None), card("pain.face", areas=["face"]))
    assert complaint(tmp_path).splitlines() == [
        f"{tmp_path / 'cards' / 'pain' / 'general.yml'}: field `title`: field required; add it."
    ]


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    folder = knowledge(tmp_path, card(answer="Call {fone}."), card("cost.general", sources=["s009"]))
    write_card(folder, card("downtime.general", title=None))
    said = complaint(folder).splitlines()
    assert len(said) == 3
    assert all(f"{topic}/general.yml: field" in "\n".join(said) for topic in ("pain", "cost", "downtime"))


def test_a_missing_list_of_sources_is_named(tmp_path: Path) -> None:
    (knowledge(tmp_path) / "sources.yml").unlink()
    assert "sources.yml: the file doesn't exist; create it or correct the path." in complaint(tmp_path)


def test_a_source_given_twice_is_named(tmp_path: Path) -> None:
    write(knowledge(tmp_path) / "sources.yml", {"sources": SOURCES["sources"] * 2})
    assert "sources.yml: field `sources`: s002 stands here twice; keep one of each." in complaint(tmp_path)


@pytest.mark.parametrize(("field", "value"), [("url", "javascript:alert(1)"), ("kind", "rumour"), ("read_on", "soon")])
def test_a_wrong_source_is_named_with_its_field(tmp_path: Path, field: str, value: str) -> None:
    write(knowledge(tmp_path) / "sources.yml", {"sources": [SOURCES["sources"][0] | {field: value}]})
    assert f"sources.yml: field `sources[0].{field}`: " in complaint(tmp_path)
