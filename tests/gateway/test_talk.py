from __future__ import annotations

import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.conversation.samples import DANGER, QUESTION
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.conftest import MakeClient, running_app
from tests.gateway.patient import Patient, assert_error, assert_goes_on


def test_a_question_is_acknowledged_then_answered_with_its_sources(patient: Patient) -> None:
    response = patient.send(QUESTION)
    assert (response.status_code, response.json()) == (202, {"seq": 1})
    envelope = patient.reply_to(1)
    assert (envelope["kind"], envelope["card_ids"]) == ("answer", ["pain.general"])
    assert envelope["sources"] == [{"title": "A source", "url": "https://example.org/a"}]
    first, second = patient.messages()
    assert (first["seq"], first["author"], first["text"], first["client_id"]) == (1, "patient", QUESTION, "message-1")
    assert (second["seq"], second["author"]) == (2, "bot")


def test_reading_gives_only_what_is_new_and_the_state(patient: Patient) -> None:
    patient.ask(QUESTION)
    assert [message["seq"] for message in patient.get(after=1).json()["messages"]] == [2]
    assert patient.get(after=2).json() == {"messages": [], "state": "bot"}


def test_a_waiting_reader_is_woken_by_a_message(patient: Patient) -> None:
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(patient.get, after=0, wait=20)
        time.sleep(0.3)
        started = time.monotonic()
        patient.send(QUESTION)
        assert reading.result(timeout=10).json()["messages"][0]["seq"] == 1
        assert time.monotonic() - started < 2


def test_waiting_for_nothing_ends_when_it_was_told_to(patient: Patient) -> None:
    started = time.monotonic()
    assert patient.get(after=0, wait=1).json() == {"messages": [], "state": "bot"}
    assert 0.9 < time.monotonic() - started < 5


def test_a_pressed_button_is_answered(patient: Patient, brain: ScriptedBrain) -> None:
    button = patient.ask(QUESTION)["buttons"][0]
    assert set(button) == {"title", "id"}
    assert patient.press(button["id"]).json() == {"seq": 3}
    assert patient.reply_to(3)["kind"] == "answer"
    assert patient.messages()[2]["text"] == button["title"]
    assert brain.asked[1].payload == "/ask_more"


def test_a_button_of_another_patient_is_refused(client: TestClient) -> None:
    button = Patient(client).ask(QUESTION)["buttons"][0]
    patient = Patient(client)
    assert_error(patient.press(button["id"]), 400, "button_unknown")
    assert_goes_on(patient)


def test_danger_is_answered_while_the_brain_is_down(patient: Patient, brain: ScriptedBrain) -> None:
    brain.is_down = True
    assert patient.ask(DANGER)["kind"] == "emergency"
    assert patient.ask(QUESTION)["kind"] == "notice"
    brain.is_down = False
    assert_goes_on(patient)


def test_why_a_message_was_flagged_is_not_shown_to_the_patient(patient: Patient) -> None:
    patient.ask(DANGER)
    assert "flag" not in patient.messages()[0]


def test_export_holds_everything_and_no_key(patient: Patient) -> None:
    patient.ask(QUESTION)
    response = patient.client.get(f"{patient.path}/export", headers=patient.headers)
    assert response.status_code == 200
    exported = response.json()
    assert [message["author"] for message in exported["messages"]] == ["patient", "bot"]
    assert exported["conversation"]["id"] == patient.id
    assert exported["conversation"]["consent_at"]
    assert patient.token not in response.text


def test_erasing_gives_a_receipt_and_leaves_nothing(patient: Patient, tmp_path: Path) -> None:
    patient.ask("My cousin Zanzibara told me")
    response = patient.client.delete(patient.path, headers=patient.headers)
    assert response.status_code == 200
    assert set(response.json()) == {"receipt", "erased_at", "messages"}
    assert response.json()["messages"] == 2
    assert_error(patient.get(), 401, "token_wrong")
    assert_error(patient.send(QUESTION), 401, "token_wrong")
    left = b"".join(path.read_bytes() for path in tmp_path.glob("log.db*"))
    assert patient.id.encode() not in left


def test_erasing_one_conversation_leaves_the_others(client: TestClient) -> None:
    mine, other = Patient(client), Patient(client)
    other.ask(QUESTION)
    mine.client.delete(mine.path, headers=mine.headers)
    assert len(other.messages()) == 2


def test_words_are_nowhere_in_the_files_of_the_database(patient: Patient, tmp_path: Path) -> None:
    patient.ask("My cousin Zanzibara told me")
    files = list(tmp_path.glob("log.db*"))
    assert files
    assert not [path for path in files if b"Zanzibara" in path.read_bytes()]


@pytest.mark.parametrize("number", range(3))
def test_posts_at_the_same_moment_are_numbered_without_gaps(number: int, make_client: MakeClient) -> None:
    patient = Patient(make_client())
    with ThreadPoolExecutor(5) as pool:
        responses = list(pool.map(patient.send, [f"Question {index}" for index in range(5)]))
    assert [response.status_code for response in responses] == [202] * 5
    until = time.monotonic() + 10
    while len(patient.messages()) < 10 and time.monotonic() < until:
        time.sleep(0.05)
    messages = patient.messages()
    assert [message["seq"] for message in messages] == list(range(1, 11))
    assert sum(message["author"] == "bot" for message in messages) == 5


def test_stopping_ends_running_turns_and_closes_the_brain(tmp_path: Path) -> None:
    brain = ScriptedBrain(delay_s=0.3)
    with running_app(tmp_path, brain) as client:
        assert Patient(client).send(QUESTION).status_code == 202
    assert brain.is_closed
    with closing(sqlite3.connect(tmp_path / "log.db")) as log:
        assert log.execute("SELECT author, is_pending FROM messages ORDER BY seq").fetchall() == [
            ("patient", 0),
            ("bot", 0),
        ]


def test_an_answer_can_be_rated_and_rated_again(patient: Patient) -> None:
    seq = patient.send(QUESTION).json()["seq"]
    patient.reply_to(seq)
    path = f"{patient.path}/messages/{seq + 1}/rating"
    for helpful in (False, False, True):
        response = patient.client.put(path, headers=patient.headers, json={"helpful": helpful})
        assert (response.status_code, response.json()) == (200, {"seq": seq + 1, "helpful": helpful})


@pytest.mark.parametrize("seq", ["1", "99", "0", "x", "-1", "9999999999"])
def test_what_is_no_answer_cannot_be_rated(patient: Patient, seq: str) -> None:
    patient.ask(QUESTION)
    response = patient.client.put(
        f"{patient.path}/messages/{seq}/rating", headers=patient.headers, json={"helpful": False}
    )
    assert response.status_code in {400, 404}
