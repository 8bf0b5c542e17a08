"""The real protocol of this repository, with the clinic that stands beside it."""

from __future__ import annotations

import pytest

from bot.candidacy.desk import Desk
from bot.candidacy.load import load_protocol
from bot.candidacy.model import Protocol
from bot.clinic import load_clinic, placeholders
from bot.settings import ROOT
from tests.candidacy.visit import Visit


@pytest.fixture(scope="session")
def values() -> dict[str, str]:
    """What placeholders stand for."""
    return placeholders(load_clinic(ROOT / "clinic.yml"))


@pytest.fixture(scope="session")
def protocol(values: dict[str, str]) -> Protocol:
    return load_protocol(ROOT / "knowledge", values)


@pytest.fixture(scope="session")
def desk(protocol: Protocol, values: dict[str, str]) -> Desk:
    return Desk(protocol, values)


@pytest.fixture
def visit(desk: Desk) -> Visit:
    """Somebody who has just been asked for consent."""
    return Visit(desk)
