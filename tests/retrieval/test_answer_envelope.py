import datetime as dt
import json
from pathlib import Path

from bot.retrieval.card import Card
from bot.retrieval.library import load_library
from bot.retrieval.render import answer_envelope
from bot.types import Envelope
from bot.vocabulary import Kind
from tests.retrieval.samples import SOURCES, card, knowledge, loaded, write

VALUES = {"phone": "+1 555 0100", "price_list": "Ask us."}


def envelope(folder: Path, *cards: dict[str, object], card_id: str = "pain.general", more: bool = False) -> Envelope:
    library = loaded(folder, *cards)
    return answer_envelope(library, library.get(card_id), VALUES, more=more)


def test_an_answer_carries_its_topic_card_and_sources(tmp_path: Path) -> None:
    said = envelope(tmp_path)
    assert (said.kind, said.topics, said.card_ids) == (Kind.ANSWER, ("pain",), ("pain.general",))
    assert [source.title for source in said.sources] == ["Mesotherapy Treatment"]


def test_a_source_shows_its_publisher_and_address(tmp_path: Path) -> None:
    knowledge(tmp_path)
    reference = SOURCES["sources"][0] | {"publisher": "A clinic", "url": "https://example.org/a"}
    write(tmp_path / "sources.yml", {"sources": [reference]})
    library = load_library(tmp_path, VALUES)
    shown = library.sources_of(library.get("pain.general"))[0]
    assert (shown.title, shown.url) == ("Mesotherapy Treatment (A clinic)", "https://example.org/a")


def test_placeholders_are_filled_in_the_answer_and_in_the_longer_text(tmp_path: Path) -> None:
    fields = card(more="Call {phone}.", evidence={"strength": "none", "note": "{price_list}"})
    assert envelope(tmp_path, fields).text.endswith("Call +1 555 0100 if it gets worse.")
    assert envelope(tmp_path, fields, more=True).text == "Call +1 555 0100.\n\n**How sure are we?** Ask us."


def test_the_buttons_are_more_then_two_next_topics_then_a_person(tmp_path: Path) -> None:
    cards = [card(next=["cost", "downtime", "risks_side_effects"])]
    cards += [card(f"{topic}.general", title=topic) for topic in ("cost", "downtime", "risks_side_effects")]
    assert [(button.title, button.payload) for button in envelope(tmp_path, *cards).buttons] == [
        ("Tell me more", '/ask_more{"card": "pain.general"}'),
        ("cost", "/ask_cost"),
        ("downtime", "/ask_downtime"),
        ("Talk to a person", "/request_handoff"),
    ]


def test_a_next_topic_without_a_card_makes_room_for_the_one_after_it(tmp_path: Path) -> None:
    cards = [card(next=["numbing", "cost", "downtime"]), card("cost.general"), card("downtime.general")]
    payloads = [button.payload for button in envelope(tmp_path, *cards).buttons]
    assert payloads[1:-1] == ["/ask_cost", "/ask_downtime"]


def test_the_longer_text_does_not_offer_itself_again(tmp_path: Path) -> None:
    assert [button.title for button in envelope(tmp_path, more=True).buttons] == ["Talk to a person"]


def test_the_payload_for_more_is_json_that_names_the_card(tmp_path: Path) -> None:
    payload = envelope(tmp_path).buttons[0].payload or ""
    assert json.loads(payload.removeprefix("/ask_more")) == {"card": "pain.general"}


def test_an_unsigned_card_is_shown_as_not_reviewed(tmp_path: Path) -> None:
    assert envelope(tmp_path).reviewed is False


def signed(fields: dict[str, object], *, text_hash: str) -> dict[str, object]:
    review = {"status": "signed", "signed_by": "A clinician", "signed_on": dt.date(2026, 11, 1)}
    return fields | {"review": review | {"due_on": dt.date(2027, 11, 1), "text_hash": text_hash}}


def test_a_card_signed_as_it_stands_is_shown_as_reviewed(tmp_path: Path) -> None:
    fields = signed(card(), text_hash=Card(**card()).text_hash)
    assert envelope(tmp_path, fields).reviewed is True


def test_a_card_changed_after_signing_is_not_shown_as_reviewed(tmp_path: Path) -> None:
    for changed in ({"answer": "Some feel a pinch."}, {"evidence": {"strength": "unclear", "note": "Sure."}}):
        fields = signed(card(**changed), text_hash=Card(**card()).text_hash)
        assert envelope(tmp_path, fields).reviewed is False
