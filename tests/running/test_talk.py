"""The real product over HTTP: trained model, actions, cards, log."""

from __future__ import annotations

import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.conversation.samples import DANGER
from tests.gateway.patient import Patient, assert_error
from tests.product import Product

pytestmark = pytest.mark.model

MOST_MEMORY_KB = 1_100_000
MARKER = "zanzibara"


def test_does_it_hurt_gets_a_sourced_answer(patient: Patient) -> None:
    envelope = patient.ask("does it hurt?")
    assert (envelope["kind"], envelope["topics"]) == ("answer", ["pain"])
    assert envelope["card_ids"]
    assert envelope["sources"]
    assert all(source["title"] for source in envelope["sources"])
    assert "{" not in envelope["text"]


def test_a_button_below_an_answer_leads_on(patient: Patient) -> None:
    more = patient.ask("does it hurt?")["buttons"][0]
    seq = patient.press(more["id"]).json()["seq"]
    envelope = patient.reply_to(seq)
    assert (envelope["kind"], envelope["topics"]) == ("answer", ["pain"])


@pytest.mark.parametrize(
    "text",
    [
        "/restart",
        '/ask_pain{"area": "face"}',
        "😬💉",
        "<script>alert(1)</script>",
        "هل يؤلم؟",
        "word " * 799 + "words",
        "/",
        "?",
        "\u200b",
    ],
    ids=ascii,
)
def test_odd_text_gets_a_polite_reply_and_the_talk_goes_on(text: str, patient: Patient) -> None:
    assert patient.ask(text)["text"]
    assert patient.ask("does it hurt?")["kind"] == "answer"


def test_danger_is_answered_first(patient: Patient) -> None:
    assert patient.ask(DANGER)["kind"] == "emergency"


def test_two_patients_at_once_get_their_own_answers(client: httpx2.Client) -> None:
    questions = {"does it hurt?": ["pain"], "how much does it cost?": ["cost"]}
    with ThreadPoolExecutor(2) as pool:
        topics = pool.map(lambda question: Patient(client).ask(question)["topics"], questions)
        assert list(topics) == list(questions.values())


def test_the_stream_gives_numbered_messages_and_the_state(patient: Patient) -> None:
    patient.ask("does it hurt?")
    with patient.stream() as events:
        first, second, third = itertools.islice(events, 3)
    assert (first["event"], first["id"]) == ("message", "1")
    assert json.loads(first["data"])["text"] == "does it hurt?"
    assert (second["event"], second["id"]) == ("message", "2")
    assert json.loads(second["data"]) == patient.messages()[1]
    assert (third["event"], json.loads(third["data"])) == ("state", {"state": "bot"})


def test_the_stream_goes_on_where_it_broke_off_and_brings_what_is_new(patient: Patient) -> None:
    patient.ask("does it hurt?")
    with patient.stream(after=2) as events:
        patient.send("how much does it cost?")
        messages = itertools.islice((event for event in events if event["event"] == "message"), 2)
        assert [event["id"] for event in messages] == ["3", "4"]


def test_the_stream_ends_when_the_conversation_is_erased(patient: Patient) -> None:
    patient.ask("does it hurt?")
    with patient.stream() as events:
        next(events)
        patient.client.delete(patient.path, headers=patient.headers)
        assert [json.loads(event["data"]) for event in events][-1] == {"state": "closed"}


def test_a_waiting_reader_gets_the_answer_quickly(patient: Patient) -> None:
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(patient.get, after=1, wait=20)
        time.sleep(0.2)
        started = time.monotonic()
        patient.send("does it hurt?")
        assert reading.result(timeout=20).json()["messages"][0]["author"] == "bot"
        assert time.monotonic() - started < 5


def test_erasing_takes_the_brains_memory_of_the_talk_along(patient: Patient, product: Product) -> None:
    patient.ask("does it hurt?")
    assert patient.client.get(f"{patient.path}/export", headers=patient.headers).json()["tracker"]
    assert patient.client.delete(patient.path, headers=patient.headers).status_code == 200
    assert_error(patient.get(), 401, "token_wrong")
    files = product.database.parent.glob("product.db*")
    assert not [path for path in files if patient.id.encode() in path.read_bytes()]


def test_no_words_of_a_patient_are_in_the_logs_or_the_files(patient: Patient, product: Product) -> None:
    patient.ask(f"does it hurt, {MARKER}?")
    patient.ask(f"{DANGER}, {MARKER}")
    patient.ask(f"/{MARKER} " * 50)
    patient.send(f"{MARKER} " * 3000)
    patient.post_raw(b'{"text": "zanzibara')
    patient.press(MARKER)
    patient.client.get(f"/api/{MARKER}")
    assert MARKER not in product.logs()
    assert patient.id not in product.logs()
    files = list(product.database.parent.glob("product.db*"))
    assert files
    assert not [path for path in files if MARKER.encode() in path.read_bytes()]


def test_both_processes_together_stay_within_their_memory(patient: Patient, product: Product) -> None:
    patient.ask("does it hurt?")
    resident = {part: _resident_kb(process_id) for part, process_id in product.process_ids.items()}
    assert sum(resident.values()) <= MOST_MEMORY_KB, resident


def _resident_kb(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/status")
    if not status.exists():
        pytest.skip("Memory is read from /proc, which this system doesn't have.")
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])
