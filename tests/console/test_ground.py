"""What every page of the console has."""

from __future__ import annotations

from bot.vocabulary import Role
from tests.console.conftest import ClientAs


def test_the_look_is_served_without_signing_in(client_as: ClientAs) -> None:
    response = client_as(Role.VIEWER).get("/console/static/console.css")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/css")
