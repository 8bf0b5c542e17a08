"""The description at /api/openapi.json against the running routes, in both directions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import jsonschema
import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from bot.gateway.limits import AddressLimit
from bot.gateway.patient_api import patient_routes
from bot.settings import Settings
from bot.talk import connect
from bot.wiring import open_store
from tests.conversation.samples import DANGER, QUESTION, talk_settings
from tests.conversation.scripted_brain import ScriptedBrain
from tests.gateway.conftest import MakeClient
from tests.gateway.patient import Patient

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


@pytest.fixture
def description(client: TestClient) -> dict[str, Any]:
    response = client.get("/api/openapi.json")
    assert response.headers["content-type"] == "application/json"
    found: dict[str, Any] = response.json()
    return found


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from _walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner)


def _resolve(description: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in value:
        assert value["$ref"].startswith("#/")
        target: Any = description
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def _operations(description: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (path, method): operation
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def test_it_is_an_openapi_document(description: dict[str, Any]) -> None:
    assert re.fullmatch(r"3\.0\.\d", description["openapi"])
    assert description["info"]["title"]
    assert description["info"]["version"]
    for operation in _operations(description).values():
        assert operation["summary"]
        assert set(operation) <= {"summary", "parameters", "requestBody", "responses", "security"}
        for status, response in operation["responses"].items():
            assert re.fullmatch(r"[2-5]\d\d", status)
            assert _resolve(description, response)["description"]


def test_every_reference_leads_somewhere_and_every_component_is_used(description: dict[str, Any]) -> None:
    references = {value["$ref"] for value in _walk(description) if "$ref" in value}
    for reference in references:
        assert _resolve(description, {"$ref": reference})
    components = {
        f"#/components/{kind}/{name}"
        for kind, named in description["components"].items()
        if kind != "securitySchemes"
        for name in named
    }
    assert components == references


def test_every_schema_is_one(description: dict[str, Any]) -> None:
    schemas = [value["schema"] for value in _walk(description) if "schema" in value]
    for schema in [*schemas, *description["components"]["schemas"].values()]:
        jsonschema.Draft4Validator.check_schema(schema)


def test_every_parameter_of_a_path_is_described(description: dict[str, Any]) -> None:
    for path, item in description["paths"].items():
        parameters = [_resolve(description, parameter) for parameter in item.get("parameters", [])]
        described = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
        assert described == set(re.findall(r"\{(\w+)\}", path))


def test_routes_and_description_name_the_same_operations(
    description: dict[str, Any], brain: ScriptedBrain, tmp_path: Any
) -> None:
    settings: Settings = talk_settings(tmp_path)
    talk = connect(open_store(settings), brain, settings)
    routes: list[Route] = patient_routes(talk, limit=AddressLimit(1), languages=("en",))
    served = {(route.path, method.lower()) for route in routes for method in route.methods or ()}
    assert {one for one in served if one[1] != "head"} == set(_operations(description))


def test_everything_but_opening_asks_for_the_token(description: dict[str, Any]) -> None:
    open_to_all = {one for one, operation in _operations(description).items() if not operation.get("security")}
    assert open_to_all == {("/api/conversations", "post")}
    assert description["components"]["securitySchemes"] == {"token": {"type": "http", "scheme": "bearer"}}


def _conversation(patient: Patient, brain: ScriptedBrain) -> Iterator[tuple[str, str, httpx2.Response]]:
    """Requests of every kind with their template and method, good ones and bad ones."""
    client, headers = patient.client, patient.headers
    one = "/api/conversations/{conversation_id}"
    for body in ({"consent": True}, {}, {"consent": True, "locale": "x" * 40_000}):
        yield "/api/conversations", "post", client.post("/api/conversations", json=body)
    for body in ({"client_id": "message-0", "text": QUESTION}, {"client_id": "message-0", "text": "again"}, {}):
        yield f"{one}/messages", "post", patient.post(body)
    button = patient.reply_to(1)["buttons"][0]["id"]
    yield f"{one}/messages", "post", patient.press(button)
    patient.reply_to(3)
    brain.is_down = True
    patient.ask(QUESTION)
    patient.ask(DANGER)
    yield f"{one}/messages", "post", patient.send("x" * 5000)
    yield f"{one}/messages", "post", patient.send("one too many")
    for _ in range(20):
        yield f"{one}/messages", "post", patient.send(DANGER)
    yield f"{one}/messages", "get", patient.get()
    yield f"{one}/messages", "get", patient.get(after="x")
    rating = f"{one}/messages/{{seq}}/rating"
    for seq, body in ((2, {"helpful": False}), (2, {}), (99, {"helpful": True}), ("x", {"helpful": True})):
        yield rating, "put", client.put(f"{patient.path}/messages/{seq}/rating", headers=headers, json=body)
    yield f"{one}/stream", "get", client.get(f"{patient.path}/stream", headers=headers, params={"after": "x"})
    yield f"{one}/typing", "post", client.post(f"{patient.path}/typing", headers=headers)
    yield f"{one}/typing", "post", client.post(f"{patient.path}/typing")
    yield f"{one}/export", "get", client.get(f"{patient.path}/export", headers=headers)
    yield f"{one}/sheet", "get", client.get(f"{patient.path}/sheet", headers=headers)
    yield rating, "put", client.put(f"{patient.path}/messages/2/rating", json={"helpful": True})
    for tail, method in (("/messages", "post"), ("/messages", "get"), ("/stream", "get"), ("/export", "get")):
        yield f"{one}{tail}", method, client.request(method, patient.path + tail)
    yield one, "delete", client.delete(patient.path, headers=headers)
    yield one, "delete", client.delete(patient.path, headers=headers)


def test_every_response_is_described_and_has_the_described_shape(
    make_client: MakeClient, description: dict[str, Any], brain: ScriptedBrain
) -> None:
    operations = _operations(description)
    seen: set[int] = set()
    for path, method, response in _conversation(Patient(make_client(messages_per_minute=4)), brain):
        responses = operations[path, method]["responses"]
        assert str(response.status_code) in responses, (path, method, response.text)
        seen.add(response.status_code)
        if response.status_code == 204:
            assert response.content == b""
            continue
        content = _resolve(description, responses[str(response.status_code)])["content"]
        schema = _nullable(content["application/json"]["schema"] | {"components": description["components"]})
        jsonschema.validate(response.json(), schema, cls=jsonschema.Draft4Validator)
    assert seen == {200, 201, 202, 204, 400, 401, 404, 413, 429}


def _nullable(schema: Any) -> Any:
    """OpenAPI 3.0 has a word of its own for what JSON Schema says with a list of types."""
    if isinstance(schema, list):
        return [_nullable(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: _nullable(value) for name, value in schema.items()}
    return inner | {"type": [inner["type"], "null"]} if inner.get("nullable") else inner
