"""When something of ours breaks, the patient gets one sentence and the engineer a line without a patient's words."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.conversation.samples import QUESTION
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient, assert_error, assert_goes_on


def _sql(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "log.db")) as connection, connection:
        connection.execute(statement)


def test_a_database_that_fails_is_told_as_busy(patient: Patient, tmp_path: Path) -> None:
    _sql(tmp_path, "ALTER TABLE messages RENAME TO away")
    response = patient.send(QUESTION)
    assert_error(response, 503, "busy")
    assert int(response.headers["Retry-After"]) >= 1
    assert_error(patient.get(), 503, "busy")
    _sql(tmp_path, "ALTER TABLE away RENAME TO messages")
    assert_goes_on(patient)


def test_an_error_that_nobody_thought_of_is_one_sentence(make_client: MakeClient) -> None:
    patient = Patient(make_client())
    patient.ask(QUESTION)
    # Another key than the one that the messages were written with.
    patient.client = make_client()
    response = patient.get()
    assert_error(response, 500, "failed")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers["Cache-Control"] == "no-store"


def test_a_brain_that_breaks_in_an_unexpected_way_is_asked_again(patient: Patient, brain: ScriptedBrain) -> None:
    brain.error = RuntimeError("nobody thought of this one")
    patient.send(QUESTION)
    while not brain.asked:
        patient.get(wait=1, after=1)
    brain.error = None
    assert patient.reply_to(1)["kind"] == "answer"
