"""A talk with staff over HTTP: who is there, who types, and what neither side may see."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from threading import Timer
from typing import Any

import jsonschema
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from bot.people import Staff
from bot.privacy.cipher import new_key
from bot.store.store import Store
from bot.types import Handoff
from bot.wiring import open_store
from tests.conversation.samples import QUESTION, talk_settings
from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient, assert_error
from tests.handoff.samples import desk_at, employ

ODD = "<img src=x onerror=alert(1)>"


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture
def key() -> SecretStr:
    return SecretStr(new_key())


@pytest.fixture
def client(make_client: MakeClient, key: SecretStr) -> TestClient:
    return make_client(data_key=key)


@pytest.fixture
def store(client: TestClient, key: SecretStr, tmp_path: Path) -> Store:
    """The database of the running application, as the console would have it."""
    return open_store(talk_settings(tmp_path, data_key=key))


@pytest.fixture
def nora(store: Store) -> Staff:
    return employ(store, "nora")


@pytest.fixture
def handoff(store: Store, patient: Patient, nora: Staff) -> Handoff:
    return desk_at(store).open_for(patient.id, by=nora, why="", now=now())


def test_the_patient_gets_notices_names_and_state(
    client: TestClient, store: Store, patient: Patient, handoff: Handoff, nora: Staff
) -> None:
    desk_at(store).reply(handoff.id, "Hello **there**.", by=nora, now=now())
    body = patient.get().json()
    assert (body["state"], "typing" in body) == ("human", False)
    joined, reply = body["messages"]
    assert (joined["author"], joined["name"], joined["envelope"]["kind"]) == ("system", "Nora", "notice")
    (button,) = joined["envelope"]["buttons"]
    assert set(button) == {"title", "id"}
    assert (reply["author"], reply["name"], reply["text"]) == ("staff", "Nora", "Hello **there**.")
    assert nora.id not in json.dumps(body)
    schemas = client.get("/api/openapi.json").json()["components"]
    # `nullable` is OpenAPI's own; no field of a notice is null but `reviewed`.
    for message in body["messages"]:
        message.get("envelope", {}).pop("reviewed", None)
    schema = {"$ref": "#/components/schemas/Messages", "components": schemas}
    jsonschema.validate(body, schema, cls=jsonschema.Draft4Validator)


def test_the_button_and_the_bot_are_there_over_http_too(patient: Patient, handoff: Handoff) -> None:
    (joined,) = patient.messages()
    seq = patient.press(joined["envelope"]["buttons"][0]["id"]).json()["seq"]
    assert patient.reply_to(seq)["kind"] == "answer"
    assert patient.get().json()["state"] == "bot"


def test_the_page_hears_who_is_typing(store: Store, patient: Patient, handoff: Handoff, nora: Staff) -> None:
    store.look(patient.id, nora.id, ODD, typing=True, now=now())
    assert patient.get(after=9).json() == {"messages": [], "state": "human", "typing": "img src=x onerror=alert(1)"}


def test_who_waits_hears_at_once_that_somebody_types(
    store: Store, patient: Patient, handoff: Handoff, nora: Staff
) -> None:
    Timer(0.3, lambda: store.look(patient.id, nora.id, nora.name, typing=True, now=now())).start()
    started = now()
    assert patient.get(after=9, wait=20).json()["typing"] == "Nora"
    assert (now() - started).total_seconds() < 10


def test_who_tells_what_the_page_shows_misses_no_change_between_two_reads(
    store: Store, patient: Patient, handoff: Handoff, nora: Staff
) -> None:
    store.look(patient.id, nora.id, nora.name, typing=True, now=now())
    started = now()
    assert patient.get(after=9, wait=20, typing="").json()["typing"] == "Nora"
    assert (now() - started).total_seconds() < 3
    # Until it is over.
    assert "typing" not in patient.get(after=9, wait=20, typing="Nora").json()
    assert 3 < (now() - started).total_seconds() < 15


def events_until(patient: Patient, is_last: Callable[[str, dict[str, Any]], bool]) -> list[tuple[str, dict[str, Any]]]:
    found = []
    with patient.stream() as events:
        for event in events:
            found.append((event["event"], json.loads(event["data"])))
            if is_last(*found[-1]):
                break
    return found


def test_the_stream_tells_of_a_talk_with_staff_from_its_beginning_to_its_end(
    store: Store, patient: Patient, handoff: Handoff, nora: Staff
) -> None:
    store.look(patient.id, nora.id, nora.name, typing=True, now=now())
    desk = desk_at(store)
    Timer(1.0, lambda: desk.reply(handoff.id, "Hello.", by=nora, now=now())).start()
    Timer(3.0, lambda: desk.close(handoff.id, by=nora, why="answered", now=now())).start()
    found = events_until(patient, lambda name, data: data.get("state") == "closed")
    assert [name for name, _ in found] == ["message", "state", "typing", "message", "typing", "message", "state"]
    assert [data for name, data in found if name == "typing"] == [
        {"name": "Nora", "is_typing": True},
        {"name": "Nora", "is_typing": False},
    ]
    assert [data["state"] for name, data in found if name == "state"] == ["human", "closed"]


def test_staff_see_that_the_patient_types(client: TestClient, store: Store, patient: Patient) -> None:
    response = client.post(f"{patient.path}/typing", headers=patient.headers)
    assert (response.status_code, response.content) == (204, b"")
    assert [(one.who, one.is_typing) for one in store.presences(patient.id, now())] == [("patient", True)]
    patient.send(QUESTION)
    assert [(one.who, one.is_typing) for one in store.presences(patient.id, now())] == [("patient", False)]


def test_nobody_types_in_a_talk_of_others(client: TestClient, store: Store, patient: Patient) -> None:
    other = Patient(client)
    assert_error(client.post(f"{patient.path}/typing", headers=other.headers), 401, "token_wrong")
    assert_error(client.post(f"{patient.path}/typing"), 401, "token_missing")
    assert store.presences(patient.id, now()) == []
