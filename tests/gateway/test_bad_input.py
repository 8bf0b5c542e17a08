"""Whatever is sent: a clear error or a polite reply, never a trace, and the conversation goes on."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conversation.samples import DANGER
from tests.gateway.patient import Patient, assert_error, assert_goes_on


@pytest.fixture
def client(shared_client: TestClient) -> TestClient:
    return shared_client


ODD_TEXTS = {
    "only emoji": "😬💉🙏🏽👩‍⚕️",
    "leading restart": "/restart",
    "leading intent": '/ask_pain{"area": "face"}',
    "script tag": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "right to left": "هل يؤلم العلاج؟ \u202e txet desrever",
    "combining signs": "Z̸͙̈́a̷̹͝l̵̬͠g̴̙̈o̶̺͝" * 20,
    "sql": "'; DROP TABLE messages; --",
    "template": "{phone} {0} %s ${PATH} {{7*7}}",
    "path": "../../etc/passwd\\..\\",
    "zero width": "\u200b\u200d\ufeff",
    "line breaks": "one\r\ntwo\u2028three\n\n\nfour\tfive",
    "the longest": "word " * 799 + "words",
    "one long word": "a" * 4000,
    "astral": "𝒽𝓊𝓇𝓉 𠜎",
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_odd_text_is_stored_and_answered_like_any_other(text: str, patient: Patient) -> None:
    assert patient.ask(text)["kind"] == "answer"
    stored = patient.messages()[0]["text"]
    assert stored.replace("\r", "").split() == text.strip().replace("\r", "").split()
    assert_goes_on(patient)


def test_control_characters_and_broken_surrogates_are_taken_out(patient: Patient) -> None:
    raw = b'{"client_id": "message-0", "text": "does\\u0000 it \\u0007hurt \\ud800 here \\udfff?"}'
    assert patient.post_raw(raw).status_code == 202
    patient.reply_to(1)
    stored = patient.messages()[0]["text"]
    assert stored.encode("utf-8").decode("utf-8") == stored
    assert stored.startswith("does it hurt ")
    assert "\x00" not in stored
    assert_goes_on(patient)


EMPTY = ["", " ", "\n\t\r\n", "\x00\x01\x02", "\u00a0\u2003", "\u0085"]


@pytest.mark.parametrize("text", EMPTY, ids=ascii)
def test_an_empty_message_is_refused(text: str, patient: Patient) -> None:
    assert_error(patient.send(text), 400, "text_empty")
    assert patient.messages() == []
    assert_goes_on(patient)


def test_a_sign_at_the_end_of_the_longest_message_is_found_though_every_letter_is_escaped(patient: Patient) -> None:
    text = f"{'ä' * 39} " * 990 + DANGER
    body = json.dumps({"client_id": "message-0", "text": text}).encode()
    assert len(body) > 200_000
    assert patient.post_raw(body).status_code == 202
    assert patient.reply_to(1)["kind"] == "emergency"


@pytest.mark.parametrize("text", ["a" * 4001, "word " * 5000], ids=["one too many", "5,000 words"])
def test_too_long_a_message_is_refused_with_the_limit(text: str, patient: Patient) -> None:
    response = patient.send(text)
    assert_error(response, 413, "text_too_long")
    assert "4,000" in response.json()["error"]["message"]
    assert_goes_on(patient)


@pytest.mark.parametrize("size", [263_000, 3_000_000])
def test_a_body_that_nobody_types_is_refused(size: int, patient: Patient) -> None:
    assert_error(patient.send("a" * size), 413, "body_too_large")
    assert_goes_on(patient)


BROKEN_BODIES: dict[str, bytes] = {
    "nothing": b"",
    "binary": bytes(range(256)) * 40,
    "broken": b'{"client_id": "message-0", "text": ',
    "not UTF-8": b'{"client_id": "message-0", "text": "\xff\xfe\xfa"}',
    "form": b"client_id=message-0&text=hello",
    "array": b'[{"client_id": "message-0", "text": "hello"}]',
    "string": b'"hello"',
    "number": b"7",
    "null": b"null",
    "deep lists": b"[" * 30_000,
    "deep and closed": b"[" * 15_000 + b"]" * 15_000,
    "deep objects": b'{"text":' * 3_900,
    "huge number": b"1" * 30_000,
    "bare NUL": b'{"client_id": "message-0", "text": "a\x00b"}',
    "two objects": b'{"client_id": "message-0", "text": "a"} {}',
}


@pytest.mark.parametrize("body", BROKEN_BODIES.values(), ids=BROKEN_BODIES.keys())
def test_a_body_that_is_no_json_object_is_refused(body: bytes, patient: Patient) -> None:
    assert_error(patient.post_raw(body), 400, "json_wrong")
    assert_error(patient.client.post("/api/conversations", content=body), 400, "json_wrong")
    assert_goes_on(patient)


WRONG_SHAPES: list[tuple[Any, str]] = [
    ({}, "shape_wrong"),
    ({"client_id": "message-0"}, "shape_wrong"),
    ({"client_id": "message-0", "text": "a", "button": "b"}, "shape_wrong"),
    ({"text": "hello"}, "client_id_wrong"),
    ({"client_id": None, "text": "hello"}, "client_id_wrong"),
    ({"client_id": 12345678, "text": "hello"}, "client_id_wrong"),
    ({"client_id": ["message-0"], "text": "hello"}, "client_id_wrong"),
    ({"client_id": "short", "text": "hello"}, "client_id_wrong"),
    ({"client_id": "x" * 65, "text": "hello"}, "client_id_wrong"),
    ({"client_id": "with spaces", "text": "hello"}, "client_id_wrong"),
    ({"client_id": "message-0\n", "text": "hello"}, "client_id_wrong"),
    ({"client_id": "message-\x00", "text": "hello"}, "client_id_wrong"),
    ({"client_id": "mèssage-0", "text": "hello"}, "client_id_wrong"),
    ({"client_id": "message-0", "text": None}, "text_wrong"),
    ({"client_id": "message-0", "text": 7}, "text_wrong"),
    ({"client_id": "message-0", "text": True}, "text_wrong"),
    ({"client_id": "message-0", "text": ["hello"]}, "text_wrong"),
    ({"client_id": "message-0", "text": {"text": "hello"}}, "text_wrong"),
    ({"client_id": "message-0", "button": None}, "button_unknown"),
    ({"client_id": "message-0", "button": "/ask_pain"}, "button_unknown"),
    ({"client_id": "message-0", "button": {"id": "a"}}, "button_unknown"),
]


@pytest.mark.parametrize(("body", "code"), WRONG_SHAPES, ids=lambda value: json.dumps(value)[:40])
def test_json_of_the_wrong_shape_is_refused(body: Any, code: str, patient: Patient) -> None:
    assert_error(patient.post(body), 400, code)
    assert patient.messages() == []
    assert_goes_on(patient)


def test_unknown_fields_are_left_alone(patient: Patient) -> None:
    body = {"client_id": "message-0", "text": "hello", "sender": "someone-else", "payload": "/restart"}
    assert patient.post(body).status_code == 202


WRONG_NUMBERS = ["-1", "1.5", "abc", "", "NaN", "٣", "1" * 30, "0x10", "1e3", "%00", "²", " 1", "+1", "1_000"]


@pytest.mark.parametrize("name", ["after", "wait"])
@pytest.mark.parametrize("value", WRONG_NUMBERS, ids=ascii)
def test_a_wrong_number_is_refused(name: str, value: str, patient: Patient) -> None:
    assert_error(patient.get(**{name: value}), 400, "number_wrong")


def test_the_greatest_numbers_are_harmless(patient: Patient) -> None:
    patient.ask("hello")
    assert patient.get(after=999_999_999).json() == {"messages": [], "state": "bot"}
    assert len(patient.get(after=0, wait=999_999_999).json()["messages"]) == 2


def test_the_same_client_id_twice_is_one_message(patient: Patient) -> None:
    first, second = patient.send("hello", "message-0"), patient.send("changed", "message-0")
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json() == second.json() == {"seq": 1}
    patient.reply_to(1)
    assert [message.get("text") for message in patient.messages()] == ["hello", None]


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/conversation", "/api/nothing", "/webhooks/x", "/.env", "/clinic.yml"],
)
def test_an_address_that_leads_nowhere_says_so(path: str, client: TestClient) -> None:
    assert_error(client.get(path, follow_redirects=False), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["%00", "..%2f..%2fclinic.yml", "%2e%2e/%2e%2e/clinic.yml", "a" * 5000, "%ff%fe", ".env", "__pycache__"],
    ids=lambda path: path[:20],
)
def test_no_file_beside_the_widget_is_served(path: str, client: TestClient) -> None:
    assert_error(client.get(f"/widget/{path}"), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_a_method_that_does_not_fit_says_so(method: str, client: TestClient) -> None:
    assert_error(client.request(method, "/api/conversations"), 405, "method_wrong")
