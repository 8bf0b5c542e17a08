from __future__ import annotations

import pytest

from bot.errors import ConversationError
from bot.gateway.limits import AddressLimit
from bot.privacy import throttle
from tests.conversation.samples import DANGER
from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient, assert_error


def test_too_many_messages_at_once_must_wait_as_long_as_the_header_says(make_client: MakeClient) -> None:
    patient = Patient(make_client())
    responses = [patient.send(f"Question {number}") for number in range(6)]
    assert [response.status_code for response in responses] == [202] * 5 + [429]
    assert_error(responses[-1], 429, "too_many_messages")
    assert 1 <= int(responses[-1].headers["Retry-After"]) <= 5
    assert responses[-1].headers["Retry-After"] in responses[-1].json()["error"]["message"]


def test_the_setting_limits_the_minute(make_client: MakeClient) -> None:
    patient = Patient(make_client(messages_per_minute=2))
    statuses = [patient.send("hello").status_code for _ in range(3)]
    assert statuses == [202, 202, 429]


def test_a_sign_of_danger_is_let_in_where_a_question_would_wait(make_client: MakeClient) -> None:
    patient = Patient(make_client(messages_per_minute=2))
    for _ in range(2):
        patient.send("hello")
    assert patient.ask(DANGER)["kind"] == "emergency"


def test_a_sign_of_danger_that_must_wait_still_reads_where_help_is(make_client: MakeClient) -> None:
    patient = Patient(make_client(messages_per_minute=1))
    responses = [patient.send(DANGER) for _ in range(6)]
    assert [response.status_code for response in responses] == [202] * 5 + [429]
    error = responses[-1].json()["error"]
    assert (error["code"], error["safety"]["kind"]) == ("too_many_messages", "emergency")
    assert error["safety"]["text"] == error["message"]
    # What isn't stored can't be answered by a press.
    assert error["safety"]["buttons"] == []
    assert int(responses[-1].headers["Retry-After"]) >= 1


def test_a_message_that_was_taken_is_not_limited_when_it_is_sent_again(make_client: MakeClient) -> None:
    patient = Patient(make_client(messages_per_minute=1))
    assert [patient.send("hello", "message-0").status_code for _ in range(4)] == [202, 200, 200, 200]


def test_one_address_opens_so_many_conversations_a_minute(make_client: MakeClient) -> None:
    client = make_client(new_conversations_per_minute=3)
    for _ in range(3):
        Patient(client)
    response = client.post("/api/conversations", json={"consent": True})
    assert_error(response, 429, "too_many_conversations")
    assert 1 <= int(response.headers["Retry-After"]) <= 61


def _is_taken(limit: AddressLimit, address: str) -> bool:
    try:
        limit.take(address)
    except ConversationError:
        return False
    return True


def test_addresses_are_counted_apart() -> None:
    limit = AddressLimit(1)
    assert [_is_taken(limit, address) for address in ("a", "b", "a", "b")] == [True, True, False, False]


def test_the_count_forgets_what_is_a_minute_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "WINDOW_S", 0.0)
    limit = AddressLimit(1)
    assert [_is_taken(limit, "a") for _ in range(3)] == [True] * 3


def test_memory_stays_bounded_when_many_addresses_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "KNOWN_ADDRESSES", 5)
    limit = AddressLimit(1)
    assert all(_is_taken(limit, str(number)) for number in range(20))
    assert _is_taken(limit, "0"), "the oldest is forgotten"
    assert not _is_taken(limit, "19"), "the newest is not"
