"""Imports go down only: each room knows the floors below it, and no room of its own floor."""

from __future__ import annotations

import pytest

from tests.architecture.source import files, imports, is_foreign, room_of

# Lowest first. Rooms in one row never import one another.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("vocabulary",),
    ("errors",),
    ("types", "people", "app_settings"),
    ("settings", "documents", "privacy", "reading", "hours", "markdown", "emoji", "perceptron"),
    ("prices",),
    ("clinic",),
    ("retrieval", "safety", "candidacy", "store", "encoder"),
    ("charts",),
    ("channels",),
    ("conversation", "handoff", "governance", "office"),
    ("wiring",),
    ("talk", "staff"),
    ("actions", "nlu", "console"),
    ("gateway", "brain"),
    ("knowledge", "evaluate", "run", "safety_report", "tuning"),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# Which outside packages a room may know. A room that isn't here knows the standard library only.
OUTSIDE: dict[str, set[str]] = {
    "app_settings": {"pydantic"},
    "settings": {"dotenv", "pydantic"},
    "documents": {"pydantic", "yaml"},
    "prices": {"pydantic"},
    "clinic": {"email_validator", "pydantic"},
    "privacy": {"cryptography"},
    "retrieval": {"pydantic"},
    "safety": {"numpy", "pydantic", "safetensors"},
    "perceptron": {"joblib", "numpy", "tensorflow"},
    "candidacy": {"pydantic"},
    "store": {"sqlalchemy", "alembic"},
    "charts": {"PIL"},
    "encoder": {"ctranslate2", "numpy", "safetensors", "tokenizers"},
    "conversation": {"aiohttp"},
    "channels": {"aiohttp", "aiosmtplib", "pydantic", "regex", "slack_sdk"},
    "handoff": {"email_validator", "phonenumbers"},
    "actions": {"rasa_sdk"},
    "nlu": {"yaml", "rasa", "spacy", "numpy", "scipy", "sklearn", "safetensors", "symspellpy"},
    "console": {"starlette", "jinja2", "markupsafe"},
    "gateway": {"starlette", "uvicorn", "sqlalchemy"},
    "brain": {"rasa", "rasa_sdk", "aiohttp", "jsonschema", "structlog"},
    "governance": {"numpy"},
    "office": {"pydantic", "sqlalchemy"},
    "staff": {"argon2", "pyotp", "segno"},
    "reading": {"textstat"},
    "evaluate": {"pydantic"},
    "tuning": {"joblib", "numpy", "scipy", "safetensors", "sklearn", "tensorflow", "tokenizers"},
}


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(path) for path in files() if path != "bot/__init__.py"}
    assert rooms <= set(FLOOR_OF)


def test_imports_go_down_only() -> None:
    wrong = [
        f"{found.path}:{found.line} imports {found.name}"
        for found in imports()
        if found.package in {"bot", "actions"}
        and room_of(found.name) != room_of(found.path)
        and FLOOR_OF[room_of(found.name)] >= FLOOR_OF[room_of(found.path)]
    ]
    assert wrong == []


def test_each_outside_package_is_known_only_where_it_belongs() -> None:
    wrong = [
        f"{found.path}:{found.line} imports {found.name}"
        for found in imports()
        if is_foreign(found.name) and found.package not in OUTSIDE.get(room_of(found.path), set())
    ]
    assert wrong == []


def test_the_list_of_outside_packages_holds_none_that_is_unused() -> None:
    used = {(room_of(found.path), found.package) for found in imports() if is_foreign(found.name)}
    present = {room_of(path) for path in files()}
    listed = {(room, package) for room, packages in OUTSIDE.items() if room in present for package in packages}
    assert listed - used == set()


def test_a_channel_speaks_http_only_in_its_webhook() -> None:
    wrong = [
        found.path
        for found in imports()
        if found.package == "starlette" and "/channels/" in found.path and not found.path.endswith("/webhook.py")
    ]
    assert wrong == []


def test_the_gateway_knows_the_databases_errors_and_nothing_else_of_it() -> None:
    known = {found.name for found in imports() if room_of(found.path) == "gateway" and found.package == "sqlalchemy"}
    assert {name for name in known if not name.startswith("sqlalchemy.exc.")} == set()


def test_uvicorn_is_started_by_the_gateway_alone() -> None:
    assert {found.path for found in imports() if found.package == "uvicorn"} == {"bot/gateway/__main__.py"}


@pytest.mark.parametrize("package", ["tests", "pytest", "hypothesis"])
def test_the_product_knows_no_tests(package: str) -> None:
    assert [found for found in imports() if found.package == package] == []


def test_imports_name_the_whole_path() -> None:
    assert [found for found in imports() if found.name.startswith(".")] == []
