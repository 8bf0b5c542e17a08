"""One conversation's page: who sees what, and who may do what."""

from __future__ import annotations

from bot.console.names import short_name
from bot.vocabulary import Role
from tests.console.conftest import ClientAs, Talked


def test_the_page_shows_the_talk(client_as: ClientAs, talked: Talked) -> None:
    page = client_as(Role.AGENT).get(f"/console/conversations/{talked.id}")
    assert page.status_code == 200, page.text
    assert short_name(talked.id) in page.text
    assert "Does it hurt?" in page.text
    assert "It can sting." in page.text
