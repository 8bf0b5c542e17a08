from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.clinic import Clinic
from bot.wiring import content
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient, assert_error


@pytest.fixture
def client(shared_client: TestClient) -> TestClient:
    return shared_client


NO_CONSENT: list[Any] = [
    {},
    {"consent": False},
    {"consent": None},
    {"consent": 1},
    {"consent": "true"},
    {"consent": [True]},
    {"Consent": True},
]


@pytest.mark.parametrize("body", NO_CONSENT, ids=str)
def test_nothing_is_opened_without_consent(body: Any, client: TestClient) -> None:
    assert_error(client.post("/api/conversations", json=body), 400, "consent_needed")


def test_refusals_do_not_count_towards_the_limit(make_client: MakeClient) -> None:
    client = make_client(new_conversations_per_minute=1)
    for _ in range(3):
        client.post("/api/conversations", json={})
    Patient(client)


@pytest.mark.parametrize("locale", ["en", "xx", "", None, 7, ["en"], {"a": 1}, "e" * 20_000], ids=lambda x: str(x)[:12])
def test_an_unknown_locale_gets_the_first_language(locale: Any, client: TestClient) -> None:
    response = client.post("/api/conversations", json={"consent": True, "locale": locale})
    assert response.status_code == 201


def test_ids_and_tokens_are_long_random_and_new_each_time(client: TestClient) -> None:
    patients = [Patient(client) for _ in range(3)]
    assert len({patient.token for patient in patients} | {patient.id for patient in patients}) == 6
    assert all(len(patient.token) >= 43 for patient in patients)


def _requests(patient: Patient, headers: dict[str, str]) -> list[Any]:
    client, path = patient.client, patient.path
    body = {"client_id": "message-0", "text": "hello"}
    return [
        client.get(f"{path}/messages", headers=headers),
        client.get(f"{path}/stream", headers=headers),
        client.get(f"{path}/export", headers=headers),
        client.post(f"{path}/messages", headers=headers, json=body),
        client.delete(path, headers=headers),
    ]


@pytest.mark.parametrize("value", [None, "", "Bearer", "Bearer ", "Bearer  ", "Basic abc", "bearer:abc", "token"])
def test_without_a_token_every_door_is_shut(value: str | None, patient: Patient) -> None:
    for response in _requests(patient, {} if value is None else {"Authorization": value}):
        assert_error(response, 401, "token_missing")
    assert patient.messages() == []


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 5000, "\x7f", "é", "' OR 1=1 --", "a b c"], ids=ascii)
def test_a_wrong_token_opens_nothing(token: str, patient: Patient) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}
    response = patient.client.get(f"{patient.path}/messages", headers=headers)
    assert_error(response, 401, "token_wrong")


def test_the_token_of_one_conversation_does_not_open_another(client: TestClient) -> None:
    mine, other = Patient(client), Patient(client)
    other.ask("hello")
    for response in _requests(other, mine.headers):
        assert_error(response, 401, "token_wrong")
    assert len(other.messages()) == 2


@pytest.mark.parametrize("unknown", ["nobody-knows-this-one", "%00", "x" * 3000, "..", "%ff", "'", "é", "a%2Fb"])
def test_an_unknown_conversation_looks_like_a_wrong_token(unknown: str, patient: Patient) -> None:
    response = patient.client.get(f"/api/conversations/{unknown}/export", headers=patient.headers)
    assert response.status_code in {401, 404}
    assert_error(response, response.status_code, "token_wrong" if response.status_code == 401 else "not_found")


def test_a_token_in_the_address_is_not_looked_at(patient: Patient) -> None:
    response = patient.client.get(f"{patient.path}/messages", params={"token": patient.token})
    assert_error(response, 401, "token_missing")


def test_the_widget_learns_what_it_must_know_of_the_clinic_and_nothing_else(client: TestClient) -> None:
    config = client.get("/widget/config.json").json()
    clinic: Clinic = content().clinic
    assert config["clinic_name"] == clinic.name
    assert config["emergency_number"] == clinic.emergency_number
    assert 2 <= len(config["starters"]) <= 4
    assert set(config) == {
        "clinic_name", "emergency_number", "phone", "privacy_url", "retention_days", "minimum_age", "starters",
        "max_characters",
    }  # fmt: skip


def test_health_tells_a_living_process_from_one_that_can_answer(make_client: MakeClient, brain: ScriptedBrain) -> None:
    client = make_client()
    assert client.get("/health/live").json() == {"status": "live"}
    assert client.get("/health/ready").json() == {"status": "ready"}
    brain.is_down = True
    assert client.get("/health/live").status_code == 200
    response = client.get("/health/ready")
    assert (response.status_code, response.json()) == (503, {"status": "brain down"})
