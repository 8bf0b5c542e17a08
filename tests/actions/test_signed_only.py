"""A clinic that wants signed answers only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from actions.answer_question import ActionAnswerQuestion
from actions.clarify import ActionClarify
from actions.tell_more import ActionTellMore
from bot import knowledge
from bot.settings import ROOT
from bot.vocabulary import Kind
from bot.wiring import starter_questions
from tests.actions.turns import all_said, said, tracker
from tests.files import read_again
from tests.knowledge.test_signing import NAME, folder

__all__ = ["folder"]


@pytest.fixture
def strict(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`require_signed: true`, and one card signed: pain.general."""
    clinic = tmp_path / "clinic.yml"
    text = (ROOT / "clinic.yml").read_text(encoding="utf-8")
    clinic.write_text(text.replace("require_signed: false", "require_signed: true"), encoding="utf-8")
    monkeypatch.setenv("MESOGUIDE_CLINIC_FILE", str(clinic))
    assert knowledge.main(["sign", "pain.general", "--by", NAME]) == 0
    read_again(lambda words: words.clinic.require_signed and words.may_say(words.library.get("pain.general")))
    yield
    monkeypatch.undo()
    read_again(lambda words: not words.clinic.require_signed)


@pytest.mark.usefixtures("strict")
def test_a_signed_card_is_said_and_shown_as_reviewed() -> None:
    envelope = said(ActionAnswerQuestion(), tracker("ask_pain"))
    assert (envelope.kind, envelope.reviewed) == (Kind.ANSWER, True)


@pytest.mark.usefixtures("strict")
def test_an_unsigned_topic_is_left_to_the_clinician() -> None:
    envelope = said(ActionAnswerQuestion(), tracker("ask_cost"))
    assert (envelope.kind, envelope.topics, envelope.card_ids) == (Kind.FALLBACK, ("cost",), ())
    assert "ask our clinician" in envelope.text
    more = said(ActionTellMore(), tracker("ask_more", entities={"card": "cost.general"}))
    assert more.text == envelope.text


@pytest.mark.usefixtures("strict")
def test_of_several_questions_the_signed_ones_are_answered() -> None:
    envelopes, _ = all_said(ActionAnswerQuestion(), tracker("ask_cost", parts=[("ask_cost", None), ("ask_pain", None)]))
    assert [envelope.topics for envelope in envelopes] == [("pain",), ("cost",)]
    assert envelopes[1].kind is Kind.FALLBACK


@pytest.mark.usefixtures("strict")
def test_only_signed_topics_are_offered() -> None:
    ranking = [("ask_cost", 0.3), ("ask_pain", 0.3)]
    assert said(ActionClarify(), tracker("nlu_fallback", ranking=ranking)).topics == ("pain",)
    assert starter_questions() == ("Does it hurt?",)


def test_a_clinic_that_does_not_ask_for_it_gets_every_answer_marked_as_unreviewed() -> None:
    envelope = said(ActionAnswerQuestion(), tracker("ask_cost"))
    assert (envelope.kind, envelope.reviewed) == (Kind.ANSWER, False)
