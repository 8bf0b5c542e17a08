"""What staff see where something is wrong outside of any page."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from bot.store.store import Store
from bot.vocabulary import Role
from tests.console.conftest import ClientAs


def test_an_unknown_address_is_said_on_a_page_that_leads_back(anonymous: TestClient) -> None:
    found = anonymous.get("/console/nowhere")
    assert found.status_code == 404
    assert found.headers["content-type"].startswith("text/html")
    assert "There is nothing at this address." in found.text
    assert 'href="/console/"' in found.text


def test_a_script_gets_the_same_as_json(anonymous: TestClient) -> None:
    found = anonymous.get("/console/nowhere", headers={"X-Requested-With": "fetch"})
    assert found.status_code == 404
    assert found.json()["error"]["code"] == "not_found"


def test_a_method_that_a_page_does_not_take_is_refused_on_a_page(client_as: ClientAs) -> None:
    found = client_as(Role.AGENT).delete("/console/")
    assert found.status_code == 405
    assert "doesn't take that method" in found.text.replace("&#39;", "'")


def test_a_database_that_fails_is_said_without_its_words(
    client_as: ClientAs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    nora = client_as(Role.AGENT)

    def fail(*args: object, **kwargs: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("disk is full"))

    monkeypatch.setattr(store, "queue", fail)
    found = nora.get("/console/")
    assert found.status_code == 503
    assert found.headers["retry-after"] == "5"
    assert "Please try again in a moment." in found.text
    assert "secret" not in found.text
    assert "disk" not in found.text


def test_patients_still_get_json(anonymous: TestClient) -> None:
    assert anonymous.get("/nowhere").json()["error"]["code"] == "not_found"
