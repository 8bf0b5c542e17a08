"""The questionnaire's files change while somebody is in the middle, and talks that outgrow Rasa's memory."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.brain.tracker_store import KEPT_EVENTS
from bot.settings import ROOT
from bot.wiring import file_content, versions
from tests.conversations.candidacy import Questionnaire
from tests.conversations.patient import Patient
from tests.trained import Trained

NEW_WORDS = "Have you got diabetes of any kind?"


@pytest.fixture
def change_files(trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """What a restart after an edit does: other files, read anew, the same database. The edit is made on demand."""
    copy = tmp_path / "knowledge"
    shutil.copytree(ROOT / "knowledge", copy)
    path = copy / "candidacy" / "questions" / "5_conditions.yml"

    def restart() -> None:
        file_content.cache_clear()
        versions.cache_clear()
        versions().keep_on(trained.talk.store)

    def edit() -> None:
        path.write_text(path.read_text(encoding="utf-8").replace("Do you have diabetes?", NEW_WORDS), encoding="utf-8")
        monkeypatch.setenv("MESOGUIDE_KNOWLEDGE_DIR", str(copy))
        restart()

    yield edit
    monkeypatch.undo()
    restart()


def test_somebody_in_the_middle_finishes_on_their_version(
    patient: Patient, trained: Trained, change_files: Callable[[], None]
) -> None:
    questions = Questionnaire(patient)
    old = versions().current.hash
    questions.to("heart")
    change_files()
    assert versions().current.hash != old
    assert "Do you have diabetes?" in questions.say("back").text
    questions.say("no")
    questions.to_result()
    questions.press("Yes, send it")
    (stored,) = trained.talk.store.assessments(patient.id)
    assert stored.protocol_hash == old
    # Whoever begins now gets the new words.
    assert NEW_WORDS in Questionnaire(patient).to("diabetes").text
    newcomer = Questionnaire(Patient(trained))
    assert NEW_WORDS in newcomer.to("diabetes").text


def test_a_long_detour_does_not_end_the_questionnaire(trained: Trained, patient: Patient) -> None:
    questions = Questionnaire(patient)
    questions.to("diabetes")
    for _ in range(KEPT_EVENTS // 12):
        questions.say_all("does it hurt?")
    tracker = trained.run(trained.brain.trackers.retrieve(patient.id))
    assert tracker is not None
    assert tracker.active_loop_name == "candidacy_form"
    questions.say("no")
    assert questions.asks("heart")
