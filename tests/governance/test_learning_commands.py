"""Grouping what was missed, and seeing what a new card would take away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot import knowledge
from bot.encoder.sentence import SentenceEncoder, load_plain_encoder
from bot.errors import DocumentError
from bot.governance import collide, missed
from bot.governance.training import Draft, Line, examples, load_draft, training_lines
from bot.privacy.cipher import Cipher, new_key
from bot.settings import ROOT
from bot.store.engine import create_store_engine
from bot.store.migrate import upgrade
from bot.store.store import Store
from bot.types import MissedQuestion
from bot.vocabulary import Missed
from tests.store.samples import NOW, later
from tests.training_lines import training_lines as lines_of_the_tests


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return load_plain_encoder()


def questions(*texts: str) -> list[MissedQuestion]:
    return [MissedQuestion(Missed.UNANSWERED, text) for text in texts]


def grouped(encoder: SentenceEncoder, texts: Sequence[str]) -> list[set[str]]:
    return [{one.question for one in group} for group in missed.clusters(questions(*texts), encoder.encode)]


def test_like_questions_come_together_and_the_largest_group_first(encoder: SentenceEncoder) -> None:
    parking = {"is there parking near you", "where can i park my car", "do you have a car park"}
    dogs = {"can i bring my dog", "are dogs allowed"}
    assert grouped(encoder, [*dogs, *parking, "do you sell gift cards"]) == [parking, dogs, {"do you sell gift cards"}]


def test_the_same_question_again_and_again_is_one_group(encoder: SentenceEncoder) -> None:
    groups = missed.clusters(questions(*["can i bring my dog"] * 5), encoder.encode)
    assert [len(group) for group in groups] == [5]


def test_the_list_says_how_often_why_and_what_was_answered(encoder: SentenceEncoder) -> None:
    rated = MissedQuestion(Missed.NOT_HELPFUL, "are dogs allowed", ("pain",), ("pain.general",))
    said = list(missed.describe([*questions("can i bring my dog"), rated], encoder.encode))
    assert said == [
        "2 × 'can i bring my dog'",
        "  unanswered 1, not helpful 1; offered or answered: pain.general 1, pain 1",
        "  also 'are dogs allowed'",
        "2 questions in 1 groups, names, numbers and dates left out.",
    ]
    assert list(missed.describe([], encoder.encode)) == ["Nothing was missed."]


def test_the_command_reads_what_the_store_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key, url = new_key(), f"sqlite:///{tmp_path / 'log.db'}"
    for name, value in {"DATA_KEY": key, "DATABASE_URL": url, "BRAIN_SECRET": new_key()}.items():
        monkeypatch.setenv(f"MESOGUIDE_{name}", value)
    engine = create_store_engine(url)
    upgrade(engine)
    store = Store(engine, Cipher(key))
    conversation = store.open_conversation(channel="web", locale="en", token_hash=None, now=NOW)
    store.keep_missed(conversation.id, 2, questions("can i bring my dog")[0], now=later(1))
    assert knowledge.main(["missed"]) == 0
    assert "1 × 'can i bring my dog'" in capsys.readouterr().out


LINES = [
    Line("how much does it cost", "ask_cost"),
    Line("what is the price of it", "ask_cost"),
    Line("is there somewhere to leave the car", "ask_cost"),
    Line("does it hurt", "ask_pain"),
    Line("is it painful", "ask_pain"),
]


def test_a_message_nearer_to_the_draft_than_to_its_own_is_stolen(encoder: SentenceEncoder) -> None:
    draft = ["where can i park my car", "is it free to park"]
    found = collide.collisions(draft, None, LINES, encoder.encode)
    assert [line.text for line, _ in found] == ["is there somewhere to leave the car"]
    said = list(collide.describe(found))
    assert said[0] == "ask_cost: 1"
    assert said[-1].startswith("1 training messages would be stolen.")


def test_a_draft_steals_nothing_from_its_own_topic(encoder: SentenceEncoder) -> None:
    assert collide.collisions(["where can i leave my car"], "ask_cost", LINES, encoder.encode) == []
    assert list(collide.describe([])) == ["No training message would be stolen."]


def test_a_copy_of_an_existing_question_is_noticed(encoder: SentenceEncoder) -> None:
    found = collide.collisions(["does it hurt"], None, LINES, encoder.encode)
    assert ("does it hurt", "does it hurt") in [(line.text, question) for line, question in found]


def test_the_training_lines_are_those_that_rasa_reads() -> None:
    assert [tuple(line) for line in training_lines(ROOT / "data" / "nlu")] == [
        (line.text, line.intent, line.voice or "") for line in lines_of_the_tests()
    ]


def test_a_draft_may_list_its_questions_in_either_way(tmp_path: Path) -> None:
    assert examples("- one\n- [two](area) here\n") == examples(["one", "two here"]) == ["one", "two here"]


def written(folder: Path, text: str) -> Path:
    path = folder / "draft.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_draft_says_what_it_answers_and_may_say_whose_it_is(tmp_path: Path) -> None:
    assert load_draft(written(tmp_path, "examples:\n  - may i park\n")) == Draft(["may i park"], None)
    assert load_draft(written(tmp_path, "topic: cost\nexamples: |\n  - what is it\n")) == Draft(["what is it"], "cost")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id: parking.general\n", "field `examples`: missing"),
        ("examples: []\n", "field `examples`: missing"),
        ("- may i park\n", "field `examples`: missing"),
        ("examples: 5\n", "field `examples`: not questions; write each as text"),
        ("examples: {park: yes}\n", "field `examples`: not questions"),
        ("examples:\n  - may I park: yes\n", "field `examples`: not questions"),
        ("examples:\n  - 5\n", "field `examples`: not questions"),
        ("examples:\n  - '-'\n", "field `examples`: all empty"),
        (
            "topic: prize\nexamples: [what is it]\n",
            "field `topic`: 'prize' is none of ours; correct it, or leave it out",
        ),
        ("topic: [cost]\nexamples: [what is it]\n", "field `topic`: ['cost'] is none of ours"),
        ("topic: ''\nexamples: [what is it]\n", "field `topic`: '' is none of ours"),
    ],
)
def test_a_draft_that_cannot_be_judged_is_refused_in_a_sentence(
    tmp_path: Path, text: str, sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, text)
    with pytest.raises(DocumentError):
        load_draft(path)
    assert knowledge.main(["collide", str(path)]) == 1
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert sentence in said.err
